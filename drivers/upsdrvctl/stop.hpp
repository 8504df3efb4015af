// Ending a running driver: by the PID in its file, or over its socket where there is no such file.
#pragma once

#include "drivers/upsdrvctl/plan.hpp"

#include <sys/types.h>

namespace upright::upsdrvctl {

// The process of the driver's PID file, if it is that driver.
Result<pid_t> running_pid(const Job& job);

// TERM, up to 5 s of patience, KILL. True if the driver has ended; says why not.
bool stop_driver(const Job& job);

} // namespace upright::upsdrvctl
