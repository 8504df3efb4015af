// Whether each UPS tells what the conditions of SHUTDOWNWHEN need, and whether primaries are where their
// servers are. Asks those servers, each for a few seconds at most.
#pragma once

#include "clients/upsmon/config.hpp"
#include "common/client/resolve.hpp"

#include <vector>

namespace upright::upsmon {

// Runs an event loop of its own.
std::vector<Diagnostic> check_feeds(const Document& document, const Config& config, AddressFamily family);

} // namespace upright::upsmon
