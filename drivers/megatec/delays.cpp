#include "drivers/megatec/delays.hpp"

#include <fmt/format.h>

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
};
// clang-format on

const Placeholder* placeholder_at(std::string_view text)
{
    for (const auto& placeholder : kPlaceholders)
        if (text.starts_with(placeholder.name))
            return &placeholder;
    return nullptr;
}

} // namespace

int whole_minutes(int seconds) { return seconds - seconds % 60; }

int tenths_then_minutes(int seconds) { return seconds - seconds % (seconds < 60 ? 6 : 60); }

std::string encoded_offdelay(int seconds)
{
    return seconds < 60 ? fmt::format(".{}", seconds / 6) : fmt::format("{:02}", seconds / 60);
}

std::string filled(std::string_view text, const Delays& delays)
{
    std::string out;
    while (!text.empty()) {
        const auto* const placeholder = placeholder_at(text);
        out += placeholder != nullptr ? placeholder->text(delays) : std::string(1, text.front());
        text.remove_prefix(placeholder != nullptr ? placeholder->name.size() : 1);
    }
    return out;
}

std::string_view unknown_placeholder(std::string_view text)
{
    for (auto open = text.find('{'); open != text.npos; open = text.find('{', open + 1))
        if (placeholder_at(text.substr(open)) == nullptr)
            return text.substr(open, text.find('}', open) - open + 1);
    return {};
}

} // namespace upright::megatec
