// The program's one log: stderr while in the foreground, syslog (facility daemon) once in the background.
// Without debugging a line on stderr is just its text; with debugging it carries the seconds since start and
// a level tag, as NUT's programs print it. Untrusted text must pass through escaped() first.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace upright::log {

enum class Level { error, warning, notice, info, debug };

// Names the program. Reads NUT_DEBUG_SYSLOG, NUT_DEBUG_PID and NUT_DEBUG_PROCNAME.
void init(std::string program);

// 0: no debug lines. 1 and up: those of that depth and below.
void set_debug(int depth);
int debug_depth();

// Raises the threshold by one step each: info, then notice, then warning lines are left out.
void be_quieter(int steps);

// From now on to syslog; stderr only if NUT_DEBUG_SYSLOG=stderr.
void to_background();
bool keeps_stderr(); // NUT_DEBUG_SYSLOG=stderr

void write(Level level, int depth, std::string_view text);

template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args)
{
    write(Level::error, 0, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args)
{
    write(Level::warning, 0, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void notice(fmt::format_string<Args...> format, Args&&... args)
{
    write(Level::notice, 0, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args)
{
    write(Level::info, 0, fmt::format(format, std::forward<Args>(args)...));
}

// depth 1: what a person debugging wants; 2: each poll; 3: each message; 5: bytes.
template <class... Args>
void debug(int depth, fmt::format_string<Args...> format, Args&&... args)
{
    if (depth <= debug_depth())
        write(Level::debug, depth, fmt::format(format, std::forward<Args>(args)...));
}

} // namespace upright::log
