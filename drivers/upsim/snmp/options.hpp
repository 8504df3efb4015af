// What an SNMP UPS is told on the command line. Plain data.
#pragma once

#include "drivers/upsim/snmp/row.hpp"
#include "drivers/upsim/snmp/users.hpp"

#include <string>
#include <vector>

namespace upright::upsim::snmp {

struct Options {
    std::string profile; // one of profiles() ...
    std::string file;    // ... or a recording
    std::vector<std::string> listen{"udp:127.0.0.1:0"};
    Access access;
    std::vector<std::string> user_lines; // as parse_user() takes them
    std::string users_file;
    ProfileOptions device;
};

} // namespace upright::upsim::snmp
