// The privileged half of upsmon: a process that waits for one byte, writes the flag and runs SHUTDOWNCMD. It
// has no event loop and no socket but the one to the other half, and believes that one nothing else.
//
//     root:  executor ◄── shut down ── monitor: all the rest, as RUN_AS_USER
//                     ── how far ───►
#pragma once

#include "clients/upsmon/shutdown_order.hpp"

#include <utility>

namespace upright::upsmon {

// The monitor's end of the socket between the two.
class ExecutorLink {
public:
    explicit ExecutorLink(int fd) noexcept : fd_(fd) {}
    ExecutorLink(ExecutorLink&& other) noexcept : fd_(other.release()) {}
    ExecutorLink& operator=(ExecutorLink&&) = delete;
    ExecutorLink(const ExecutorLink&) = delete;
    ExecutorLink& operator=(const ExecutorLink&) = delete;
    ~ExecutorLink();

    int release() noexcept { return std::exchange(fd_, -1); }

private:
    int fd_;
};

inline constexpr unsigned char kShutDown = 1; // what the monitor says

// Forks; call it as root and before threads, sockets and event loops exist. Returns in the child, which goes
// on as the monitor and gives up its privileges. The parent becomes the executor and ends with the monitor:
// exit code 0 after SHUTDOWNCMD or an ending signal, else 1. It hands its signals TERM, INT, QUIT, HUP and
// USR1 on to the monitor. `background`: it lets go of the terminal at once, and logs to syslog.
Result<ExecutorLink> split(const ShutdownOrder& order, bool background);

} // namespace upright::upsmon
