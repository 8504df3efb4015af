// What upscmd and upsrw print about a request, as text or JSON. report() is pure; the text is fixed to the
// byte, because scripts look for it.
#pragma once

#include "common/client/request.hpp"

#include <string>
#include <utility>
#include <vector>

namespace upright {

// What was asked for, as name and value: {"ups", "desk"}, {"command", "load.off"}.
using Subject = std::vector<std::pair<std::string, std::string>>;

struct Output {
    std::string out;
    std::string err;
};

Output report(const Outcome& outcome, const Subject& subject, bool json);

// Behind an OK that is no result; nothing if NUT_QUIET_OK_NOTRACKING=true.
std::string acceptance_note();

// Prints it, with that note. Returns the exit code.
int print_outcome(const Outcome& outcome, const Subject& subject, bool json);

// "Error: <text>" on stderr, with `json` on stdout as {"error": "<text>"}, too. Returns the exit code.
int print_error(const Error& error, bool json);

} // namespace upright
