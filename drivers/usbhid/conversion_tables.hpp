// The tables of conversions, one for each maker, and what they share. conversions.cpp joins them; new
// arithmetic is one row in one of them.
#pragma once

#include "drivers/usbhid/conversions.hpp"

#include <span>

namespace upright::usbhid {

std::span<const Conversion> common_conversions();
std::span<const Conversion> belkin_conversions();
std::span<const Conversion> cps_conversions();
std::span<const Conversion> eaton_conversions();
std::span<const Conversion> eaton_charger_conversions();
std::span<const Conversion> ever_conversions();
std::span<const Conversion> openups_conversions();
std::span<const Conversion> powercom_conversions();
std::span<const Conversion> tripplite_conversions();
std::span<const Guard> eaton_guards();

// What Eatons call themselves: product, and iModel or nominal VA.
std::string eaton_model(Context& context);

// The text of the string descriptor whose index stands at the path; empty if there is none.
std::string text_at(Context& context, std::string_view path);

std::string fixed(double value, int decimals);

template <auto factor, int decimals>
std::optional<std::string> times(double value, Context&)
{
    return fixed(value * static_cast<double>(factor), decimals);
}

template <auto divisor, int decimals>
std::optional<std::string> over(double value, Context&)
{
    return fixed(value / static_cast<double>(divisor), decimals);
}

// Bits of a word as flags: the first text if any of them is set.
unsigned bits_of(double value);

struct FlagTexts {
    const char* set;
    const char* clear;
};

template <unsigned mask, const FlagTexts& texts>
std::optional<std::string> flag(double value, Context&)
{
    return std::string((bits_of(value) & mask) != 0 ? texts.set : texts.clear);
}

inline constexpr FlagTexts kOnline{"online", "offline"};
inline constexpr FlagTexts kNotOnline{"offline", "online"};
inline constexpr FlagTexts kDischarging{"dischrg", "!dischrg"};
inline constexpr FlagTexts kCharging{"chrg", "!chrg"};
inline constexpr FlagTexts kLowBattery{"lowbatt", "!lowbatt"};
inline constexpr FlagTexts kReplace{"replacebatt", "!replacebatt"};
inline constexpr FlagTexts kShutdown{"shutdownimm", "!shutdownimm"};
inline constexpr FlagTexts kOverload{"overload", "!overload"};
inline constexpr FlagTexts kOverheat{"overheat", "!overheat"};
inline constexpr FlagTexts kFault{"commfault", "!commfault"};
inline constexpr FlagTexts kAwaiting{"awaitingpower", "!awaitingpower"};
inline constexpr FlagTexts kDepleted{"depleted", "!depleted"};
inline constexpr FlagTexts kCalibrating{"calib", "!calib"};
inline constexpr FlagTexts kNotOff{"!off", "off"};

// True of any value but 0, whatever its exponent.
template <const FlagTexts& texts>
std::optional<std::string> truth(double value, Context&)
{
    return std::string(value != 0 ? texts.set : texts.clear);
}

} // namespace upright::usbhid
