// upsmon's life: from the command line to the loop. What it does there is the Monitor's.
#pragma once

#include "clients/upsmon/options.hpp"

namespace upright::upsmon {

// Does what the options say, and returns the exit code.
int run(const Options& options);

} // namespace upright::upsmon
