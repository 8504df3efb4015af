// What upsmon.conf and nut.conf say about the end of a shutdown; nothing else of them is looked at.
#pragma once

#include "common/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace upright::upsdrvctl {

struct HostSettings {
    std::optional<std::string> power_flag;       // POWERDOWNFLAG
    std::optional<std::string> shutdown_command; // SHUTDOWNCMD
};

// Of two lines the later counts. Fails if there is no upsmon.conf that can be read.
Result<HostSettings> read_upsmon_conf();

// NAME=value lines as a shell takes them, without expansions; empty if there is no such file.
using NutConf = std::map<std::string, std::string, std::less<>>;
NutConf parse_nut_conf(std::string_view text);
NutConf read_nut_conf();

// What sleep(1) makes of "90", "1.5m", "2h"; nothing if it is no time.
std::optional<double> sleep_seconds(std::string_view text);

} // namespace upright::upsdrvctl
