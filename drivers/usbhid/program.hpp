// usbhid-ups: the program.
#pragma once

#include "drivers/runtime/driver.hpp"

namespace upright::usbhid {

const DriverProgram& program();

} // namespace upright::usbhid
