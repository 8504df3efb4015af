// What upsd.conf must agree on with this host: files, addresses, limits. It looks and changes nothing.
#pragma once

#include "server/upsd/config.hpp"

#include <vector>

namespace upright::upsd {

std::vector<Diagnostic> check_host(const Document& upsd_conf, const Config& config);

// A warning about the file as a whole if everybody may read it.
std::vector<Diagnostic> check_readable_by_all(const std::string& path);

} // namespace upright::upsd
