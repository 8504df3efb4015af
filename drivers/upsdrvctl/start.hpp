// Starting drivers, and staying with those that run in the foreground.
#pragma once

#include "drivers/upsdrvctl/plan.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace upright::upsdrvctl {

// Starts the driver and waits until it went to the background, as often and as long as ups.conf says. False
// if it did not; says why.
bool start_driver(const Job& job, const Options& options);

// Starts the job's program with these words; nothing, and a line in the log, if that can't be done.
std::optional<pid_t> launch(const Job& job, const std::vector<std::string>& words);

// True if the program ended with success; logs the reason otherwise. `task` is what it was to do.
bool succeeded(const std::string& ups, int status, std::string_view task);

// Starts all drivers in the foreground and stays until the last has ended. One that ended in order to take
// new settings (reload-or-exit) is started again. TERM, INT and QUIT stop them, HUP, USR1 and USR2 are handed
// on. Returns how many failed.
int supervise(const std::vector<Job>& jobs, const Options& options);

} // namespace upright::upsdrvctl
