// UsbArrival: tells when a device is plugged in, so that nobody waits longer for one than it takes. It owns a
// context of its own and the thread that waits with it.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

struct libusb_context;

namespace upright::io {

class UsbArrival {
public:
    // `arrived` is called by another thread for each device that comes. Does nothing where the system can't
    // tell.
    explicit UsbArrival(std::function<void()> arrived);
    UsbArrival(const UsbArrival&) = delete;
    UsbArrival& operator=(const UsbArrival&) = delete;
    ~UsbArrival();

private:
    std::function<void()> arrived_;
    libusb_context* context_ = nullptr;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

} // namespace upright::io
