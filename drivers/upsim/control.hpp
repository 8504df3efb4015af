// What people and tests may do to running simulated UPSes: one line of text in, lines of text out. The same
// words are the arguments of `upsim ctl`.
#pragma once

#include "common/result.hpp"
#include "drivers/upsim/simulated_ups.hpp"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace upright::upsim {

// Does what `request` ("ups1 mains off", "all status", "quit") says and returns what is to be printed, each
// line with its newline. The error says what is wrong with the request.
Result<std::string> control(const Fleet& fleet, const std::function<void()>& quit, std::string_view request);

// One line for each action, for --help and the manual.
std::string control_usage();

} // namespace upright::upsim
