// What a daemon logs of the files that people write, when it reads them.
#pragma once

#include "common/config/diagnostic.hpp"

#include <string>
#include <vector>

namespace upright {

// Each problem, and how many of them were errors.
void log_problems(const std::vector<Diagnostic>& problems);

// Of a file or folder that holds secrets.
void warn_if_readable_by_all(const std::string& path);

} // namespace upright
