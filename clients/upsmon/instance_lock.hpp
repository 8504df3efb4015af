// InstanceLock: one upsmon at a time, however many are started in the same instant. The kernel gives it back
// when its owner ends, whatever the end.
#pragma once

#include "common/result.hpp"

#include <string>
#include <utility>

namespace upright::upsmon {

class InstanceLock {
public:
    // Of the upsmons that have their PID file in that folder. Fails with Errc::already_attached if another
    // one has it. The file stays; only its owner can open it, so nobody else can take it.
    static Result<InstanceLock> take(const std::string& folder);

    InstanceLock(InstanceLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    InstanceLock& operator=(InstanceLock&&) = delete;
    InstanceLock(const InstanceLock&) = delete;
    InstanceLock& operator=(const InstanceLock&) = delete;
    ~InstanceLock();

private:
    explicit InstanceLock(int fd) : fd_(fd) {}

    int fd_;
};

} // namespace upright::upsmon
