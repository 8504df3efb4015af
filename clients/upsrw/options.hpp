// upsrw's command line. Nothing is printed or connected here; a password in it is overwritten.
#pragma once

#include "common/client/control_options.hpp"
#include "common/result.hpp"

#include <optional>
#include <string>

namespace upright::upsrw {

enum class Mode { list, set, help, version };

struct Options : ControlOptions {
    Mode mode = Mode::list;
    std::string target;               // ups[@host[:port]]
    std::string variable;             // -s
    std::optional<std::string> value; // what stands behind its =
    bool overridden = false;          // -l behind -s: there is nothing to set
};

// Fails with what is wrong with the command line; the usage should follow it.
Result<Options> parse_options(int argc, char** argv);

std::string usage();

} // namespace upright::upsrw
