// The options of snmp-ups that say how to reach the agent (docs/manual/snmp-ups.md).
#pragma once

#include "drivers/io/snmp/trap_listener.hpp"
#include "drivers/runtime/driver.hpp"

namespace upright::snmp {

// DeviceError (fatal), naming the option and its place, if one makes no sense.
SessionOptions session_options(const DriverOptions& options);
std::optional<TrapOptions> trap_options(const DriverOptions& options, const SessionOptions& session);

} // namespace upright::snmp
