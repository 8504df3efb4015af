// What upslog does once its command line is read: opens the files, gives up root, and logs until it is ended.
#pragma once

#include "clients/upslog/options.hpp"

namespace upright::upslog {

// Returns the exit code.
int run(const Options& options);

} // namespace upright::upslog
