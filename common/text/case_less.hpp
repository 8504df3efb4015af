// Names of UPSes, variables and commands compare without regard to (ASCII) case, everywhere.
#pragma once

#include <string_view>

namespace upright {

// <0, 0, >0 as strcasecmp does in the C locale; bytes outside A-Z compare by value.
int compare_ignoring_case(std::string_view a, std::string_view b) noexcept;
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
bool starts_ignoring_case(std::string_view text, std::string_view prefix) noexcept;

// Orders maps and sets of names; transparent, so a string_view finds without a copy.
struct CaseLess {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const noexcept
    {
        return compare_ignoring_case(a, b) < 0;
    }
};

} // namespace upright
