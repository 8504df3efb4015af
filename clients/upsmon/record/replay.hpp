// upsmon --replay: what upsmon did in a recorded outage, and whether it would do the same now. It reads the
// file and writes to `out` and `err`; nothing else happens.
#pragma once

#include <cstdio>
#include <string>

namespace upright::upsmon {

// Prints what led to something, and at the end whether and why it shut down. Returns the exit code: 0, or 1
// if what is recorded differs or the file can't be read.
int replay(const std::string& path, std::FILE* out, std::FILE* err);

} // namespace upright::upsmon
