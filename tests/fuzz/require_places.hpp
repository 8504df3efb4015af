// What must hold for the problems of every file: each has a place in it, and can be shown there.
#pragma once

#include "common/config/diagnostic.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace upright::fuzz {

inline void require_places(const std::vector<Diagnostic>& problems, const std::string& text)
{
    const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
    for (const auto& problem : problems) {
        require(problem.line >= 1 && problem.line <= lines && problem.column >= 1);
        require(!with_caret(problem, text).empty());
        require(parse_diagnostic(to_string(problem), "f").has_value());
    }
}

} // namespace upright::fuzz
