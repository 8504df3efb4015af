#include "drivers/megatec/delays.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::megatec {
namespace {

struct Placeholder {
    std::string_view name;
    std::string (*text)(const Delays& delays);
};

// clang-format off
constexpr std::array kPlaceholders{
    Placeholder{"{offdelay}", [](const Delays& d) { return encoded_offdelay(d.off); }},
    Placeholder{"{ondelay}",  [](const Delays& d) { return fmt::format("{:04}", d.on / 60); }},
    Placeholder{"{minutes}",  [](const Delays& d) { return fmt::format("{:02}", d.test / 60); }},
    Placeholder{"{test}",     [](const Delays& d) { return encoded_offdelay(d.test); }},
};
// clang-format on

const Placeholder* placeholder_at(std::string_view text)
{
    for (const auto& placeholder : kPlaceholders)
        if (text.starts_with(placeholder.name))
            return &placeholder;
    return nullptr;
}

struct NamedReading {
    std::string_view variable;
    int digits = 1;
    std::size_t length = 0; // with its braces
};

// {ups.id} or {ups.id:02}
std::optional<NamedReading> reading_at(std::string_view text)
{
    const auto end = text.find('}');
    if (!text.starts_with('{') || end == text.npos)
        return std::nullopt;
    const auto inside = text.substr(1, end - 1);
    const auto colon = std::min(inside.find(':'), inside.size());
    NamedReading named{inside.substr(0, colon), 1, end + 1};
    if (colon != inside.size()) {
        const auto digits = to_int(inside.substr(colon + 1));
        if (!digits || *digits < 1 || *digits > 9)
            return std::nullopt;
        named.digits = *digits;
    }
    return named.variable.find('.') == named.variable.npos ? std::nullopt : std::optional(named);
}

} // namespace

int whole_minutes(int seconds) { return seconds - seconds % 60; }

int tenths_then_minutes(int seconds) { return seconds - seconds % (seconds < 60 ? 6 : 60); }

std::string encoded_offdelay(int seconds)
{
    return seconds < 60 ? fmt::format(".{}", seconds / 6) : fmt::format("{:02}", seconds / 60);
}

std::optional<std::string> filled(std::string_view text, const Delays& delays, const FindReading& reading)
{
    std::string out;
    while (!text.empty()) {
        const auto* const placeholder = placeholder_at(text);
        const auto named = placeholder == nullptr ? reading_at(text) : std::nullopt;
        if (placeholder != nullptr) {
            out += placeholder->text(delays);
            text.remove_prefix(placeholder->name.size());
        } else if (named) {
            const auto* const value = reading(named->variable);
            if (value == nullptr)
                return std::nullopt;
            out += fmt::format("{:0>{}}", *value, named->digits);
            text.remove_prefix(named->length);
        } else {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

std::string_view unknown_placeholder(std::string_view text)
{
    for (auto open = text.find('{'); open != text.npos; open = text.find('{', open + 1))
        if (placeholder_at(text.substr(open)) == nullptr && !reading_at(text.substr(open)))
            return text.substr(open, text.find('}', open) - open + 1);
    return {};
}

} // namespace upright::megatec
