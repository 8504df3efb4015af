// What the driver runtime needs to know of nutdrv_qx.
#pragma once

#include "drivers/runtime/driver.hpp"

namespace upright::megatec {

const DriverProgram& program();

} // namespace upright::megatec
