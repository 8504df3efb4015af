#include "drivers/upsim/dialects/qx_device.hpp"

#include "drivers/upsim/dialects/makers.hpp"

#include <algorithm>
#include <array>

namespace upright::upsim {
namespace {

struct Row {
    std::string_view name;
    Maker make;
};

// clang-format off
constexpr std::array kRows{
    Row{"megatec",          make_q1_kin},
    Row{"megatec-old",      make_q1_kin},
    Row{"mustek",           make_q1_kin},
    Row{"q1",               make_q1_kin},
    Row{"zinto",            make_q1_kin},
    Row{"hunnox",           make_q1_kin},
    Row{"mecer",            make_q1_kin},
    Row{"innovatae",        make_q1_kin},
    Row{"voltronic-qs",     make_voltronic_qs},
    Row{"voltronic-qs-hex", make_voltronic_hex},
    Row{"voltronic",        make_voltronic},
    Row{"voltronic-p10",    make_voltronic}, // three phases
    Row{"voltronic-p31",    make_voltronic}, // offline, with a type of battery
    Row{"voltronic-axpert", make_axpert},
    Row{"bestups",          make_best},
    Row{"masterguard",      make_masterguard},
    Row{"ablerex",          make_ablerex},
    Row{"q2",               make_three_phase},
    Row{"q6",               make_three_phase},
    Row{"innovart31",       make_three_phase},
    Row{"innovart33",       make_three_phase},
    Row{"gtec",             make_gtec},
    Row{"omron",            make_omron},
};
// clang-format on

constexpr auto kNames = [] {
    std::array<std::string_view, kRows.size()> names;
    std::transform(kRows.begin(), kRows.end(), names.begin(), [](const Row& row) { return row.name; });
    return names;
}();

} // namespace

std::span<const std::string_view> dialects() { return kNames; }

std::unique_ptr<QxDevice> make_device(std::string_view dialect, const Identity& identity)
{
    const auto* const row =
        std::find_if(kRows.begin(), kRows.end(), [&](const Row& one) { return one.name == dialect; });
    return row == kRows.end() ? nullptr : row->make(dialect, identity);
}

} // namespace upright::upsim
