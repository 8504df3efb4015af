// The virtual UPSes of ups.conf: sections with `driver = virtual` (docs/virtual-ups.md). Pure.
#pragma once

#include "common/config/ups_conf.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::upsd {

struct VirtualSettings {
    std::string name;
    std::vector<std::string> of; // as their sections are spelled; of a stage exactly one
    int need = 1;                // of a group: how many of them

    std::optional<int> stage; // its turn; nothing for a group
    std::optional<std::chrono::seconds> after;
    std::optional<double> charge; // %
    std::optional<std::chrono::seconds> runtime;
    std::chrono::seconds limit{300};

    bool operator==(const VirtualSettings&) const = default;
};

// Those that can be served, each behind the ones that it is made of. One that names no UPS, or itself by a
// circle, or needs more than it has, is left out: clients that want it are told that there is none. A trigger
// that can't be read is left out, too, and the UPS stays: it still shows what the one below it shows.
Loaded<std::vector<VirtualSettings>> virtual_upses(const UpsConf& conf);

// What may stand in such a section.
struct VirtualKey {
    std::string_view name;
    std::string_view usage;
    std::string_view help;
};
std::vector<VirtualKey> virtual_keys();

} // namespace upright::upsd
