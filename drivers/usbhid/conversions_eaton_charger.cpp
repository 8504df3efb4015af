// Eaton's advanced battery management (ABM): the battery rests most of the time, and the charger says when it
// doesn't.
#include "drivers/usbhid/conversion_tables.hpp"

#include <array>

namespace upright::usbhid {
namespace {

constexpr auto kEnable = "UPS.BatterySystem.Charger.ABMEnable";
constexpr auto kMode = "UPS.BatterySystem.Charger.Mode";

using States = std::array<const char*, 7>;
constexpr States kOfMode{nullptr, "charging", "discharging", "floating", "resting", nullptr, "off"};
constexpr States kOfStatus{nullptr, "charging", "floating", "resting", "discharging", nullptr, "off"};

std::optional<std::string_view> state(double value, const States& states)
{
    const auto number = bits_of(value);
    if (number >= states.size() || states[number] == nullptr)
        return std::nullopt;
    return states[number];
}

// Nothing: the UPS doesn't say whether it does that.
std::optional<bool> enabled(Context& context)
{
    const auto value = context.value(kEnable);
    return value ? std::optional(*value == 1) : std::nullopt;
}

std::optional<std::string> enable(double value, Context&) { return value == 1 ? "enabled" : "disabled"; }

template <const States& states>
std::optional<std::string> word(double value, Context& context)
{
    const auto found = state(value, states);
    return enabled(context).value_or(true) && found ? std::optional(std::string(*found)) : std::nullopt;
}

std::optional<std::string> flags(std::optional<std::string_view> state)
{
    if (!state)
        return std::nullopt;
    if (*state == "charging")
        return "chrg !dischrg";
    return *state == "discharging" ? "dischrg !chrg" : "!dischrg !chrg";
}

std::optional<std::string> mode_flags(double value, Context& context)
{
    return enabled(context).value_or(false) ? flags(state(value, kOfMode)) : std::nullopt;
}

// Devices that have both mean the mode.
std::optional<std::string> status_flags(double value, Context& context)
{
    if (!enabled(context).value_or(false) || context.value(kMode))
        return std::nullopt;
    return flags(state(value, kOfStatus));
}

// The bits of PresentStatus count where there is no such management.
template <const FlagTexts& texts>
std::optional<std::string> plain(double value, Context& context)
{
    return enabled(context).value_or(false) ? std::nullopt : truth<texts>(value, context);
}

// clang-format off
constexpr std::array kConversions{
    Conversion{"eaton-abm-enabled",      enable},
    Conversion{"eaton-abm-mode",         word<kOfMode>},
    Conversion{"eaton-abm-status",       word<kOfStatus>},
    Conversion{"eaton-abm-mode-flags",   mode_flags},
    Conversion{"eaton-abm-status-flags", status_flags},
    Conversion{"eaton-abm-dischrg",      plain<kDischarging>},
    Conversion{"eaton-abm-chrg",         plain<kCharging>},
};
// clang-format on

} // namespace

std::span<const Conversion> eaton_charger_conversions() { return kConversions; }

} // namespace upright::usbhid
