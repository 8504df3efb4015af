#include "drivers/snmp/conversions.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace upright::snmp {
namespace {

// The numbers of "11/21/2026", "1:02:03".
std::vector<int> numbers_in(std::string_view text)
{
    constexpr std::size_t kMost = 4;
    std::vector<int> numbers;
    while (!text.empty() && numbers.size() < kMost) {
        int number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{} || number < 0)
            return {};
        numbers.push_back(number);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (!text.empty()) {
            if (std::string_view("/.-: ").find(text.front()) == std::string_view::npos)
                return {};
            text.remove_prefix(1);
        }
    }
    return numbers;
}

std::optional<std::string> date(int year, int month, int day)
{
    constexpr int kCentury = 100;
    constexpr int kPivot = 70;
    if (year < kCentury)
        year += year < kPivot ? 2000 : 1900;
    const std::chrono::year_month_day when{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!when.ok() || year > 9999)
        return std::nullopt;
    return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

// A text that is no such date stays as it is.
std::optional<std::string> date_of(const Value& value, std::size_t month, std::size_t day)
{
    auto text = as_text(value);
    const auto numbers = numbers_in(text);
    if (numbers.size() < 3)
        return text.empty() ? std::nullopt : std::optional(text);
    const auto known = date(numbers[2], numbers[month], numbers[day]);
    return known ? known : std::optional(text);
}

std::optional<std::string> date_mdy(const Value& value) { return date_of(value, 0, 1); }
std::optional<std::string> date_dmy(const Value& value) { return date_of(value, 1, 0); }

std::optional<std::string> bytes_of(const Value& value, std::string_view between)
{
    if (value.type != Value::Type::text || value.text.empty())
        return std::nullopt;
    std::string text;
    for (const auto c : value.text)
        text += fmt::format("{}{:02x}", text.empty() ? std::string_view() : between,
                            static_cast<unsigned char>(c));
    return text;
}

std::optional<std::string> octets(const Value& value) { return bytes_of(value, ""); }
std::optional<std::string> mac(const Value& value)
{
    constexpr std::size_t kLength = 6;
    return value.text.size() == kLength ? bytes_of(value, ":") : std::optional(as_text(value));
}

template <int kFactor>
std::optional<std::string> seconds(const Value& value)
{
    const auto number = as_number(value);
    if (!number || *number < 0)
        return std::nullopt;
    return fmt::format("{:.0f}", std::round(*number * kFactor));
}

// "h:mm:ss", "mm:ss"
std::optional<std::string> clock(const Value& value)
{
    const auto numbers = numbers_in(as_text(value));
    if (numbers.size() < 2)
        return std::nullopt;
    long total = 0;
    for (const auto number : numbers)
        total = total * 60 + number;
    return std::to_string(total);
}

std::optional<std::string> yes_no(const Value& value)
{
    const auto number = as_number(value);
    return number ? std::optional<std::string>(*number != 0 ? "yes" : "no") : std::nullopt;
}

std::optional<std::string> first_word(const Value& value)
{
    const auto text = as_text(value);
    return text.empty() ? std::nullopt : std::optional(text.substr(0, text.find(' ')));
}

constexpr std::array kConversions{Conversion{"clock", clock},
                                  Conversion{"date-dmy", date_dmy},
                                  Conversion{"date-mdy", date_mdy},
                                  Conversion{"days", seconds<86400>},
                                  Conversion{"first-word", first_word},
                                  Conversion{"hours", seconds<3600>},
                                  Conversion{"mac", mac},
                                  Conversion{"minutes", seconds<60>},
                                  Conversion{"octets", octets},
                                  Conversion{"yes-no", yes_no}};

} // namespace

const Conversion* find_conversion(std::string_view name)
{
    for (const auto& one : kConversions)
        if (one.name == name)
            return &one;
    return nullptr;
}

std::vector<std::string_view> conversion_names()
{
    std::vector<std::string_view> names;
    for (const auto& one : kConversions)
        names.push_back(one.name);
    return names;
}

} // namespace upright::snmp
