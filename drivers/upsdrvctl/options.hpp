// upsdrvctl's command line. Pure: nothing is printed or started here.
#pragma once

#include "common/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upright::upsdrvctl {

enum class Verb { start, stop, shutdown, killpower, status, list, command, check, help, version };

struct Options {
    Verb verb = Verb::help;
    std::optional<std::string> ups;   // all if not given
    std::string command;              // Verb::command: what -c says
    bool dry_run = false;             // -t
    bool rehearse = false;            // Verb::killpower: --check
    int debug = 0;                    // -D
    bool pass_debug = false;          // -d
    std::string ground;               // "-F", "-FF", "-B" or empty: handed to the drivers
    std::vector<std::string> pass_on; // -r and -u with their values

    // Drivers stay in the foreground, so this program stays with them.
    bool supervises() const
    {
        return ground == "-F" || ground == "-FF" || (ground.empty() && pass_debug && debug > 0);
    }
};

// Fails with the text to print.
Result<Options> parse_options(int argc, char** argv);

extern const char* const kUsage;

} // namespace upright::upsdrvctl
