// What devices of several makers need: texts, temperatures, dates and scales.
#include "common/text/number.hpp"
#include "drivers/usbhid/conversion_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

namespace upright::usbhid {
namespace {

// Index of a string descriptor.
std::optional<std::string> text(double value, Context& context)
{
    if (!(value >= 1 && value <= 255))
        return std::nullopt;
    auto found = context.text(static_cast<std::uint8_t>(value));
    return found && !found->empty() ? found : std::nullopt;
}

// Kelvin where it can be nothing else.
std::optional<std::string> celsius(double value, Context&)
{
    constexpr double kFreezing = 273.15;
    return fixed(value >= 273 && value <= 373 ? value - kFreezing : value, 1);
}

// Where capacities are in mAh or mWh (CapacityMode 0 and 1) a full battery tells what is all.
std::optional<std::string> percent_of_full(double value, Context& context)
{
    constexpr double kPercent = 2;
    const auto full = context.value("UPS.PowerSummary.FullChargeCapacity");
    if (context.value("UPS.PowerSummary.CapacityMode").value_or(kPercent) < kPercent && full && *full > 0)
        value = value / *full * 100;
    return fixed(std::clamp(value, 0.0, 100.0), 0);
}

struct Date {
    int year = 0;
    int month = 0;
    int day = 0;
};

std::optional<std::string> written(const Date& date)
{
    if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31)
        return std::nullopt;
    return fmt::format("{:04}/{:02}/{:02}", date.year, date.month, date.day);
}

// "2013/05/18", dashes too.
std::optional<Date> date_of(std::string_view text)
{
    if (text.size() != 10 || (text[4] != '/' && text[4] != '-') || text[7] != text[4])
        return std::nullopt;
    const auto year = to_int(text.substr(0, 4));
    const auto month = to_int(text.substr(5, 2));
    const auto day = to_int(text.substr(8, 2));
    if (!year || !month || !day)
        return std::nullopt;
    const Date date{*year, *month, *day};
    return written(date) ? std::optional(date) : std::nullopt;
}

// Years since 1980 in 7 bits, the month in 4, the day in 5.
std::optional<std::string> date(double value, Context&)
{
    const auto bits = bits_of(value);
    if (bits == 0)
        return "not set";
    return written({1980 + static_cast<int>(bits >> 9U & 0x7FU), static_cast<int>(bits >> 5U & 0x0FU),
                    static_cast<int>(bits & 0x1FU)});
}

std::optional<double> packed_date(std::string_view text, Context&)
{
    const auto date = date_of(text);
    if (!date || date->year < 1980 || date->year > 2107)
        return std::nullopt;
    return (date->year - 1980) * 512 + date->month * 32 + date->day;
}

int decimal(unsigned bcd) { return static_cast<int>(bcd >> 4U & 0x0FU) * 10 + static_cast<int>(bcd & 0x0FU); }

// 0xMMDDYY, each digit a nibble.
std::optional<std::string> apc_date(double value, Context&)
{
    const auto bits = bits_of(value);
    if (bits == 0)
        return "not set";
    for (unsigned digit = 0; digit < 24; digit += 4)
        if ((bits >> digit & 0x0FU) > 9)
            return std::nullopt;
    const int year = decimal(bits);
    return written({year + (year < 70 ? 2000 : 1900), decimal(bits >> 16U), decimal(bits >> 8U)});
}

std::optional<std::tm> local(double seconds)
{
    if (!(seconds >= 0 && seconds <= 0xFFFFFFFF))
        return std::nullopt;
    const auto when = static_cast<std::time_t>(seconds);
    std::tm parts{};
    return localtime_r(&when, &parts) != nullptr ? std::optional(parts) : std::nullopt;
}

std::optional<std::string> unix_date(double value, Context&)
{
    const auto parts = local(value);
    return parts ? written({parts->tm_year + 1900, parts->tm_mon + 1, parts->tm_mday}) : std::nullopt;
}

std::optional<std::string> unix_time(double value, Context&)
{
    const auto parts = local(value);
    if (!parts)
        return std::nullopt;
    return fmt::format("{:02}:{:02}:{:02}", parts->tm_hour, parts->tm_min, parts->tm_sec);
}

// The UPS has one clock for both: the other half stays as the device tells it, or as it is here.
std::optional<std::tm> clock_of(Context& context)
{
    const auto told = context.value("UPS.PowerSummary.Time");
    return local(told ? *told : static_cast<double>(std::time(nullptr)));
}

std::optional<double> seconds_of(std::tm parts)
{
    parts.tm_isdst = -1;
    const auto seconds = std::mktime(&parts);
    return seconds < 0 ? std::nullopt : std::optional(static_cast<double>(seconds));
}

std::optional<double> set_date(std::string_view text, Context& context)
{
    const auto date = date_of(text);
    auto parts = clock_of(context);
    if (!date || !parts)
        return std::nullopt;
    parts->tm_year = date->year - 1900;
    parts->tm_mon = date->month - 1;
    parts->tm_mday = date->day;
    return seconds_of(*parts);
}

// "13:18:30"
std::optional<double> set_time(std::string_view text, Context& context)
{
    if (text.size() != 8 || text[2] != ':' || text[5] != ':')
        return std::nullopt;
    const auto hour = to_int(text.substr(0, 2));
    const auto minute = to_int(text.substr(3, 2));
    const auto second = to_int(text.substr(6, 2));
    auto parts = clock_of(context);
    if (!hour || !minute || !second || !parts || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59
        || *second < 0 || *second > 59)
        return std::nullopt;
    parts->tm_hour = *hour;
    parts->tm_min = *minute;
    parts->tm_sec = *second;
    return seconds_of(*parts);
}

std::optional<std::string> delta_type(double value, Context&)
{
    constexpr std::array<const char*, 5> kTypes{"online", "offline", "line-interactive", "3-phase",
                                                "split-phase"};
    const auto type = bits_of(value) & 0x0FU;
    return type < kTypes.size() ? std::optional<std::string>(kTypes[type]) : std::nullopt;
}

// clang-format off
constexpr std::array kConversions{
    Conversion{"text",           text},
    Conversion{"celsius",        celsius},
    Conversion{"date",           date,      packed_date},
    Conversion{"apc-date",       apc_date},
    Conversion{"unix-date",      unix_date, set_date},
    Conversion{"unix-time",      unix_time, set_time},
    Conversion{"tenths",         over<10, 1>},
    Conversion{"hundredths",     over<100, 1>},
    Conversion{"times-10",       times<10, 1>},
    Conversion{"times-100000",   times<100'000, 1>},
    Conversion{"times-1000000",  times<1'000'000, 1>},
    Conversion{"times-10000000", times<10'000'000, 1>},
    Conversion{"minutes",        times<60, 0>},
    Conversion{"percent-of-full", percent_of_full},
    Conversion{"delta-ups-type", delta_type},
};
// clang-format on

} // namespace

std::span<const Conversion> common_conversions() { return kConversions; }

} // namespace upright::usbhid
