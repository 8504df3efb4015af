// Writing values and lines for both protocols. Nothing longer than a peer's 512-byte buffer leaves here, and
// a line is never cut in a way that loses its closing quote or newline.
#pragma once

#include <string>
#include <string_view>

namespace upright {

inline constexpr std::size_t kLongestLine = 512;        // with its newline; NUT peers read no more
inline constexpr std::size_t kLongestDriverValue = 255; // what a NUT driver or server stores

// Appends `value` in quotes, with a backslash before each # \ ". Control bytes and bytes above 0x7F, which
// no peer accepts, are left out. At most `room` bytes are appended, quotes included (room >= 2); what does
// not fit is cut off the end of the value.
void append_quoted(std::string& out, std::string_view value, std::size_t room = std::string::npos);

std::string quoted(std::string_view value);

// One word as a NUT client sends it: in quotes only if it is empty or holds a character that would not
// survive bare, so that the common line stays readable.
std::string as_word(std::string_view text);
void append_word(std::string& out, std::string_view text); // the same, appended

// Appends `<head> "<value>"\n` with at most kLongestLine bytes in all.
void append_value_line(std::string& out, std::string_view head, std::string_view value);

} // namespace upright
