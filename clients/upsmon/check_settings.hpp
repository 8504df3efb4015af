// Whether the settings of upsmon.conf make sense together and name what this host has. Looks at files and
// accounts; asks no server.
#pragma once

#include "clients/upsmon/config.hpp"

#include <vector>

namespace upright::upsmon {

std::vector<Diagnostic> check_settings(const Document& document, const Config& config);

// The last line that begins with that directive, as it is this one that counts; else nothing.
const Statement* last_line(const Document& document, std::string_view directive);

} // namespace upright::upsmon
