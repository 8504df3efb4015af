// StartLock: the right to start or end the timer daemon: the file LOCKFN, locked. It owns the file while it
// lives and removes it then. What a process left that is gone holds nobody up: its lock went with it.
#pragma once

#include "common/result.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace upright::upssched {

class StartLock {
public:
    // Waits until `deadline` for whoever has it.
    static Result<StartLock> take(const std::string& path, std::chrono::steady_clock::time_point deadline);

    // Somebody has it now.
    static bool is_taken(const std::string& path);

    StartLock(StartLock&& other) noexcept : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1))
    {
    }
    StartLock& operator=(StartLock&&) = delete;
    StartLock(const StartLock&) = delete;
    StartLock& operator=(const StartLock&) = delete;
    ~StartLock();

private:
    StartLock(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

    std::string path_;
    int fd_ = -1;
};

} // namespace upright::upssched
