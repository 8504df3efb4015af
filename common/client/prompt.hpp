// Asking the person at the terminal, or whatever is piped in. Blocks; a terminal whose echo was switched off
// is put right again before a signal ends or stops the program.
#pragma once

#include "common/result.hpp"

#include <cstdio>
#include <string>
#include <string_view>

namespace upright {

// The answer is the next line of stdin without its newline. Fails at the end of stdin.
Result<std::string> ask_line(std::string_view prompt, std::FILE* prompts = stdout);

// The same without showing what is typed; the prompt goes to the terminal, else to stderr.
Result<std::string> ask_secret(std::string_view prompt);

} // namespace upright
