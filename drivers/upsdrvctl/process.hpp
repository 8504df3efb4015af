// Starting programs and waiting for processes, with a time limit for each wait.
#pragma once

#include "common/result.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace upright::upsdrvctl {

using Clock = std::chrono::steady_clock;

// Starts the program with our standard streams and no blocked signals; its stdout is `out` if that is given.
Result<pid_t> start_program(const std::vector<std::string>& words, int out = -1);

// What the program prints on stdout before it ends, and how it ended (as waitpid tells). Killed at `until`.
struct Printed {
    std::string text;
    int status = -1;
};
Result<Printed> output_of(const std::vector<std::string>& words, Clock::time_point until);

// How a child ended (as waitpid tells), or nothing if it still runs at `until`.
std::optional<int> wait_for_child(pid_t child, Clock::time_point until);

// True if that process exists and has not ended; one that only waits to be collected has ended.
bool is_alive(pid_t pid);

// Looks every few milliseconds until `condition` holds; false if it does not by `until`.
bool wait_until(Clock::time_point until, const std::function<bool()>& condition);

// Calls work(0) .. work(count - 1), at most 32 at a time, each on a thread of its own; returns after the
// last.
void side_by_side(std::size_t count, const std::function<void(std::size_t)>& work);

} // namespace upright::upsdrvctl
