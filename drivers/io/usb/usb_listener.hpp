// UsbListener: hands on what an interrupt endpoint sends, the moment it comes, and that the device is gone.
// It owns one transfer, which is always waiting, and the thread that waits with it. Private to UsbDevice:
// stop() before the handle is closed, destroy behind it.
#pragma once

#include "drivers/io/usb/usb_device.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

struct libusb_transfer;

namespace upright::io {

class UsbListener {
public:
    // `heard` is called by the listener's own thread.
    UsbListener(libusb_context* context, libusb_device_handle* handle, std::uint8_t endpoint,
                std::size_t longest, UsbDevice::Heard heard);
    UsbListener(const UsbListener&) = delete;
    UsbListener& operator=(const UsbListener&) = delete;
    ~UsbListener();

    void stop() noexcept; // nothing is heard any more

    // Between these two whoever makes transfers hears, too: that spares waking two threads for each of them.
    void pause() noexcept;
    void resume() noexcept;

private:
    void watch_for_leaving();
    static void on_end(libusb_transfer* transfer);
    void take(const libusb_transfer& transfer);
    void run();
    void submit();
    void wake() noexcept;

    libusb_context* context_;
    libusb_device_handle* handle_;
    UsbDevice::Heard heard_;
    std::vector<unsigned char> buffer_;
    libusb_transfer* transfer_;
    int leave_callback_ = 0;
    bool watching_ = false;
    std::atomic<bool> stopping_ = false;
    std::atomic<bool> ended_ = true; // the transfer does not wait
    std::atomic<bool> halted_ = false;
    std::atomic<bool> gone_ = false;
    std::atomic<int> failures_ = 0; // in a row
    std::mutex pausing_;
    std::condition_variable resumed_;
    std::atomic<bool> paused_ = false;
    std::thread thread_;
};

} // namespace upright::io
