// Powercom: delays packed into two bytes, words of bits, and volts of old models.
#include "common/text/number.hpp"
#include "drivers/usbhid/conversion_tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace upright::usbhid {
namespace {

constexpr unsigned kRestart = 0x40;
constexpr unsigned kStayOff = 0x80;
constexpr int kLongest = 99 * 60; // s

std::optional<int> number_in(std::optional<std::string> text)
{
    return text ? to_int(trimmed(*text)) : std::nullopt;
}

// What the user says, else the setting.
std::optional<int> delay_of(std::string_view text, Context& context, std::string_view setting)
{
    const auto delay = trimmed(text).empty() ? number_in(context.variable(setting)) : to_int(trimmed(text));
    return delay && *delay >= 0 && *delay <= kLongest ? delay : std::nullopt;
}

unsigned swapped(unsigned word) { return (word & 0xFFU) << 8U | (word >> 8U & 0xFFU); }

// Minutes, the high byte first.
std::optional<std::string> startup(double value, Context&)
{
    return fixed(swapped(bits_of(value)) * 60.0, 0);
}

std::optional<double> startup_of(std::string_view text, Context& context)
{
    const auto delay = delay_of(text, context, "ups.delay.start");
    if (!delay)
        return std::nullopt;
    return swapped(static_cast<unsigned>(*delay + 59) / 60);
}

// Old firmware has its bytes the other way around.
unsigned in_order(unsigned word, const Context& context)
{
    return context.options().flag("powercom_sdcmd_byte_order_fallback") ? swapped(word) : word;
}

// Minutes in the high byte, seconds in the low one with the bits for what comes after.
std::optional<std::string> shutdown(double value, Context& context)
{
    const auto word = in_order(bits_of(value), context);
    return fixed((word >> 8U & 0xFFU) * 60.0 + (word & 0x3FU), 0);
}

// The delays that some models (RAPTOR, Smart King Pro) know only, by their number from 1; they restart unless
// told otherwise.
unsigned discrete_delay(int seconds)
{
    constexpr std::array kDelays{12,  18,  24,  30,  36,  42,  48,  54,  60,
                                 120, 180, 240, 300, 360, 420, 480, 540, 600};
    const auto* const found = std::lower_bound(kDelays.begin(), kDelays.end() - 1, seconds);
    return static_cast<unsigned>(found - kDelays.begin()) + 1;
}

template <unsigned after>
std::optional<double> shutdown_of(std::string_view text, Context& context)
{
    const auto delay = delay_of(text, context, "ups.delay.shutdown");
    if (!delay)
        return std::nullopt;
    if (context.options().flag("powercom_sdcmd_discrete_delay"))
        return discrete_delay(*delay) | (after == kStayOff ? kStayOff : 0U);
    const auto seconds = static_cast<unsigned>(*delay);
    return in_order((seconds / 60) << 8U | (seconds % 60) | after, context);
}

// Old models write a quarter; none has less than 80 V to tell otherwise.
std::optional<std::string> volts(double value, Context&)
{
    constexpr double kLowest = 80;
    return fixed(value < kLowest ? value * 4 : value, 0);
}

// Report A4 holds the battery's volts as text, on models that have no field for them.
std::optional<std::string> battery_voltage(double, Context& context)
{
    constexpr double kMost = 500; // V
    const auto report = context.report(0xA4);
    if (!report || report->size() < 2)
        return std::nullopt;
    const auto text = std::string_view(*report).substr(1);
    const auto volts = to_double(trimmed(text.substr(0, text.find('\0'))));
    return volts && *volts >= 0 && *volts < kMost ? std::optional(fixed(*volts, 2)) : std::nullopt;
}

std::optional<std::string> trim(double value, Context&)
{
    return (bits_of(value) & 0x18U) == 0x08 ? "trim" : "!trim";
}

std::optional<std::string> boost(double value, Context&)
{
    return (bits_of(value) & 0x18U) == 0x18 ? "boost" : "!boost";
}

// clang-format off
constexpr std::array kConversions{
    Conversion{"powercom-startup",         startup,  startup_of},
    Conversion{"powercom-shutdown",        shutdown, shutdown_of<kRestart>},
    Conversion{"powercom-stayoff",         shutdown, shutdown_of<kStayOff>},
    Conversion{"powercom-voltage",         volts},
    Conversion{"powercom-battery-voltage", battery_voltage},
    Conversion{"powercom-upsfail",         flag<0x01, kFault>},
    Conversion{"powercom-replacebatt",     flag<0x02, kReplace>},
    Conversion{"powercom-test",            flag<0x04, kCalibrating>},
    Conversion{"powercom-shutdownimm",     flag<0x10, kShutdown>},
    Conversion{"powercom-online",          flag<0x01, kNotOnline>},
    Conversion{"powercom-lowbatt",         flag<0x02, kLowBattery>},
    Conversion{"powercom-trim",            trim},
    Conversion{"powercom-boost",           boost},
    Conversion{"powercom-overload",        flag<0x20, kOverload>},
};
// clang-format on

} // namespace

std::span<const Conversion> powercom_conversions() { return kConversions; }

} // namespace upright::usbhid
