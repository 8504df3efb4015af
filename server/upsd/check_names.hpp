// What the files must agree on: names that stand in one and are defined in another. Pure; each function
// returns the problems of one file.
#pragma once

#include "common/config/ups_conf.hpp"
#include "server/upsd/config.hpp"
#include "server/upsd/users.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace upright::upsd {

// Everything there is to compare, read.
struct ConfigSet {
    Document upsd_conf;
    Config config;
    UpsConf ups_conf;
    std::string users_file; // its path
    Users users;
};

// The UPSes that upsd serves: sections with all they need, virtual ones among them.
std::vector<std::string> names_of_upses(const UpsConf& conf);

std::vector<Diagnostic> check_ups_sections(const ConfigSet& set);
std::vector<Diagnostic> check_access(const ConfigSet& set); // ACLs that nothing uses, rules that NUT ignored
std::vector<Diagnostic> check_users(const ConfigSet& set);

// The MONITOR lines of upsmon.conf that mean this upsd: that the UPS is there, that the user may do what an
// upsmon does, from this host, and that the password is right.
std::vector<Diagnostic> check_monitors(const ConfigSet& set, const Document& upsmon);

} // namespace upright::upsd
