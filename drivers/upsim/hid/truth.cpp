#include "drivers/upsim/hid/hid_function.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace upright::upsim {
namespace {

constexpr double kZeroCelsius = 273.15;

std::string date(long long packed)
{
    return packed == 0
               ? "not set"
               : fmt::format("{:04}/{:02}/{:02}", 1980 + (packed >> 9), packed >> 5 & 15, packed & 31);
}

// BCD in hex: 0x061214 is the 12th of June 2014.
std::string apc_date(long long bcd)
{
    return fmt::format("20{:02x}/{:02x}/{:02x}", bcd & 0xFF, bcd >> 16 & 0xFF, bcd >> 8 & 0xFF);
}

std::string mapped(std::string_view map, long long number)
{
    for (;;) {
        const auto end = map.find(';');
        const auto row = map.substr(0, end);
        const auto equals = row.find('=');
        if (row.substr(0, equals) == std::to_string(number))
            return std::string(row.substr(equals + 1));
        if (end == map.npos)
            return {};
        map.remove_prefix(end + 1);
    }
}

} // namespace

// What the device can tell of it, as the variable's format wants it.
std::string HidFunction::text(const Field& field)
{
    const double told = value_of(field, raw_of(field, value(field)));
    const auto whole = std::llround(told);
    if (field.as == "string") {
        const auto& strings = profile_.identity.strings;
        const auto found = strings.find(static_cast<std::uint8_t>(whole));
        return found == strings.end() ? "" : found->second;
    }
    if (field.as == "date")
        return date(whole);
    if (field.as == "apc-date")
        return apc_date(whole);
    if (field.as == "ampere-hours")
        return fmt::format("{:.2f}", told / 3600);
    if (field.as == "celsius")
        return fmt::format("{:.1f}", told > kZeroCelsius ? told - kZeroCelsius : told);
    if (field.as.find('=') != field.as.npos)
        return mapped(field.as, whole);
    const int decimals = field.as.front() - '0';
    return fmt::format("{:.{}f}", told, decimals);
}

std::string HidFunction::status()
{
    struct Word {
        std::string_view usage; // of the field that tells it
        std::string_view word;
    };
    static constexpr std::array kWords{
        Word{"Discharging", "DISCHRG"},
        Word{"Charging", "CHRG"},
        Word{"BelowRemainingCapacityLimit", "LB"},
        Word{"RemainingTimeLimitExpired", "LB"},
        Word{"ShutdownImminent", "LB"},
        Word{"Overload", "OVER"},
        Word{"NeedReplacement", "RB"},
        Word{"Buck", "TRIM"},
        Word{"Boost", "BOOST"},
    };
    const auto& fields = profile_.fields;
    const auto says = [&](std::string_view usage) {
        return std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
            return field.high == 1 && field.path.ends_with(fmt::format(".{}", usage)) && value(field) != 0;
        });
    };
    std::string all = model_().mains_usable() ? "OL" : "OB";
    for (const auto& [usage, word] : kWords)
        if (says(usage) && all.find(word) == all.npos)
            all += fmt::format(" {}", word);
    for (const auto& [word, told] : profile_.more_status)
        if (told.read(state(), told.number) != 0)
            all += fmt::format(" {}", word);
    const bool tells_off = std::any_of(fields.begin(), fields.end(), [](const Field& field) {
        return field.path.ends_with("PresentStatus.Good") || field.path.ends_with(".APCStatusFlag");
    });
    return tells_off && model_().output() != Output::on ? all + " OFF" : all;
}

std::map<std::string, std::string> HidFunction::truth()
{
    std::map<std::string, std::string> all(profile_.more_truth.begin(), profile_.more_truth.end());
    for (const auto& field : profile_.fields)
        if (!field.variable.empty())
            all.insert_or_assign(std::string(field.variable), text(field));
    all["ups.status"] = status();
    return all;
}

} // namespace upright::upsim
