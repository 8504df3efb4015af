// upscmd's command line. Nothing is printed or connected here; a password in it is overwritten.
#pragma once

#include "common/client/control_options.hpp"
#include "common/result.hpp"

#include <optional>
#include <string>

namespace upright::upscmd {

enum class Mode { command, list, help, version };

struct Options : ControlOptions {
    Mode mode = Mode::command;
    std::string target; // ups[@host[:port]]
    std::string command;
    std::optional<std::string> value;
};

// Fails with what is wrong with the command line; the usage should follow it.
Result<Options> parse_options(int argc, char** argv);

std::string usage();

} // namespace upright::upscmd
