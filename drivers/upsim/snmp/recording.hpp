// A recorded walk of an SNMP agent: lines OID|type|value, as SNMP simulators keep them; see
// docs/manual/upsim.md. What is read of it is a tree; bad lines are told and left out.
#pragma once

#include "common/config/diagnostic.hpp"
#include "drivers/upsim/snmp/value.hpp"

#include <map>

namespace upright::upsim::snmp {

using Recording = std::map<Oid, Value>;

Loaded<Recording> parse_recording(const std::string& file, std::string_view text);
// "No such file", too, is a problem.
Loaded<Recording> load_recording(const std::string& file);

// The lines of such a file.
std::string to_text(const Recording& recording);

} // namespace upright::upsim::snmp
