// upssched --check: what upssched.conf says that can't be meant, or can't work on this host.
#pragma once

#include "clients/upssched/config.hpp"

#include <cstdio>
#include <vector>

namespace upright::upssched {

// What is doubtful in the AT lines: timers that nothing cancels when their reason has gone, that are
// cancelled but never started, and events that upsmon does not have. `file` is the name in the complaints.
std::vector<Diagnostic> check_rules(const std::string& file, const Config& config);

// What this host lacks: the script, the folders of PIPEFN and LOCKFN.
std::vector<Diagnostic> check_host(const std::string& file, const Config& config);

// Reads <config_dir>/upssched.conf and prints all of it. Returns the exit code.
int check(std::FILE* out);

} // namespace upright::upssched
