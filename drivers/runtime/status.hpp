// From a driver's Snapshot to what is published: ups.status, ups.alarm, buzzwords, default., override. and
// the copies of ups.* in device.*. Pure: the rules and what must be remembered are arguments.
#pragma once

#include "common/state/snapshot.hpp"

#include <map>
#include <optional>
#include <string>

namespace upright {

using Texts = std::map<std::string, std::string, CaseLess>;

struct StatusRules {
    bool ignorelb = false;
    Texts defaults{};
    Texts overrides{};
};

// What one reading leaves for the next.
struct StatusMemory {
    std::optional<double> charge; // battery.charge when it last changed, %
    std::string direction;        // CHRG or DISCHRG while that was told by the charge; else empty
    std::string source;           // OL or OB, whichever the last reading said
};

// The variables to publish for this reading.
State::Variables publishable(const Snapshot& snapshot, const StatusRules& rules, StatusMemory& memory);

// With ignorelb the charge or runtime and its low mark must be known; else LB could never be told. The text
// names what is missing; nothing if all is well.
std::optional<std::string> ignorelb_problem(const State::Variables& variables);

} // namespace upright
