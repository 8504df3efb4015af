#include "drivers/megatec/bridges/bridges.hpp"

#include <algorithm>
#include <array>

namespace upright::megatec {
namespace {

struct Row {
    std::string_view name;
    MakeBridge* make;
};

// clang-format off
constexpr std::array kBridges{
    Row{"cypress",       cypress_bridge},
    Row{"phoenix",       phoenix_bridge},
    Row{"phoenixtec",    phoenixtec_bridge},
    Row{"ippon",         ippon_bridge},
    Row{"krauler",       krauler_bridge},
    Row{"fabula",        fabula_bridge},
    Row{"hunnox",        hunnox_bridge},
    Row{"fabula-hunnox", hunnox_bridge},
    Row{"fuji",          fuji_bridge},
    Row{"snr",           snr_bridge},
    Row{"sgs",           sgs_bridge},
    Row{"ablerex",       ablerex_bridge},
    Row{"armac",         armac_bridge},
    Row{"omron",         omron_bridge},
    Row{"omron-usb",     omron_bridge},
    Row{"gtec",          gtec_bridge},
};
// clang-format on

const Row* find(std::string_view name)
{
    return std::find_if(kBridges.begin(), kBridges.end(), [&](const Row& row) { return row.name == name; });
}

} // namespace

std::unique_ptr<Bridge> make_bridge(std::string_view name, const BridgeOptions& options)
{
    const auto* const row = find(name);
    return row == kBridges.end() ? nullptr : row->make(options);
}

std::string_view first_bridge_name(std::string_view name)
{
    const auto* const row = find(name);
    if (row == kBridges.end())
        return name;
    return std::find_if(kBridges.begin(), kBridges.end(),
                        [&](const Row& one) { return one.make == row->make; })
        ->name;
}

std::vector<std::string_view> bridge_names()
{
    std::vector<std::string_view> names;
    names.reserve(kBridges.size());
    for (const auto& row : kBridges)
        names.push_back(row.name);
    return names;
}

} // namespace upright::megatec
