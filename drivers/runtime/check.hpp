// <driver> -a <ups> --check: what is wrong with the settings of one UPS, as far as it can be said without its
// device.
#pragma once

#include "drivers/runtime/command_line.hpp"
#include "drivers/runtime/driver.hpp"

#include <cstdio>
#include <string>

namespace upright {

// Prints every problem with its line and a caret; returns the exit code, 0 if none is an error. What concerns
// other sections is left to whoever checks the whole file.
int check_driver(const CommandLine& line, const DriverProgram& program, const std::string& name,
                 std::FILE* out);

} // namespace upright
