// The ups.conf for UPSes behind sockets, for upsd to find them. Replaces only what it has written itself.
#pragma once

#include "common/result.hpp"
#include "drivers/upsim/options.hpp"

namespace upright::upsim {

Result<void> write_ups_conf(const RunOptions& options);

} // namespace upright::upsim
