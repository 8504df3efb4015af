// The command line that every driver has (docs/manual/drivers.md). Pure: words in, choices or a complaint
// out.
#pragma once

#include "common/daemon/background.hpp"
#include "common/result.hpp"
#include "drivers/runtime/driver.hpp"

#include <optional>
#include <span>
#include <string>
#include <sys/types.h>
#include <vector>

namespace upright {

struct CommandLine {
    std::optional<std::string> section;                                    // -a
    std::optional<std::string> free_name;                                  // -s
    std::vector<std::pair<std::string, std::optional<std::string>>> extra; // -x var[=val]
    std::optional<int> poll_interval;                                      // -i, s
    std::optional<int> dump_loops;                                         // -d
    std::optional<std::string> tell;                                       // -c
    std::optional<pid_t> pid;                                              // -P
    std::optional<std::string> chroot;                                     // -r
    std::optional<std::string> user;                                       // -u
    std::optional<std::string> group;                                      // -g
    int debug = 0;                        // -D; NUT_DEBUG_LEVEL if there is none
    int quiet = 0;                        // -q
    bool kill_power = false;              // -k
    bool list_options = false;            // -L
    bool version = false;                 // -V
    bool help = false;                    // -h
    bool check = false;                   // --check
    const DriverAction* action = nullptr; // one of the program's own
    Ground ground = Ground::background;

    const std::string& ups() const { return section ? *section : *free_name; }
};

// The error is the text to print, as NUT's drivers print it; exit code 1.
Result<CommandLine> parse_command_line(int argc, char** argv, std::span<const DriverAction> actions = {});

std::string driver_usage(std::string_view program, std::span<const DriverAction> actions = {});

} // namespace upright
