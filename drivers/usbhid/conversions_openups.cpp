// Mini-Box openUPS: figures of its converters, not yet volts, amperes and degrees.
#include "drivers/usbhid/conversion_tables.hpp"

#include <array>
#include <cmath>

namespace upright::usbhid {
namespace {

// Per model: the first openUPS counts steps of its dividers and shunts, the second tenths.
template <int per_ten_thousand, int decimals>
std::optional<std::string> scaled(double value, Context& context)
{
    const bool second = context.device().product_id == 0xD005;
    return fixed(value * (second && decimals == 2 ? 0.1 : per_ten_thousand / 10'000.0), decimals);
}

// 10 kΩ thermistor (B 3380) against 10 kΩ, 10 bits; the value is a hundredth of the count.
std::optional<std::string> temperature(double value, Context&)
{
    constexpr double kSteps = 1024;
    constexpr double kBeta = 3380;
    constexpr double kRoom = 298.15; // K, where the thermistor has its nominal resistance
    constexpr double kFreezing = 273.15;
    const double count = value * 100;
    if (!(count >= 1 && count < kSteps))
        return std::nullopt;
    const double ratio = (kSteps - count) / count; // of its resistance to the nominal
    return fixed(1 / (1 / kRoom + std::log(ratio) / kBeta) - kFreezing, 2);
}

// clang-format off
constexpr std::array kConversions{
    Conversion{"openups-scale-vin",        scaled<35450, 2>},
    Conversion{"openups-scale-vout",       scaled<25710, 2>},
    Conversion{"openups-scale-ccharge",    scaled<8274, 3>},
    Conversion{"openups-scale-cdischarge", scaled<16113, 3>},
    Conversion{"openups-temperature",      temperature},
    Conversion{"openups-off",              truth<kNotOff>},
    Conversion{"openups-charging",         truth<kCharging>},
    Conversion{"openups-discharging",      truth<kDischarging>},
    Conversion{"openups-online",           truth<kOnline>},
};
// clang-format on

} // namespace

std::span<const Conversion> openups_conversions() { return kConversions; }

} // namespace upright::usbhid
