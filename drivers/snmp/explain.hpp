// snmp-ups --explain and --list: what the driver finds out about a device, and what it knows.
#pragma once

#include "drivers/snmp/families.hpp"
#include "drivers/snmp/snapshot.hpp"

#include "drivers/io/snmp/agent.hpp"

#include <cstdio>

namespace upright::snmp {

// Prints why the device is of which family, and what each row gave. The exit code: success if it was
// recognised. Throws SnmpError.
int explain(Agent& agent, Families& families, const std::optional<std::string>& only, std::FILE* out);

int list_families(const Families& families, std::FILE* out);

} // namespace upright::snmp
