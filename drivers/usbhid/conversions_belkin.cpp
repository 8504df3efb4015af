// Belkin's words of bits, and the Liebert PowerSure's units without exponents.
#include "drivers/usbhid/conversion_tables.hpp"

#include <fmt/format.h>

#include <array>

namespace upright::usbhid {
namespace {

std::optional<std::string> sensitivity(double value, Context&)
{
    constexpr std::array<const char*, 3> kWords{"normal", "reduced", "low"};
    const auto word = bits_of(value);
    return std::string(word < kWords.size() ? kWords[word] : kWords[0]);
}

std::optional<double> sensitivity_of(std::string_view text, Context&)
{
    if (text == "normal")
        return 0;
    if (text == "reduced")
        return 1;
    return text == "low" ? std::optional(2.0) : std::nullopt;
}

// The type in the lower half of a byte, the firmware's number above it.
std::optional<std::string> firmware(double value, Context&) { return fmt::to_string(bits_of(value) >> 4U); }

std::optional<std::string> ups_type(double value, Context&)
{
    switch (bits_of(value) & 0x0FU) {
    case 1: return "offline";
    case 2: return "line-interactive";
    case 3: return "simple online";
    case 4: return "simple offline";
    case 5: return "simple line-interactive";
    default: return "online";
    }
}

// 12 V come as 1.2e-7.
std::optional<std::string> config_voltage(double value, Context&)
{
    return fixed(value > 0 && value < 1 ? value * 1e8 : value, 0);
}

// 120 V come as 1.2e-5 or as 1.2e-3, and a battery's 24 V as 2.4e-6 or 2.4e-4.
std::optional<std::string> line_voltage(double value, Context&)
{
    if (value > 0 && value < 1)
        value *= value < 5e-5 ? 1e7 : 1e5;
    return fixed(value, 1);
}

// clang-format off
constexpr std::array kConversions{
    Conversion{"belkin-sensitivity",     sensitivity, sensitivity_of},
    Conversion{"belkin-firmware",        firmware},
    Conversion{"belkin-upstype",         ups_type},
    Conversion{"belkin-online",          flag<0x0001, kNotOnline>},
    Conversion{"belkin-overload",        flag<0x0010, kOverload>},
    Conversion{"belkin-overheat",        flag<0x0040, kOverheat>},
    Conversion{"belkin-commfault",       flag<0x0080, kFault>},
    Conversion{"belkin-awaitingpower",   flag<0x2000, kAwaiting>},
    Conversion{"belkin-lowbatt",         flag<0x0004, kLowBattery>},
    Conversion{"belkin-depleted",        flag<0x0040, kDepleted>},
    Conversion{"belkin-replacebatt",     flag<0x0080, kReplace>},
    Conversion{"liebert-config-voltage", config_voltage},
    Conversion{"liebert-line-voltage",   line_voltage},
    Conversion{"liebert-online",         truth<kOnline>},
    Conversion{"liebert-discharging",    truth<kDischarging>},
    Conversion{"liebert-charging",       truth<kCharging>},
    Conversion{"liebert-lowbatt",        truth<kLowBattery>},
    Conversion{"liebert-replacebatt",    truth<kReplace>},
    Conversion{"liebert-shutdownimm",    truth<kShutdown>},
};
// clang-format on

} // namespace

std::span<const Conversion> belkin_conversions() { return kConversions; }

} // namespace upright::usbhid
