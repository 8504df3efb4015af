#include "drivers/runtime/power_off_way.hpp"

#include "common/text/number.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace upright {
namespace {

constexpr std::array<std::string_view, 5> kAll{"shutdown.return", "shutdown.reboot", "load.off.delay",
                                               "shutdown.stayoff", "load.off"};
constexpr std::array<std::string_view, 1> kStayOff{"shutdown.stayoff"};

bool is_megatec(std::string_view program)
{
    return program == "nutdrv_qx" || program == "blazer_ser" || program == "blazer_usb";
}

} // namespace

std::vector<std::string> parse_sdcommands(std::string_view text)
{
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        if (const auto part = trimmed(text.substr(0, end)); !part.empty())
            parts.emplace_back(part);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

std::span<const std::string_view> power_off_commands(std::string_view program, bool stay_off)
{
    if (is_megatec(program))
        return stay_off ? std::span<const std::string_view>(kStayOff) : std::span(kAll).first(1);
    return program == "usbhid-ups" ? std::span(kAll).first(4) : std::span(kAll);
}

Result<std::string> power_off_way(const PowerOffSettings& settings, const State::Commands& announced)
{
    if (settings.program == "dummy-ups")
        return Error{Errc::command_not_supported,
                     "dummy-ups simulates or repeats a UPS: it has no load to switch off"};
    const auto own = power_off_commands(settings.program, settings.stay_off);
    std::vector<std::string_view> wanted(own.begin(), own.end());
    if (!settings.sdcommands.empty()) {
        wanted.clear();
        for (const auto& command : settings.sdcommands)
            if (command == "shutdown.default")
                wanted.insert(wanted.end(), own.begin(), own.end());
            else
                wanted.emplace_back(command);
    }
    for (const auto command : wanted)
        if (announced.find(command) != announced.end())
            return std::string(command);
    return Error{Errc::command_not_supported,
                 fmt::format("it announces none of {}", escaped(fmt::format("{}", fmt::join(wanted, ", "))))};
}

} // namespace upright
