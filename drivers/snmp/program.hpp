// The snmp-ups program.
#pragma once

#include "drivers/runtime/driver.hpp"

namespace upright::snmp {

const DriverProgram& program();

} // namespace upright::snmp
