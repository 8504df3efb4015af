// The command line of upsim: what `upsim run`, `replay` and `ctl` are told. Plain data.
#pragma once

#include "drivers/upsim/model.hpp"
#include "drivers/upsim/snmp/options.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace upright::upsim {

struct RunOptions {
    std::string dir;     // pseudo terminals here ...
    std::string sockets; // ... or drivers' sockets here
    std::string usb;     // ... or a device in this machine's USB
    snmp::Options snmp;  // ... or an SNMP agent
    int count = 1;
    std::uint64_t seed = 1;
    std::string dialect = "megatec"; // of those on terminals
    double time_scale = 1;
    double load_watts = 300;
    double charge = 100;
    std::string control;
    Rating rating;
    std::string driver = "dummy-ups"; // these for sockets only
    double changes = 0;               // a second
    bool stamp = false;
    std::string ups_conf;

    bool is_snmp() const { return !snmp.profile.empty() || !snmp.file.empty(); }
    std::string folder() const
    {
        if (!usb.empty() || is_snmp())
            return ".";
        return sockets.empty() ? dir : sockets;
    }
};

struct CtlOptions {
    std::string control = "upsim.ctl";
    std::vector<std::string> words;
};

void add_run(CLI::App& app, RunOptions& options);
void add_replay(CLI::App& app, RunOptions& options);
void add_ctl(CLI::App& app, CtlOptions& options);

} // namespace upright::upsim
