// The answer to `upsmon --status`: whether this host is protected, UPS by UPS, and why not.
#pragma once

#include "clients/upsmon/monitor.hpp"

#include <string>
#include <vector>

namespace upright::upsmon {

struct UpsStatus {
    std::string system;
    std::string status; // as told last; empty: never
    bool is_primary = false;
    int power_value = 0;
    bool is_protecting = false;
    std::string why; // not, or what it waits for
};

struct HostStatus {
    bool is_protected = false;
    std::string why; // not
    std::vector<UpsStatus> upses;
};

HostStatus status_of(const Monitor& monitor);

std::string as_text(const HostStatus& status); // a line for each UPS, and one for the host
std::string as_json(const HostStatus& status);

} // namespace upright::upsmon
