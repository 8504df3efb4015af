#include "drivers/megatec/bridges/bridges.hpp"

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

} // namespace

std::unique_ptr<Bridge> make_bridge(std::string_view name, const BridgeOptions& options)
{
    for (const auto& row : kBridges)
        if (row.name == name)
            return row.make(options);
    return nullptr;
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
