// UsbIpSession: one simulated USB device as a kernel talks to it over USB/IP. It owns the bytes under way,
// not the device. Pure: the caller brings bytes in and takes bytes out.
#pragma once

#include "drivers/upsim/usb_device.hpp"
#include "drivers/upsim/usbip/pdu.hpp"

#include <map>

namespace upright::upsim::usbip {

class Session {
public:
    explicit Session(UsbDevice& device) : device_(device) {}

    // After an error the session is over.
    Result<void> take(std::string_view bytes);
    // What is to be sent; transfers that finished by themselves are among it.
    std::string output();

private:
    void start(const Submit& submit);
    void give_up(const Unlink& unlink);
    void collect();

    UsbDevice& device_;
    std::string received_;
    std::string output_;
    std::map<std::uint32_t, bool> under_way_; // by number: is a control transfer
};

} // namespace upright::upsim::usbip
