// upsdrvctl --check: what is wrong with ups.conf, as far as it can be said without the devices. Starts no
// driver; asks ours about their own settings.
#pragma once

#include <cstdio>
#include <optional>
#include <string>

namespace upright::upsdrvctl {

// All sections, or that of `ups`. Prints every problem with its line and a caret; returns the exit code, 0 if
// none is an error.
int check(const std::optional<std::string>& ups, std::FILE* out);

// That program is a driver of this suite: it knows --check. Any other might do something else.
bool is_our_driver(const std::string& program);

} // namespace upright::upsdrvctl
