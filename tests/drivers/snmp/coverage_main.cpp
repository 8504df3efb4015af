// snmp_coverage DEVICES WALKS [--table] [WALK]: prints for each recorded walk what snmp-ups makes of it. With
// --table as the page docs/snmp-coverage.md.
#include "tests/drivers/snmp/coverage.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstring>
#include <exception>

using namespace upright::snmp;

namespace {

void print(const WalkCoverage& walk)
{
    fmt::print("== {}: {} ({}), {} of {} values, {} variables, {} requests\n", walk.walk,
               walk.family.empty() ? "NOT RECOGNISED" : walk.family, walk.reason, walk.hits.size(),
               walk.expected.size(), walk.variables, walk.requests);
    for (const auto& name : walk.supplements)
        fmt::print("   with {}\n", name);
    for (const auto& [wanted, why] : walk.misses)
        fmt::print("   miss {:<14} {} = {} ({}): {}\n", wanted.kind, wanted.oid, wanted.number,
                   wanted.description, why);
}

void print_row(const WalkCoverage& walk)
{
    fmt::print("| {} | {} | {} | {} | {} |\n", walk.walk, walk.family.empty() ? "–" : walk.family,
               walk.expected.size(), walk.hits.size(), walk.misses.size());
}

} // namespace

int main(int argc, char** argv)
try {
    if (argc < 3) {
        fmt::print(stderr, "usage: snmp_coverage DEVICES WALKS [--table] [WALK]\n");
        return 1;
    }
    const bool table = argc > 3 && std::strcmp(argv[3], "--table") == 0;
    const std::string only = argc > 3 && !table ? argv[3] : "";
    std::size_t expected = 0;
    std::size_t hits = 0;
    for (const auto& path : walks_in(argv[2])) {
        if (!only.empty() && path.stem() != only)
            continue;
        const auto walk = cover({argv[1]}, path);
        table ? print_row(walk) : print(walk);
        expected += walk.expected.size();
        hits += walk.hits.size();
    }
    fmt::print("{}{} of {}\n", table ? "\nIn all: " : "", hits, expected);
    return 0;
} catch (const std::exception& e) {
    fmt::print(stderr, "{}\n", e.what());
    return 1;
}
