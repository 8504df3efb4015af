// upsd's command line. Pure: words in, choices or a complaint out.
#pragma once

#include "common/daemon/background.hpp"
#include "common/result.hpp"
#include "server/upsd/listeners.hpp"

#include <optional>
#include <string>
#include <sys/types.h>

namespace upright::upsd {

struct Options {
    enum class Tell { nothing, reload, stop };
    // What to do instead of serving.
    enum class Task { serve, check, hash_password, init_tls };
    Family family = Family::any;
    Ground ground = Ground::background;
    Tell tell = Tell::nothing;
    Task task = Task::serve;
    std::optional<pid_t> pid; // -P
    std::optional<std::string> chroot;
    std::optional<std::string> user;
    int debug = 0;
    int quiet = 0;
    bool help = false;
    bool version = false;
};

// The error is the text for stderr; exit code 1.
Result<Options> parse_options(int argc, char** argv);
std::string usage();

} // namespace upright::upsd
