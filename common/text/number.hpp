// Text to numbers and back, without locale and without surprises.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace upright {

// The whole text is a decimal number (surrounding blanks not allowed), else nothing.
std::optional<int> to_int(std::string_view text) noexcept;
std::optional<long long> to_long(std::string_view text) noexcept;
std::optional<double> to_double(std::string_view text) noexcept;

// As C's atoi: an optional sign and leading digits count, anything else is 0. NUT reads numbers in its
// configuration this way; files that load there must load here.
int leading_int(std::string_view text) noexcept;

// true/on/yes and false/off/no in any case; a whole number is true unless it is 0.
std::optional<bool> to_bool(std::string_view text) noexcept;

std::string_view trimmed(std::string_view text) noexcept;

// Text from a peer or device, made safe for a log line: control bytes become \xNN, long text is cut.
std::string escaped(std::string_view text, std::size_t longest = 200);

} // namespace upright
