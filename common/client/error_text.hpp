// The words in which a server refuses, and the texts in which client programs have always told people about
// it: scripts compare these texts, so they must not change.
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>

namespace upright {

// What `ERR <word>` means. The word stays in `what`.
Error refusal(std::string_view word);

// What stands behind "Error: " when a client program fails, for any error of common/client.
std::string client_text(const Error& error);

} // namespace upright
