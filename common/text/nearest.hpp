// The suggestion behind "did you mean": the known word closest to a misspelt one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace upright {

// The candidate with the smallest edit distance (ignoring case), if it is near enough to be worth saying:
// at most a third of the word's length, at least 1, at most 3.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

// ` (did you mean "MAXAGE"?)`, or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

} // namespace upright
