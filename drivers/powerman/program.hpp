// The driver program powerman-pdu: its names and options.
#pragma once

#include "drivers/runtime/driver.hpp"

namespace upright::powerman {

const DriverProgram& program();

} // namespace upright::powerman
