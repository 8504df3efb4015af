#include "drivers/megatec/bridges/string_index.hpp"

#include "common/text/number.hpp"

#include <algorithm>
#include <array>

namespace upright::megatec {
namespace {

// clang-format off
constexpr std::array kKrauler{
    StringCommand{"Q1", 0x03, '('},
    StringCommand{"F",  0x0D, '#'},
    StringCommand{"I",  0x0C, '#'},
    StringCommand{"T",  0x04},
    StringCommand{"TL", 0x05},
    StringCommand{"Q",  0x07},
    StringCommand{"C",  0x0B},
    StringCommand{"CT", 0x0B},
};
constexpr std::array kHunnox{
    StringCommand{"Q1", 0x03},
    StringCommand{"F",  0x0D},
    StringCommand{"I",  0x0C},
    StringCommand{"Q",  0x07},
    StringCommand{"C",  0x0A},
    StringCommand{"BL", 0xF3}, // not on a fabula
};
// clang-format on

} // namespace

std::span<const StringCommand> krauler_commands() { return kKrauler; }
std::span<const StringCommand> fabula_commands() { return std::span(kHunnox).first(kHunnox.size() - 1); }
std::span<const StringCommand> hunnox_commands() { return kHunnox; }
std::span<const StringCommand> snr_commands() { return std::span(kKrauler).first(3); }

std::optional<StringCommand> string_command(std::span<const StringCommand> table, std::string_view command)
{
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.command == command; });
    return found == table.end() ? std::nullopt : std::optional(*found);
}

// The upper half of the index is the delay: 1 for half a minute, then tenths of a minute up to 5, whole
// minutes from 6 on; the 8 in the lower half brings the load back with the mains.
std::optional<std::uint8_t> fabula_shutdown_index(std::string_view command)
{
    if (!command.starts_with('S'))
        return std::nullopt;
    command.remove_prefix(1);
    const auto r = command.find('R');
    const auto off = command.substr(0, r);
    const bool tenths = off.size() == 2 && off[0] == '.';
    const auto number = to_int(tenths ? off.substr(1) : off);
    const auto minutes_off = r == command.npos ? std::optional(1) : to_int(command.substr(r + 1));
    if (!number || *number < 0 || !minutes_off || *minutes_off < 0)
        return std::nullopt;
    const bool half_or_less = !tenths && *number == 0;
    const int step = tenths || half_or_less ? 1 + std::max(*number - 5, 0) : 6 + std::min(*number, 10) - 1;
    return static_cast<std::uint8_t>(16 * step + (*minutes_off != 0 ? 8 : 0));
}

} // namespace upright::megatec
