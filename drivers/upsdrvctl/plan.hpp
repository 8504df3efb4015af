// Which drivers there are and how each is to be handled, as ups.conf says. Pure: reads no file but what it is
// given, and starts nothing.
#pragma once

#include "common/config/ups_conf.hpp"
#include "drivers/upsdrvctl/options.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace upright::upsdrvctl {

struct Job {
    std::string ups;
    std::string driver;  // program name
    std::string program; // its path
    std::string socket;  // where it listens
    std::string pid_file;
    int shutdown_order = 0; // below 0: never
    std::chrono::seconds start_limit{75};
    int attempts = 1;
    std::chrono::seconds retry_delay{5};
    bool wait = true; // false: nowait
};

struct Plan {
    std::vector<Job> jobs; // in the order of ups.conf
    int unusable = 0;      // sections that were asked for but name no driver
};

// The jobs for `ups`, or all; virtual UPSes have no driver and no job. What is wrong with the file is added
// to `problems`. Fails if there is no such UPS, or none at all.
Result<Plan> make_plan(const UpsConf& conf, const Options& options, std::vector<Diagnostic>& problems);

// How the driver is called: `extra` is "-k" for shutdown, empty for start.
std::vector<std::string> command_line(const Job& job, const Options& options, const std::string& extra = {});

} // namespace upright::upsdrvctl
