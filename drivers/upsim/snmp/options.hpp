// What an SNMP UPS is told on the command line. Plain data.
#pragma once

#include "drivers/upsim/snmp/row.hpp"
#include "drivers/upsim/snmp/users.hpp"

#include <string>
#include <vector>

namespace upright::upsim::snmp {

enum class TrapVersion { v1, v2c, v3, inform2c, inform3 };

struct TrapOptions {
    std::vector<std::string> to; // transport addresses
    TrapVersion version = TrapVersion::v2c;
    std::string community = "public";
};

struct Options {
    std::string profile; // one of profiles() ...
    std::string file;    // ... or a recording
    std::vector<std::string> listen{"udp:127.0.0.1:0"};
    Access access;
    std::vector<std::string> user_lines; // as parse_user() takes them
    std::string users_file;
    ProfileOptions device;
    TrapOptions traps; // SNMPv3: as the first of the users
};

} // namespace upright::upsim::snmp
