// upsc's command line. Pure: nothing is printed or connected here.
#pragma once

#include "common/client/dial.hpp"
#include "common/result.hpp"

#include <string>

namespace upright::upsc {

enum class Mode { variables, variable, names, descriptions, clients, help, version };

struct Options {
    Mode mode = Mode::variables;
    bool json = false;
    std::string target;   // ups[@host[:port]], or [host[:port]] for names and descriptions
    std::string variable; // Mode::variable
    DialOptions dial;     // -W, -A
};

// Fails with what is wrong with the command line; the usage should follow it.
Result<Options> parse_options(int argc, char** argv);

std::string usage();

} // namespace upright::upsc
