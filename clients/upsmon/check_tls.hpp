// Whether TLS can be had with each server as it is demanded: authorities, certificate, key. Loads them; asks
// no server.
#pragma once

#include "clients/upsmon/link.hpp"
#include "common/config/document.hpp"

#include <vector>

namespace upright::upsmon {

std::vector<Diagnostic> check_tls(const Document& document, const Config& config);

// How upsmon would connect for that feed alone.
Result<Link::Settings> link_of(const Config& config, std::size_t feed,
                               AddressFamily family = AddressFamily::any);

} // namespace upright::upsmon
