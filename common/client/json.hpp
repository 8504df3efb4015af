// JSON as the client programs print it with -j: an entry on each line, two blanks for each level. Pure; the
// text has no newline at its end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace upright {

// "text" with JSON's escapes. What is no UTF-8 becomes U+FFFD, so that the document is always readable.
std::string json_string(std::string_view text);

// "name": value. The value is JSON already.
std::string json_pair(std::string_view name, std::string_view value);

// The entries, JSON already, between brackets; an empty line if there are none. `level` is how deep the
// opening bracket stands.
std::string json_array(const std::vector<std::string>& entries, int level = 0);
std::string json_object(const std::vector<std::string>& pairs, int level = 0);

// {"error": "text"}, on three lines.
std::string json_error(std::string_view text);

} // namespace upright
