// upsmon --check: what is wrong with upsmon.conf, with what it names on this host, and with conditions that a
// UPS can't meet, for which their servers are asked. Changes nothing.
#pragma once

#include <cstdio>
#include <optional>
#include <string>

namespace upright::upsmon {

// That file, else upsmon.conf. Prints every problem as file:line:column with the line and a caret. The exit
// code: 0 if none is an error. Call it once in a process: it has an event loop.
int check(const std::optional<std::string>& file, std::FILE* out);
int check(const std::optional<std::string>& file); // on stdout

} // namespace upright::upsmon
