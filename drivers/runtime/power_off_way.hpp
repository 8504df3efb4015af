// Which instant command a power off (-k) would begin with, told from what a driver announces. Pure; sends
// nothing. Drivers take the order of their own routine from here, too.
#pragma once

#include "common/result.hpp"
#include "common/state/state.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace upright {

struct PowerOffSettings {
    std::string_view program;                  // the driver's
    std::span<const std::string> sdcommands{}; // of ups.conf
    bool stay_off = false;                     // the flag `stayoff` of Megatec drivers
};

// `sdcommands =` of ups.conf: names, separated by commas.
std::vector<std::string> parse_sdcommands(std::string_view text);

// The commands that the driver's own routine tries in turn.
std::span<const std::string_view> power_off_commands(std::string_view program, bool stay_off = false);

// Fails with the reason if there is none among `announced`.
Result<std::string> power_off_way(const PowerOffSettings& settings, const State::Commands& announced);

} // namespace upright
