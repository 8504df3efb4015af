#include "common/daemon/notify.hpp"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <cstdint>
#include <ctime>
#include <unistd.h>

namespace upright::notify {
namespace {

void send(const std::string& text) { sd_notify(0, text.c_str()); }

} // namespace

void ready() { send(fmt::format("READY=1\nMAINPID={}", getpid())); }

void reloading()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.tv_sec * 1000000 + now.tv_nsec / 1000));
}

void stopping() { send("STOPPING=1"); }

void status(const std::string& text) { send("STATUS=" + text); }

void watchdog() { send("WATCHDOG=1"); }

std::optional<std::chrono::microseconds> watchdog_interval()
{
    std::uint64_t microseconds = 0;
    if (sd_watchdog_enabled(0, &microseconds) <= 0 || microseconds == 0)
        return std::nullopt;
    return std::chrono::microseconds(microseconds / 2);
}

} // namespace upright::notify
