// Between the rows of a profile and what is told of them: the agent's objects, and the truth. Pure; the state
// is looked at as it is.
#pragma once

#include "drivers/upsim/snmp/row.hpp"
#include "drivers/upsim/snmp/tree.hpp"

namespace upright::upsim::snmp {

// The object of a row. The row and what `state` refers to must live as long.
Object object_of(const Row& row, State state);

// What the object says now; nothing if it isn't there.
std::optional<Value> value_of(const Row& row, const State& state);

// Variables as a driver that makes no mistake publishes them now.
std::map<std::string, std::string> truth_of(const Profile& profile, const std::vector<Row>& rows,
                                            const State& state);

// The objects of the alarm table: rows for all alarms there can be; those are there that stand.
void add_alarms(Tree& tree, const Profile& profile, State state);
// Its row in that table; one that people asked for and no longer want: any.
std::uint32_t alarm_number(const Profile& profile, const Settings& settings, const Oid& what);
// Which alarms stand, and since when.
void watch_alarms(const Profile& profile, const State& state);

} // namespace upright::upsim::snmp
