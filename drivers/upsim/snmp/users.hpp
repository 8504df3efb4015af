// Who may ask an SNMP agent: communities, and users of SNMPv3. Plain data, secrets included: never logged.
#pragma once

#include "common/config/diagnostic.hpp"
#include "common/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace upright::upsim::snmp {

enum class Level { no_auth = 1, auth = 2, priv = 3 }; // RFC 3411, SnmpSecurityLevel

struct User {
    std::string name;
    Level level = Level::no_auth; // no less
    std::string auth_protocol;    // as net-snmp spells it: "SHA-256"
    std::string auth_password;
    std::string priv_protocol;
    std::string priv_password;
};

struct Access {
    std::string community = "public";        // reads
    std::string write_community = "private"; // and writes
    std::vector<User> users;                 // read and write
};

// "name:secLevel:authProtocol:authPassword:privProtocol:privPassword", as much of it as the level takes; the
// last password may have colons. What is wrong is told without the secrets.
Result<User> parse_user(std::string_view text);

// A file of such lines; # begins a comment.
Result<std::vector<User>> load_users(const std::string& file);

} // namespace upright::upsim::snmp
