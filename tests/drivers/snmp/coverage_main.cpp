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
    fmt::print("| {} | {} | {} | {} |\n", walk.walk, walk.family.empty() ? "none" : walk.family,
               walk.expected.size(), walk.hits.size());
}

void print_misses(const WalkCoverage& walk)
{
    if (walk.family.empty()) {
        fmt::print("| {} | all | no UPS and no PDU: {} |\n", walk.walk, walk.reason);
        return;
    }
    for (const auto& [wanted, why] : walk.misses)
        fmt::print("| {} | {} {} ({}) | {} |\n", walk.walk, wanted.kind, wanted.number, wanted.description,
                   why);
}

// docs/snmp-coverage.md
void print_page(const std::vector<WalkCoverage>& walks, std::size_t hits, std::size_t expected)
{
    fmt::print("# What snmp-ups makes of recorded walks\n\n"
               "Walks of real cards and PDUs, many of them partial, and how many of the values that an "
               "independent monitor\n"
               "decoded from them snmp-ups publishes as the same number: voltage, current, frequency, load, "
               "charge, runtime,\n"
               "temperature, humidity, power, energy and power factor. A value counts if a variable of its "
               "kind has that number.\n"
               "`tests/drivers/snmp/walks_test.cpp` demands 80 % of each; this page is made by\n"
               "`build/dev/tests/snmp_coverage drivers/snmp/devices tests/data/snmp --table`.\n\n"
               "In all {} of {}.\n\n| walk | family | values | published |\n| --- | --- | --- | --- |\n",
               hits, expected);
    for (const auto& walk : walks)
        print_row(walk);
    fmt::print("\n## Not published, or with another number\n\n| walk | value | why |\n| --- | --- | --- |\n");
    for (const auto& walk : walks)
        print_misses(walk);
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
    std::vector<WalkCoverage> walks;
    for (const auto& path : walks_in(argv[2])) {
        if (!only.empty() && path.stem() != only)
            continue;
        walks.push_back(cover({argv[1]}, path));
        expected += walks.back().expected.size();
        hits += walks.back().hits.size();
    }
    if (table) {
        print_page(walks, hits, expected);
        return 0;
    }
    for (const auto& walk : walks)
        print(walk);
    fmt::print("{} of {}\n", hits, expected);
    return 0;
} catch (const std::exception& e) {
    fmt::print(stderr, "{}\n", e.what());
    return 1;
}
