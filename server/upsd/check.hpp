// upsd --check: reads everything that upsd reads, and upsmon.conf if this host has one, and says what is
// wrong with each file and between them. Changes nothing and listens nowhere.
#pragma once

#include <cstdio>

namespace upright::upsd {

// Prints every problem as file:line:column with the line and a caret. The exit code: 0 if none is an error.
int check(std::FILE* out);
int check(); // on stdout

} // namespace upright::upsd
