#include "drivers/megatec/conversions.hpp"

#include "common/text/number.hpp"
#include "drivers/megatec/context.hpp"
#include "drivers/megatec/delays.hpp"
#include "drivers/megatec/frames.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>

namespace upright::megatec {
namespace {

// Devices write "---.-" or "@@" for what they can't measure.
std::optional<double> measured(std::string_view raw, bool sign = false)
{
    raw = trimmed(raw);
    const bool negative = sign && raw.starts_with('-');
    if (sign && !raw.empty() && (raw.front() == '-' || raw.front() == '+'))
        raw.remove_prefix(1);
    if (raw.empty() || raw.find_first_not_of("0123456789.") != raw.npos)
        return std::nullopt;
    const auto value = to_double(raw);
    return value && negative ? -*value : value;
}

std::optional<double> reading(const Context& context, std::string_view variable)
{
    const auto* const value = context.value(variable);
    return value != nullptr ? to_double(*value) : std::nullopt;
}

// Between two points it is a straight line, beyond the ends flat.
double along(const std::vector<Point>& curve, double value)
{
    const auto above =
        std::find_if(curve.begin(), curve.end(), [value](const Point& point) { return point.from > value; });
    if (above == curve.begin())
        return above->to;
    const auto& below = *(above - 1);
    if (above == curve.end())
        return below.to;
    return below.to + (above->to - below.to) * (value - below.from) / (above->from - below.from);
}

// Multiplied, divided, bounded and written as the row wants it.
std::optional<std::string> shaped(const Row& row, double value, const Context& context)
{
    const auto& format = row.number;
    value *= format.factor;
    if (!format.times.empty()) {
        const auto times = reading(context, format.times);
        if (!times)
            return std::nullopt;
        value *= *times;
    }
    if (!format.per.empty()) {
        const auto per = reading(context, format.per);
        if (!per || *per == 0)
            return std::nullopt;
        value /= *per;
    }
    if (!format.curve.empty())
        value = along(format.curve, value);
    value += format.plus;
    if (!(value >= format.low && value <= format.high))
        return std::nullopt;
    return fmt::format("{:.{}f}", value, format.digits);
}

std::optional<std::string> number(const Row& row, std::string_view raw, const Context& context)
{
    const auto value = measured(raw, row.number.sign);
    return value ? shaped(row, *value, context) : std::nullopt;
}

// What another row or query reads, whatever stands here.
std::optional<std::string> other_reading(const Row& row, std::string_view, const Context& context)
{
    const auto value = reading(context, row.letter);
    return value ? shaped(row, *value, context) : std::nullopt;
}

// The number that the text begins with, whatever follows: "1000VA".
std::optional<std::string> leading_number(const Row& row, std::string_view raw, const Context& context)
{
    const auto begin = std::min(raw.find_first_not_of(' '), raw.size());
    const auto end = raw.find_first_not_of("0123456789.", begin);
    return number(row, raw.substr(begin, end == raw.npos ? end : end - begin), context);
}

std::optional<std::string> any_number_in(const Row& row, std::string_view raw, const Context& context)
{
    const auto begin = raw.find_first_of("0123456789");
    return begin == raw.npos ? std::nullopt : leading_number(row, raw.substr(begin), context);
}

// "017.03": minutes and seconds; "0012:03:04:05": days, hours, minutes and seconds. In s.
std::optional<std::string> clock_time(const Row& row, std::string_view raw, const Context& context)
{
    std::vector<int> parts;
    for (raw = trimmed(raw);;) {
        const auto end = raw.find_first_of(":.");
        const auto part = to_int(raw.substr(0, end));
        if (!part || *part < 0)
            return std::nullopt;
        parts.push_back(*part);
        if (end == raw.npos)
            break;
        raw.remove_prefix(end + 1);
    }
    if (parts.size() == 2)
        return shaped(row, parts[0] * 60.0 + parts[1], context);
    if (parts.size() == 4)
        return shaped(row, ((parts[0] * 24.0 + parts[1]) * 60 + parts[2]) * 60 + parts[3], context);
    return std::nullopt;
}

// 20240131
std::optional<std::string> date(const Row&, std::string_view raw, const Context&)
{
    raw = trimmed(raw);
    if (raw.size() != 8 || raw.find_first_not_of("0123456789") != raw.npos)
        return std::nullopt;
    using namespace std::chrono;
    const year_month_day day{year(to_int(raw.substr(0, 4)).value_or(0)),
                             month(static_cast<unsigned>(to_int(raw.substr(4, 2)).value_or(0))),
                             std::chrono::day(static_cast<unsigned>(to_int(raw.substr(6)).value_or(0)))};
    if (!day.ok())
        return std::nullopt;
    return fmt::format("{}-{}-{}", raw.substr(0, 4), raw.substr(4, 2), raw.substr(6));
}

// Some devices fill their names with blanks, some with #.
std::optional<std::string> text(const Row& row, std::string_view raw, const Context&)
{
    const auto first = raw.find_first_not_of(" #");
    if (first == raw.npos)
        return std::nullopt;
    const auto name = raw.substr(first, raw.find_last_not_of(" #") - first + 1);
    if (std::any_of(name.begin(), name.end(), [](char c) { return c < 0x20 || c > 0x7E; }))
        return std::nullopt;
    return row.prefix + std::string(name);
}

std::optional<std::string> word(const Row& row, std::string_view raw, const Context&)
{
    const auto found = row.words.find(raw);
    return found == row.words.end() ? row.otherwise : std::optional(found->second);
}

void add_line(std::string& lines, std::string_view line)
{
    if (!line.empty())
        lines.append(lines.empty() ? "" : "\n").append(line);
}

// One letter for each thing that is the case; which of them say nothing to this row is left out of its words.
std::optional<std::string> letters(const Row& row, std::string_view raw, const Context&)
{
    if (std::any_of(raw.begin(), raw.end(), [](char c) { return c != ' ' && (c < 'A' || c > 'Z'); }))
        return std::nullopt;
    std::string lines;
    for (const char letter : raw)
        if (const auto found = row.words.find(std::string_view(&letter, 1)); found != row.words.end())
            add_line(lines, found->second);
    if (!row.letter.empty() && raw.find_first_of(row.letter) == raw.npos)
        add_line(lines, row.otherwise.value_or(""));
    return lines;
}

// A 1 for each thing that is the case; the words are by its place, from 0.
std::optional<std::string> bits(const Row& row, std::string_view raw, const Context&)
{
    if (raw.find_first_not_of("01") != raw.npos)
        return std::nullopt;
    std::string lines;
    for (std::size_t i = 0; i < raw.size(); ++i)
        if (const auto found = row.words.find(fmt::to_string(i)); raw[i] == '1' && found != row.words.end())
            add_line(lines, found->second);
    return lines;
}

// "EpbrDao": the letters behind E are enabled, those behind D disabled; what a device has not got is in
// neither.
std::optional<std::string> capability(const Row& row, std::string_view raw, const Context&)
{
    const auto disabled = raw.find('D');
    const auto place = raw.find(row.letter);
    if (!raw.starts_with('E') || disabled == raw.npos || place == raw.npos)
        return std::nullopt;
    return row.words.at(place < disabled ? "1" : "0");
}

// The bit "bypass, boost or buck active" does not say which of them; input and output voltage do.
std::optional<std::string> regulation(const Row& row, std::string_view raw, const Context& context)
{
    if (raw != "0" && raw != "1")
        return std::nullopt;
    if (raw == row.words.at("off"))
        return "";
    const auto volts = [&context](std::string_view variable) {
        const auto found = context.raw.find(variable);
        return found == context.raw.end() ? std::nullopt : measured(found->second);
    };
    const auto in = volts("input.voltage");
    const auto out = volts("output.voltage");
    if (!in || !out || *in <= 0 || *out < 0.5 * *in || *out >= 1.5 * *in)
        return std::nullopt;
    const auto other = [&row](std::string_view word) {
        return row.words.contains("only equal") ? std::string() : std::string(word);
    };
    if (*out < 0.95 * *in)
        return other("TRIM");
    return *out < 1.05 * *in ? row.words.at("equal") : other("BOOST");
}

// A word while the number is below `number.high`.
std::optional<std::string> below(const Row& row, std::string_view raw, const Context&)
{
    const auto value = measured(raw);
    if (!value)
        return std::nullopt;
    return *value < row.number.high ? row.words.at("1") : "";
}

// ---- numbers in hexadecimal, as the decoders of frames.cpp write them ---------------------------------

// The blank-separated words of the field; nothing if one is no hexadecimal number, or there are not `count`.
std::optional<std::vector<double>> hex_words(std::string_view raw, std::size_t count)
{
    std::vector<double> words;
    for (raw = trimmed(raw); !raw.empty();) {
        const auto end = std::min(raw.find(' '), raw.size());
        std::uint32_t value = 0;
        const auto read = std::from_chars(raw.data(), raw.data() + end, value, 16);
        if (read.ec != std::errc{} || read.ptr != raw.data() + end)
            return std::nullopt;
        words.push_back(value);
        raw.remove_prefix(std::min(end + 1, raw.size()));
    }
    return words.size() == count ? std::optional(words) : std::nullopt;
}

std::optional<std::string> hex(const Row& row, std::string_view raw, const Context& context)
{
    const auto words = hex_words(raw, 1);
    return words ? shaped(row, words->at(0), context) : std::nullopt;
}

// The product of a word and a multiplier in 51sts, in 256ths of a volt; the first division leaves no
// fraction.
std::optional<std::string> hex_volts(const Row& row, std::string_view raw, const Context& context)
{
    const auto words = hex_words(raw, 2);
    return words ? shaped(row, std::floor(words->at(0) * words->at(1) / 51) / 256, context) : std::nullopt;
}

std::optional<std::string> hex_product(const Row& row, std::string_view raw, const Context& context)
{
    const auto words = hex_words(raw, 2);
    return words ? shaped(row, words->at(0) * words->at(1), context) : std::nullopt;
}

// The second by the first.
std::optional<std::string> hex_ratio(const Row& row, std::string_view raw, const Context& context)
{
    const auto words = hex_words(raw, 2);
    return words && words->at(0) > 0 ? shaped(row, words->at(1) / words->at(0), context) : std::nullopt;
}

struct Conversion {
    std::string_view name; // as a device file writes it after `as =`
    Convert convert;
};

struct NamedRounding {
    std::string_view name; // after `round =`
    Rounding round;
};

struct NamedDecode {
    std::string_view name; // after `decode =`
    Decode decode;
};

// clang-format off
constexpr std::array kConversions{
    Conversion{"number",         number},
    Conversion{"leading-number", leading_number},
    Conversion{"any-number",     any_number_in},
    Conversion{"reading",        other_reading}, // with of = its variable
    Conversion{"time",           clock_time},
    Conversion{"date",           date},
    Conversion{"text",           text},
    Conversion{"flag",           word}, // with off = and on =
    Conversion{"word",           word}, // with words = { raw = value }
    Conversion{"letters",        letters},
    Conversion{"bits",           bits},
    Conversion{"capability",     capability},
    Conversion{"regulation",     regulation},
    Conversion{"below",          below},
    Conversion{"hex",            hex},
    Conversion{"hex-volts",      hex_volts},
    Conversion{"hex-product",    hex_product},
    Conversion{"hex-ratio",      hex_ratio},
};

constexpr std::array kRoundings{
    NamedRounding{"minutes",        whole_minutes},
    NamedRounding{"tenths-minutes", tenths_then_minutes},
};

constexpr std::array kDecoders{
    NamedDecode{"hex",         bytes_in_hex},
    NamedDecode{"escaped-hex", escaped_words_in_hex},
};
// clang-format on

template <std::size_t N, class Rows>
std::array<std::string_view, N> names_of(const Rows& rows)
{
    std::array<std::string_view, N> names;
    std::transform(rows.begin(), rows.end(), names.begin(), [](const auto& row) { return row.name; });
    return names;
}

} // namespace

Convert find_conversion(std::string_view name)
{
    for (const auto& row : kConversions)
        if (row.name == name)
            return row.convert;
    return nullptr;
}

std::span<const std::string_view> conversion_names()
{
    static const auto names = names_of<kConversions.size()>(kConversions);
    return names;
}

Decode find_decoder(std::string_view name)
{
    for (const auto& row : kDecoders)
        if (row.name == name)
            return row.decode;
    return nullptr;
}

std::span<const std::string_view> decoder_names()
{
    static const auto names = names_of<kDecoders.size()>(kDecoders);
    return names;
}

Rounding find_rounding(std::string_view name)
{
    for (const auto& row : kRoundings)
        if (row.name == name)
            return row.round;
    return nullptr;
}

std::span<const std::string_view> rounding_names()
{
    static const auto names = names_of<kRoundings.size()>(kRoundings);
    return names;
}

} // namespace upright::megatec
