// Whether SHUTDOWNCMD and NOTIFYCMD name programs that can be run here. Runs none of them.
#pragma once

#include "clients/upsmon/config.hpp"

#include <vector>

namespace upright::upsmon {

std::vector<Diagnostic> check_programs(const Document& document, const Config& config);

} // namespace upright::upsmon
