// upsdrvctl's verbs over all drivers of a plan.
#pragma once

#include "drivers/upsdrvctl/options.hpp"

namespace upright::upsdrvctl {

// Reads ups.conf and does what the options say. Returns the exit code: 0 only if everything worked for each
// UPS.
int control(const Options& options);

} // namespace upright::upsdrvctl
