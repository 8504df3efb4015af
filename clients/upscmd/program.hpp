// What upscmd does once its command line is read: shows the commands of a UPS or has one carried out.
#pragma once

#include "clients/upscmd/options.hpp"

namespace upright::upscmd {

// Prints what came of it and returns the exit code.
int run(const Options& options);

} // namespace upright::upscmd
