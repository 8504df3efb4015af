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

// Whether the status says where the power comes from.
bool tells_source(const WordList& status);

// The objects that should tell it hold what nobody has heard of.
bool source_makes_no_sense(const Layout& layout);

// The first required variable whose object is missing, or holds what can't be meant; empty if all is well.
std::string missing_in(const Layout& layout, bool quick_only);

} // namespace upright::snmp
