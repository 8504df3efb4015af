// Coverage: how much of what an independent monitor decoded from a recorded walk snmp-ups publishes, too.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace upright::snmp {

struct ExpectedValue {
    std::string kind; // voltage, current ...
    std::string oid;
    double number = 0;
    std::string description;
};

struct WalkCoverage {
    std::string walk;
    std::string family; // empty: not recognised
    std::string reason;
    std::vector<std::string> supplements;
    std::vector<ExpectedValue> expected; // of the kinds that have a name in our name space
    std::vector<std::pair<ExpectedValue, std::string>> hits;   // and the variable
    std::vector<std::pair<ExpectedValue, std::string>> misses; // and why
    std::size_t variables = 0;
    long requests = 0;
};

// `folders`: of device files. `walk`: a .snmprec file; what is expected stands in expected/<stem>.tsv beside
// it.
WalkCoverage cover(const std::vector<std::string>& folders, const std::filesystem::path& walk);

std::vector<std::filesystem::path> walks_in(const std::filesystem::path& folder);

} // namespace upright::snmp
