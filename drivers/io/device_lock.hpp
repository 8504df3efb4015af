// DeviceLock: the lock file by which programs tell each other that a serial port is taken (LCK..ttyS0, with
// the process in ten digits: FHS 3.0, section 5.9). It owns the file and takes it away. Where no such file
// can be written there is none: other locks must do.
#pragma once

#include <string>
#include <utility>

namespace upright::io {

// Where it belongs for `device`, a name in /dev; empty for what is no port of a machine (pseudo terminals).
std::string lock_file_of(const std::string& device, const std::string& folder = "/var/lock");

class DeviceLock {
public:
    DeviceLock() = default;
    DeviceLock(DeviceLock&& other) noexcept;
    DeviceLock& operator=(DeviceLock&& other) noexcept;
    ~DeviceLock();

    // DeviceError (lost) if a process that lives has it. One that a dead process left is taken over.
    static DeviceLock take(const std::string& path);

private:
    explicit DeviceLock(std::string path) : path_(std::move(path)) {}
    void release() noexcept;

    std::string path_; // empty: nothing is held
};

} // namespace upright::io
