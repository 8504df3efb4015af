#include "drivers/megatec/conversions.hpp"

#include "common/text/number.hpp"
#include "drivers/megatec/delays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::megatec {
namespace {

// Devices write "---.-" or "@@" for what they can't measure.
std::optional<double> measured(std::string_view raw)
{
    if (raw.find_first_not_of("0123456789. ") != raw.npos)
        return std::nullopt;
    return to_double(trimmed(raw));
}

std::optional<std::string> number(const Row& row, std::string_view raw, const Fields&)
{
    const auto value = measured(raw);
    if (!value)
        return std::nullopt;
    return fmt::format("{:.{}f}", *value * row.factor, row.digits);
}

// Some devices fill their names with blanks, some with #.
std::optional<std::string> text(const Row&, std::string_view raw, const Fields&)
{
    const auto first = raw.find_first_not_of(" #");
    if (first == raw.npos)
        return std::nullopt;
    const auto name = raw.substr(first, raw.find_last_not_of(" #") - first + 1);
    if (std::any_of(name.begin(), name.end(), [](char c) { return c < 0x20 || c > 0x7E; }))
        return std::nullopt;
    return std::string(name);
}

std::optional<std::string> word(const Row& row, std::string_view raw, const Fields&)
{
    const auto found = row.words.find(raw);
    return found == row.words.end() ? std::nullopt : std::optional(found->second);
}

// The bit "bypass, boost or buck active" does not say which of them; input and output voltage do.
std::optional<std::string> regulation(const Row&, std::string_view raw, const Fields& fields)
{
    if (raw == "0")
        return "";
    if (raw != "1")
        return std::nullopt;
    const auto volts = [&fields](std::string_view variable) {
        const auto found = fields.find(variable);
        return found == fields.end() ? std::nullopt : measured(found->second);
    };
    const auto in = volts("input.voltage");
    const auto out = volts("output.voltage");
    if (!in || !out || *in <= 0 || *out < 0.5 * *in || *out >= 1.5 * *in)
        return std::nullopt;
    if (*out < 0.95 * *in)
        return "TRIM";
    return *out < 1.05 * *in ? "BYPASS" : "BOOST";
}

struct Conversion {
    std::string_view name; // as a device file writes it after `as =`
    Convert convert;
};

struct NamedRounding {
    std::string_view name; // after `round =`
    Rounding round;
};

// clang-format off
constexpr std::array kConversions{
    Conversion{"number",     number},
    Conversion{"text",       text},
    Conversion{"flag",       word}, // with off = and on =
    Conversion{"word",       word}, // with words = { raw = value }
    Conversion{"regulation", regulation},
};

constexpr std::array kRoundings{
    NamedRounding{"minutes",        whole_minutes},
    NamedRounding{"tenths-minutes", tenths_then_minutes},
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
