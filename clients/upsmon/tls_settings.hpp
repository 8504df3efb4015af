// What CERTPATH, CERTFILE, CERTIDENT, CERTHOST, CERTVERIFY and FORCESSL demand of the connection to one host.
// Reads no file.
#pragma once

#include "clients/upsmon/config.hpp"
#include "common/tls/context.hpp"

namespace upright::upsmon {

// CERTHOST's values come before CERTVERIFY and FORCESSL. Without any of them servers are not verified, as
// with NUT, but for one whose fingerprint is known. Fails if that is a fingerprint that can be none.
Result<tls::ClientSettings> tls_settings(const Config& config, const std::string& host);

} // namespace upright::upsmon
