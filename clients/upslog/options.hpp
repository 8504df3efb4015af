// upslog's command line: what is logged where, how often, and how the program runs. Nothing is opened here.
#pragma once

#include "common/client/dial.hpp"
#include "common/daemon/background.hpp"
#include "common/result.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::upslog {

inline constexpr std::string_view kStdout = "-"; // in place of a file

struct Target {
    std::string ups;  // ups[@host[:port]]; with the UPS *: all of that server
    std::string file; // or kStdout
};

struct Options {
    enum class Task { log, help, version };

    Task task = Task::log;
    std::vector<Target> targets;
    std::chrono::seconds interval{30};
    std::optional<int> rounds; // -d
    std::string format;
    Ground ground = Ground::background;
    int debug = 0;
    std::optional<std::string> user;
    std::string pid_base = "upslog";
    DialOptions dial; // -W, -A
};

// Fails with the whole text that is due on stderr.
Result<Options> parse_options(int argc, char** argv);

std::string usage();

} // namespace upright::upslog
