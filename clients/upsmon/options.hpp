// upsmon's command line. Pure: words in, choices or a complaint out.
#pragma once

#include "common/client/resolve.hpp"
#include "common/daemon/background.hpp"
#include "common/result.hpp"

#include <optional>
#include <string>
#include <sys/types.h>

namespace upright::upsmon {

struct Options {
    // What to do instead of watching.
    enum class Task {
        watch,
        tell,      // -c: a signal to the running one
        test_flag, // -K
        check,     // --check
        status,    // --status: of the running one
        plan,      // --plan
        replay,    // --replay
        help,
        version,
    };
    enum class Tell { fsd, stop, reload };

    Task task = Task::watch;
    Tell tell = Tell::reload;                  // with Task::tell
    std::optional<pid_t> pid;                  // -P
    std::optional<std::string> config;         // -f
    std::optional<std::string> user;           // -u
    std::optional<std::string> limit;          // -W, for connect_limit()
    std::optional<std::string> record;         // --record: where what is seen and decided is written
    std::optional<std::string> replay;         // --replay: what was recorded
    AddressFamily family = AddressFamily::any; // -4, -6
    Ground ground = Ground::background;        // -F, -B, -D
    int debug = 0;
    bool one_process = false; // -p
    bool json = false;        // -j, of --status and --plan
};

// The error is the text for stderr; exit code 1.
Result<Options> parse_options(int argc, char** argv);
std::string usage();

} // namespace upright::upsmon
