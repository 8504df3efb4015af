#include "common/text/number.hpp"

#include "common/text/case_less.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace upright {
namespace {

template <class T>
std::optional<T> whole(std::string_view text) noexcept
{
    if (text.starts_with('+') && !text.starts_with("+-"))
        text.remove_prefix(1);
    T value{};
    const char* const last = text.data() + text.size();
    const auto [end, ec] = std::from_chars(text.data(), last, value);
    if (ec != std::errc{} || end != last || text.empty())
        return std::nullopt;
    return value;
}

} // namespace

std::optional<int> to_int(std::string_view text) noexcept { return whole<int>(text); }

std::optional<long long> to_long(std::string_view text) noexcept { return whole<long long>(text); }

std::optional<double> to_double(std::string_view text) noexcept
{
    const auto value = whole<double>(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

int leading_int(std::string_view text) noexcept
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    if (text.starts_with('+') && !text.starts_with("+-"))
        text.remove_prefix(1);
    int value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec == std::errc::result_out_of_range)
        return text.starts_with('-') ? std::numeric_limits<int>::min() : std::numeric_limits<int>::max();
    return ec == std::errc{} ? value : 0;
}

std::optional<bool> to_bool(std::string_view text) noexcept
{
    static constexpr std::array<std::string_view, 3> kTrue{"true", "on", "yes"};
    static constexpr std::array<std::string_view, 3> kFalse{"false", "off", "no"};
    const auto is = [text](std::string_view word) { return equal_ignoring_case(text, word); };
    if (std::any_of(kTrue.begin(), kTrue.end(), is))
        return true;
    if (std::any_of(kFalse.begin(), kFalse.end(), is))
        return false;
    const auto number = to_int(text);
    return number ? std::optional(*number != 0) : std::nullopt;
}

std::string_view trimmed(std::string_view text) noexcept
{
    constexpr std::string_view kBlanks = " \t\r\n\v\f";
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string escaped(std::string_view text, std::size_t longest)
{
    std::string out;
    for (const char c : text.substr(0, longest)) {
        const auto u = static_cast<unsigned char>(c);
        if (u >= 0x20 && u < 0x7F)
            out += c;
        else
            out += fmt::format("\\x{:02x}", static_cast<unsigned>(u));
    }
    return text.size() > longest ? out + "..." : out;
}

} // namespace upright
