#include "drivers/io/snmp/value.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <charconv>

namespace upright::snmp {
namespace {

constexpr int kTicksInSecond = 100;

std::optional<double> leading_number(std::string_view text)
{
    text = trimmed(text);
    if (text.starts_with('+'))
        text.remove_prefix(1);
    double number = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    const bool finite = error == std::errc{} && number - number == 0;
    return finite && end != text.data() ? std::optional(number) : std::nullopt;
}

std::string_view without_padding(std::string_view text)
{
    constexpr std::string_view kPadding{" \t\r\n\0", 5};
    const auto first = text.find_first_not_of(kPadding);
    if (first == text.npos)
        return {};
    return text.substr(first, text.find_last_not_of(kPadding) - first + 1);
}

} // namespace

std::optional<double> as_number(const Value& value)
{
    switch (value.type) {
    case Value::Type::integer:
    case Value::Type::gauge: return static_cast<double>(value.number);
    case Value::Type::counter: return static_cast<double>(static_cast<std::uint64_t>(value.number));
    case Value::Type::ticks: return static_cast<double>(value.number / kTicksInSecond);
    case Value::Type::real: return value.real - value.real == 0 ? std::optional(value.real) : std::nullopt;
    case Value::Type::text: return leading_number(value.text);
    default: return std::nullopt;
    }
}

std::string as_text(const Value& value)
{
    switch (value.type) {
    case Value::Type::text: return std::string(without_padding(value.text));
    case Value::Type::object_id: return to_string(value.oid);
    case Value::Type::real: return fmt::format("{}", value.real);
    case Value::Type::ticks: return std::to_string(value.number / kTicksInSecond);
    case Value::Type::counter: return std::to_string(static_cast<std::uint64_t>(value.number));
    case Value::Type::none:
    case Value::Type::failed: return {};
    default: return std::to_string(value.number);
    }
}

} // namespace upright::snmp
