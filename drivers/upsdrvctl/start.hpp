// Starting drivers, letting them switch loads off, and staying with those that run in the foreground.
#pragma once

#include "drivers/upsdrvctl/plan.hpp"

namespace upright::upsdrvctl {

// Starts the driver and waits until it went to the background, as often and as long as ups.conf says. False
// if it did not; says why.
bool start_driver(const Job& job, const Options& options);

// Runs `<driver> -a <ups> -k` to its end. False if it failed.
bool shut_down(const Job& job, const Options& options);

// Starts all drivers in the foreground and stays until the last has ended. One that ended in order to take
// new settings (reload-or-exit) is started again. TERM, INT and QUIT stop them, HUP, USR1 and USR2 are handed
// on. Returns how many failed.
int supervise(const std::vector<Job>& jobs, const Options& options);

} // namespace upright::upsdrvctl
