// DriverSettings: what a driver does for every device (ups.conf's keys for the core), resolved from ups.conf
// and the command line. Pure; the runtime acts on it. A live reload compares two of them.
#pragma once

#include "common/config/ups_conf.hpp"
#include "drivers/runtime/command_line.hpp"
#include "drivers/runtime/driver.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upright {

struct DriverSettings {
    DriverOptions options; // the driver's own
    std::chrono::seconds poll_interval{2};
    int debug_min = 0;
    int reconnect_max_tries = -1;   // -1: for ever; 0: none
    int reconnect_report_freq = -1; // log every n-th attempt; -1: the first only
    bool ignorelb = false;
    bool nolock = false;
    int allow_killpower = 0;
    std::string synchronous = "auto";
    std::vector<std::string> sdcommands;
    std::map<std::string, std::string, CaseLess> defaults;  // default.<variable>
    std::map<std::string, std::string, CaseLess> overrides; // override.<variable>
    std::optional<std::string> user;
    std::optional<std::string> group;
    std::optional<std::string> chroot;
    std::optional<std::string> state_path; // ups.conf's global one

    // Every option in effect, as it is published: driver.parameter.<key>, driver.flag.<key>.
    std::map<std::string, std::string, CaseLess> published;
};

// Fails with the text to print (exit code 1) on what NUT's drivers end on: a missing section, the wrong
// driver, no port, an option that this driver doesn't know. What NUT's drivers only warn of is in `problems`.
Result<Loaded<DriverSettings>> resolve_settings(const UpsConf& conf, const CommandLine& line,
                                                const DriverProgram& program, std::string_view program_name);

// The same for --check: everything that is wrong, with its place. The settings are what can be used of them.
Loaded<DriverSettings> check_settings(const UpsConf& conf, const CommandLine& line,
                                      const DriverProgram& program, std::string_view program_name);

// The options of a driver that differ, in a form for the log, split by whether they can change while running.
struct SettingsDifference {
    std::vector<std::string> reloadable;
    std::vector<std::string> fixed;
};
SettingsDifference compare(const DriverSettings& running, const DriverSettings& wanted,
                           const DriverProgram& program);

// `published` once everything reloadable has been taken over: what is fixed stays as it runs.
std::map<std::string, std::string, CaseLess> published_after_reload(const DriverSettings& running,
                                                                    const DriverSettings& wanted,
                                                                    const SettingsDifference& difference);

} // namespace upright
