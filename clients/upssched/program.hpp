// What upssched does once its command line is read: what upssched.conf says of an event, or a list of the
// timers.
#pragma once

#include "clients/upssched/options.hpp"

namespace upright::upssched {

// Returns the exit code.
int run(const Options& options);

} // namespace upright::upssched
