// Source: where a HID UPS comes from: finding it, and finding the same one again.
#pragma once

#include "drivers/io/hid/transport.hpp"
#include "drivers/io/usb/usb_match.hpp"

namespace upright::usbhid {

class Source {
public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    // DeviceError (lost) if there is none. Releases what an earlier call took.
    virtual void open() = 0;

    // After an open() in vain: `arrived` is called, by another thread, when another try may succeed.
    virtual void on_arrival(std::function<void()> /*arrived*/) {}

    // Of the open device.
    virtual hid::Transport& transport() = 0;
    virtual const io::UsbDescription& device() const = 0;
    virtual std::string map() const = 0;     // the name of its map; empty: nobody knows its ids
    virtual std::string quirk() const = 0;   // of its row in usb-ids.toml
    virtual std::string configuration() = 0; // its configuration's descriptor; may be empty
};

} // namespace upright::usbhid
