// The TLS that upsd.conf asks for.
#pragma once

#include "common/tls/context.hpp"
#include "server/upsd/config.hpp"

namespace upright::upsd {

// None without CERTFILE. Fails with what names the file.
Result<tls::Context> load_tls(const Config& config);

} // namespace upright::upsd
