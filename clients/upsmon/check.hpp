// upsmon --check: what is wrong with upsmon.conf, with what it names on this host, and with conditions that a
// UPS can't meet, for which their servers are asked. Changes nothing.
#pragma once

#include "clients/upsmon/options.hpp"

#include <cstdio>

namespace upright::upsmon {

// Prints every problem as file:line:column with the line and a caret. The exit code: 0 if none is an error.
// It has an event loop of its own.
int check(const Options& options, std::FILE* out);
int check(const Options& options); // on stdout

} // namespace upright::upsmon
