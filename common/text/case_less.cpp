#include "common/text/case_less.hpp"

#include <algorithm>

namespace upright {
namespace {

constexpr unsigned char lower(char c) noexcept
{
    const auto u = static_cast<unsigned char>(c);
    return u >= 'A' && u <= 'Z' ? static_cast<unsigned char>(u + ('a' - 'A')) : u;
}

} // namespace

int compare_ignoring_case(std::string_view a, std::string_view b) noexcept
{
    const auto common = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < common; ++i) {
        if (a[i] == b[i])
            continue;
        if (const int difference = lower(a[i]) - lower(b[i]); difference != 0)
            return difference;
    }
    return a.size() < b.size() ? -1 : static_cast<int>(a.size() > b.size());
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept
{
    return a.size() == b.size() && compare_ignoring_case(a, b) == 0;
}

bool starts_ignoring_case(std::string_view text, std::string_view prefix) noexcept
{
    return text.size() >= prefix.size() && compare_ignoring_case(text.substr(0, prefix.size()), prefix) == 0;
}

} // namespace upright
