// From what was read to a Snapshot. Pure.
#pragma once

#include "common/state/snapshot.hpp"
#include "drivers/snmp/layout.hpp"

namespace upright::snmp {

// Rows of alarm lists, as they were walked, in the order of the layout's families and their lists.
using ListRows = std::vector<std::vector<Binding>>;

// Everything that the layout's points say now.
Snapshot snapshot_of(const Layout& layout, const ListRows& lists);

// The words of ups.status alone, from the points that are read in each poll.
WordList status_of(const Layout& layout, const ListRows& lists);

// The first required variable whose object is missing, or holds what can't be meant; empty if all is well.
std::string missing_in(const Layout& layout, bool quick_only);

} // namespace upright::snmp
