// upssched's command line. Owns nothing.
#pragma once

#include "common/result.hpp"

#include <optional>
#include <string>

namespace upright::upssched {

struct Options {
    enum class Task { event, list, check, help, version };
    Task task = Task::event;
    int debug = 0;
    std::optional<std::string> message; // NOTIFYMSG
};

// Fails with the whole text that is due on stderr.
Result<Options> parse_options(int argc, char** argv);

std::string usage();

} // namespace upright::upssched
