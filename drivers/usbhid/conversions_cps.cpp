// CyberPower: what its devices scale wrongly.
#include "drivers/usbhid/conversion_tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace upright::usbhid {
namespace {

std::optional<std::string> charge(double value, Context&) { return fixed(std::min(value, 100.0), 0); }

std::optional<std::string> full_charge(double value, Context&) { return fixed(value, 0) + "%"; }

// Some of 0764:0501 read half as much again. No battery is at 1.4 times its nominal voltage. Decided once: an
// empty battery would look right.
std::optional<std::string> battery_voltage(double value, Context& context)
{
    constexpr double kTooMuch = 1.4;
    if (context.quirk() != "cps-battery-scale")
        return fixed(value, 1);
    auto scale = context.memory.find("cps.battery-scale");
    if (scale == context.memory.end()) {
        const auto nominal = context.value("UPS.PowerSummary.ConfigVoltage");
        if (!nominal || *nominal <= 0 || value <= 0)
            return fixed(value, 1);
        scale = context.memory.emplace("cps.battery-scale", value / *nominal > kTooMuch ? 2.0 / 3 : 1).first;
    }
    return fixed(value * scale->second, 1);
}

// 499 is 49.9 Hz where a tenth of it is near 50 or 60.
std::optional<std::string> frequency(double value, Context&)
{
    constexpr double kNear = 0.05;
    for (const double nominal : {50.0, 60.0})
        if (std::abs(value / 10 - nominal) <= nominal * kNear)
            return fixed(value / 10, 1);
    return fixed(value, 1);
}

// clang-format off
constexpr std::array kConversions{
    Conversion{"cps-battcharge",  charge},
    Conversion{"cps-battstatus",  full_charge},
    Conversion{"cps-battvolt",    battery_voltage},
    Conversion{"cps-input-freq",  frequency},
    Conversion{"cps-output-freq", frequency},
};
// clang-format on

} // namespace

std::span<const Conversion> cps_conversions() { return kConversions; }

} // namespace upright::usbhid
