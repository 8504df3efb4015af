// What upsc prints, as text or JSON. Pure: each function returns the whole output. The layout is fixed to the
// byte, because scripts parse it.
#pragma once

#include "common/client/connection.hpp"

#include <string>
#include <string_view>

namespace upright::upsc {

// Rows of one word each, one on a line; as JSON an array.
std::string list_text(const Rows& rows, bool json);

// Rows of two words as `name: value`; as JSON an object.
std::string pairs_text(const Rows& rows, bool json);

std::string value_text(std::string_view value, bool json);

// What goes to stdout when something failed: nothing unless JSON was asked for.
std::string error_text(std::string_view text, bool json, bool list);

} // namespace upright::upsc
