// UsbFunction: what is behind the endpoints of a simulated USB device: a bridge's chip, or a UPS of the HID
// class. Pure; UsbDevice asks it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace upright::upsim {

struct UsbSetup {
    std::uint8_t type = 0;
    std::uint8_t request = 0;
    std::uint16_t value = 0;
    std::uint16_t index = 0;
    std::uint16_t length = 0;
};

class UsbFunction {
public:
    UsbFunction() = default;
    UsbFunction(const UsbFunction&) = delete;
    UsbFunction& operator=(const UsbFunction&) = delete;
    virtual ~UsbFunction() = default;

    // False or nothing: the endpoint stalls.
    virtual bool control_out(const UsbSetup&, std::string_view /*bytes*/) { return false; }
    virtual std::optional<std::string> control_in(const UsbSetup&) { return std::nullopt; }
    virtual bool interrupt_out(std::string_view /*bytes*/) { return false; }

    // What its interrupt endpoint sends next, at most one packet; nothing: it has nothing to say.
    virtual std::optional<std::string> packet() = 0;
    virtual void forget() {} // what waits to be sent
};

} // namespace upright::upsim
