// What upsrw does once its command line is read: shows the variables of a UPS that can be written, or sets
// one.
#pragma once

#include "clients/upsrw/options.hpp"

namespace upright::upsrw {

// Prints what came of it and returns the exit code.
int run(const Options& options);

} // namespace upright::upsrw
