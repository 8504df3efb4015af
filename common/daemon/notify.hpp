// What a service manager is told (sd_notify); nothing happens without NOTIFY_SOCKET.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace upright::notify {

void ready(); // READY=1 and MAINPID
void reloading();
void stopping();
void status(const std::string& text);
void watchdog();

// After a fork whose child goes on in our place: the watchdog that the manager set on us is the child's now.
void take_over_watchdog(int former_pid);

// How often watchdog() must be called (half of WATCHDOG_USEC), if the manager asks for it.
std::optional<std::chrono::microseconds> watchdog_interval();

} // namespace upright::notify
