// A device that a test makes up: a family as TOML, and objects.
#pragma once

#include "drivers/snmp/discovery.hpp"
#include "drivers/snmp/family_file.hpp"
#include "drivers/snmp/snapshot.hpp"
#include "tests/drivers/snmp/recorded_agent.hpp"

#include <gtest/gtest.h>

namespace upright::snmp::test {

inline Family family_of(std::string_view toml, const std::string& name = "acme")
{
    auto loaded = parse_family(name + ".toml", toml);
    for (const auto& problem : loaded.problems)
        ADD_FAILURE() << to_string(problem);
    return std::move(loaded.value);
}

// Variables of the families, as text.
inline std::map<std::string, std::string> told(Objects& objects, const std::vector<const Family*>& families)
{
    Agent agent(std::make_unique<RecordedAgent>(objects));
    const auto layout = discover(agent, families);
    std::map<std::string, std::string> variables;
    for (const auto& [name, variable] : snapshot_of(layout, {}).variables)
        variables.emplace(name, variable.value);
    return variables;
}

} // namespace upright::snmp::test
