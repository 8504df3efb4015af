// ShutdownOrder: what shutting this host down takes, and doing it. Root makes it of the upsmon.conf that root
// read; nothing that comes later from anywhere changes it.
#pragma once

#include "common/result.hpp"

#include <functional>
#include <optional>
#include <string>

namespace upright::upsmon {

struct ShutdownOrder {
    std::optional<std::string> command{};       // SHUTDOWNCMD
    std::function<Result<void>()> write_flag{}; // POWERDOWNFLAG; empty: none
};

inline constexpr int kTriesToStart = 5; // SHUTDOWNCMD, a second apart

// How far a shutdown has come.
enum class ShutdownStep : unsigned char {
    started = 1, // SHUTDOWNCMD runs
    done = 2,    // it has ended well
    failed = 3,  // it could not be started, or its exit code is not 0; the log says why
};

// Writes the flag. A flag that can't be written is logged and stops nothing: then the UPS is not switched
// off, but the host is saved.
void write_flag(const ShutdownOrder& order);

// Logs how SHUTDOWNCMD ended (as waitpid tells).
ShutdownStep tell_end(int status);

} // namespace upright::upsmon
