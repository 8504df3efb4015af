// Letting drivers switch their UPSes off at the end of a host's shutdown; one that hangs holds nobody up for
// long.
#pragma once

#include "drivers/upsdrvctl/plan.hpp"

#include <vector>

namespace upright::upsdrvctl {

// sdorder ascending; below 0 only if that UPS was asked for by name.
std::vector<Job> in_shutdown_order(std::vector<Job> jobs, const Options& options);

// Runs `<driver> -a <ups> -k` for all of them, one sdorder after the other, UPSes of the same order side by
// side. Returns how many failed.
int shut_down_in_order(const std::vector<Job>& jobs, const Options& options);

} // namespace upright::upsdrvctl
