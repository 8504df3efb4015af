#include "drivers/snmp/reading.hpp"

#include "common/text/case_less.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace upright::snmp {
namespace {

constexpr std::size_t kLongest = 255; // of a value: drivers may publish no more

const std::string* word_for(const Words& words, std::string_view reading)
{
    const auto it =
        std::find_if(words.begin(), words.end(), [&](const auto& one) { return one.first == reading; });
    return it == words.end() ? nullptr : &it->second;
}

// What many cards say of what they don't measure: the ends of the range.
bool is_end_of_range(const Value& value)
{
    if (value.type == Value::Type::integer)
        return value.number == INT32_MIN || value.number == INT32_MAX;
    return value.type == Value::Type::gauge && value.number == UINT32_MAX;
}

bool says_nothing(const Meaning& meaning, const Value& value, std::string_view text)
{
    if (is_end_of_range(value))
        return true;
    const auto number = value.type == Value::Type::text ? to_double(text) : as_number(value);
    return std::any_of(meaning.none.begin(), meaning.none.end(), [&](const std::string& none) {
        return none == text || (number && to_double(none) == number);
    });
}

// No device's text may end a line or a log.
std::string printable(std::string text)
{
    text.resize(std::min(text.size(), kLongest));
    for (auto& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            c = ' ';
    return text;
}

Shown from_text(std::string text)
{
    if (text.empty())
        return {};
    return {Shown::Kind::text, printable(std::move(text))};
}

double celsius(double fahrenheit) { return (fahrenheit - 32) * 5 / 9; }

} // namespace

std::string printed(double number, int decimals)
{
    constexpr double kWhole = 1e-6;
    if (std::abs(number - std::round(number)) < kWhole)
        return fmt::format("{:.0f}", std::round(number) + 0.0);
    auto text = fmt::format("{:.{}f}", number, decimals);
    const auto point = text.find('.');
    while (point != text.npos && text.size() > point + 3 && text.back() == '0')
        text.pop_back();
    return text;
}

Shown shown(const Meaning& meaning, const Value& value, const Circumstances& circumstances)
{
    const auto text = as_text(value);
    if (value.type == Value::Type::text && text.empty())
        return {};
    if (says_nothing(meaning, value, text))
        return {};
    if (meaning.conversion != nullptr) {
        const auto converted = meaning.conversion->read(value);
        return converted ? from_text(*converted) : Shown{};
    }
    if (const auto* const word = word_for(meaning.words, text))
        return from_text(*word);
    if (meaning.text)
        return from_text(text);
    const auto number = as_number(value);
    if (!number)
        return {Shown::Kind::senseless};
    auto result = *number * meaning.scale / std::pow(10, circumstances.digits) + meaning.offset;
    if (circumstances.fahrenheit)
        result = celsius(result);
    if (meaning.absolute)
        result = std::abs(result);
    constexpr double kLargest = 1e15; // beyond it nothing is measured
    if (!(std::abs(result) < kLargest))
        return {};
    if ((meaning.min && result < *meaning.min) || (meaning.max && result > *meaning.max))
        return {};
    if (meaning.exactly)
        return {Shown::Kind::text, fmt::format("{:.{}f}", result, meaning.decimals)};
    // Halves of the last unit come from °F, not from the device.
    const int decimals =
        circumstances.fahrenheit ? 2 : std::max(meaning.decimals, std::min(circumstances.digits, 6));
    return {Shown::Kind::text, printed(result, decimals)};
}

std::optional<Value> written(const ValueRow& row, std::string_view text)
{
    if (!row.write)
        return std::nullopt;
    text = trimmed(text);
    Value value;
    value.type = row.write->as;
    for (const auto& [reading, word] : row.meaning.words)
        if (equal_ignoring_case(word, text)) {
            if (value.type == Value::Type::text) {
                value.text = reading;
                return value;
            }
            const auto number = to_long(reading);
            value.number = number.value_or(0);
            return number ? std::optional(value) : std::nullopt;
        }
    if (value.type == Value::Type::text) {
        value.text = text;
        if (value.text != printable(value.text)) // control characters
            return std::nullopt;
        const bool short_enough = text.size() <= static_cast<std::size_t>(row.write->max_length);
        return short_enough ? std::optional(value) : std::nullopt;
    }
    const auto number = to_double(text);
    if (!number || !row.meaning.words.empty())
        return std::nullopt;
    if ((row.write->low && *number < *row.write->low) || (row.write->high && *number > *row.write->high))
        return std::nullopt;
    constexpr double kTicks = 100;
    constexpr double kMost = 2147483647;
    const auto raw =
        (*number - row.meaning.offset) / row.meaning.scale * (value.type == Value::Type::ticks ? kTicks : 1);
    const auto least = value.type == Value::Type::integer ? -kMost - 1 : 0;
    if (!(raw >= least && raw <= kMost)
        || (raw < 0) != (std::llround(raw) < 0)) // -1 may mean "stop", 0 "now"
        return std::nullopt;
    value.number = static_cast<std::int64_t>(std::llround(raw));
    return value;
}

bool is_state(const Value& value)
{
    return value.there() && value.type != Value::Type::ticks && value.type != Value::Type::real;
}

std::vector<std::string> words_in(const WordRow& row, const Value& value)
{
    std::vector<std::string> words;
    if (!is_state(value))
        return words;
    if (const auto* const word = word_for(row.words, as_text(value)); word != nullptr && !word->empty())
        words.push_back(*word);
    for (const auto& [place, word] : row.flags)
        if (place >= 1 && value.type == Value::Type::text && place <= value.text.size()
            && value.text[place - 1] == '1')
            words.push_back(word);
    constexpr unsigned kByte = 8;
    for (const auto& [bit, word] : row.bits) {
        if (value.type == Value::Type::text) { // BITS: the first is the highest of the first byte
            const auto byte = bit / kByte;
            const unsigned octet =
                byte < value.text.size() ? static_cast<unsigned char>(value.text[byte]) : 0U;
            if (((octet >> (kByte - 1 - bit % kByte)) & 1U) != 0)
                words.push_back(word);
        } else if (bit < 64 && ((static_cast<std::uint64_t>(value.number) >> bit) & 1U) != 0) {
            words.push_back(word);
        }
    }
    return words;
}

} // namespace upright::snmp
