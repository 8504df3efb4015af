// Whether SHUTDOWNCMD and NOTIFYCMD name programs that can be run here. Runs none of them.
#pragma once

#include "clients/upsmon/config.hpp"

#include <vector>

namespace upright::upsmon {

// Why the first program of a command line can't be run; empty if it can, or if only a shell could say.
std::string what_is_wrong_with(const std::string& command);

std::vector<Diagnostic> check_programs(const Document& document, const Config& config);

} // namespace upright::upsmon
