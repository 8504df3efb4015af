// Switching the load off: the sequence that -k, driver.killpower and shutdown.default share.
#pragma once

#include "drivers/runtime/driver.hpp"

#include <span>
#include <string>

namespace upright {

// With `sdcommands` each instant command in turn until one is handled ("shutdown.default" stands for the
// driver's own routine); without them the driver's own routine. Logs what happened to UPS `ups`.
// Outcome::handled or Outcome::failed.
Outcome power_off(Driver& driver, std::span<const std::string> sdcommands, const std::string& ups);

} // namespace upright
