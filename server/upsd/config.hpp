// upsd.conf as values, with NUT's defaults. Owns nothing else.
#pragma once

#include "common/config/directives.hpp"
#include "common/result.hpp"
#include "server/upsd/access.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upright::upsd {

struct ListenOn {
    std::string address; // as written; "*" is any address of both families
    std::string port;    // number or service name
};

struct Config {
    std::vector<ListenOn> listen; // empty: ::1 and 127.0.0.1
    int max_age = 15;             // s of a driver's silence that make its data stale
    int tracking_delay = 3600;    // s
    std::optional<int> max_connections;
    std::optional<std::string> state_path;
    std::optional<std::string> data_path; // of cmdvartab
    bool allow_no_device = false;
    bool allow_not_all_listeners = false;
    std::optional<int> debug_min;
    AccessLists access;
    bool access_broken = false;
    std::optional<std::string> audit_log;
    int subscriber_timeout = 30;
    int sessions_per_address = 16384;
    std::optional<std::string>
        certfile; // TLS comes with the user side; until then its settings are only checked
};

const Directives<Config>& directives();

// Reads <config_dir>/upsd.conf; fails only if it can't be opened. ALLOW_NO_DEVICE and
// ALLOW_NOT_ALL_LISTENERS of the environment beat the file.
Result<Loaded<Config>> load_config();

} // namespace upright::upsd
