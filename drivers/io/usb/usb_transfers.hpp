// UsbTransfers: what may be done with an open USB device. It owns nothing; each transfer ends within its
// limit. UsbError: lost if the device is gone, no_answer if it refuses or stays silent.
#pragma once

#include "drivers/runtime/driver.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace upright::io {

// The setup packet of a control transfer, but for its length (USB 2.0, 9.3).
struct UsbRequest {
    std::uint8_t type = 0; // bmRequestType
    std::uint8_t request = 0;
    std::uint16_t value = 0;
    std::uint16_t index = 0;
};

// What went wrong with a transfer, for those whom it concerns.
class UsbError : public DeviceError {
public:
    enum class Cause { gone, io, stall, overflow, silence, other };
    UsbError(const std::string& what, Cause cause)
        : DeviceError(what, cause == Cause::gone || cause == Cause::io ? Kind::lost : Kind::no_answer),
          cause_(cause)
    {
    }
    Cause cause() const noexcept { return cause_; }

private:
    Cause cause_;
};

class UsbTransfers {
public:
    using Milliseconds = std::chrono::milliseconds;

    UsbTransfers() = default;
    UsbTransfers(const UsbTransfers&) = delete;
    UsbTransfers& operator=(const UsbTransfers&) = delete;
    virtual ~UsbTransfers() = default;

    virtual void control_out(const UsbRequest& request, std::string_view bytes, Milliseconds limit) = 0;
    virtual std::string control_in(const UsbRequest& request, std::size_t longest, Milliseconds limit) = 0;

    virtual void interrupt_out(std::uint8_t endpoint, std::string_view bytes, Milliseconds limit) = 0;
    // Nothing if nothing came in time. At most `longest` bytes, which fewer than a packet may not be.
    virtual std::optional<std::string> interrupt_in(std::uint8_t endpoint, std::size_t longest,
                                                    Milliseconds limit) = 0;

    // The largest packet of that endpoint; 0 if the interface has no such endpoint.
    virtual std::size_t packet_size(std::uint8_t endpoint) const = 0;
};

// A string descriptor as the device sends it: its length, 0x03, UTF-16LE (USB 2.0, 9.6.7).
std::string string_descriptor(UsbTransfers& usb, std::uint8_t index, std::uint16_t language,
                              UsbTransfers::Milliseconds limit, std::size_t longest = 255);

// The text of one, characters above 0xFF as '?'. Nothing if its length byte is not what arrived.
std::optional<std::string> text_of_string_descriptor(std::string_view descriptor);

// The same for people: no control bytes, which would make lines of their own in a dump, no blanks at its
// ends.
std::string without_control_bytes(std::string_view text);

constexpr std::uint16_t kEnglish = 0x0409;

// English if the device offers it, else the first that it offers; English if it offers none.
std::uint16_t string_language(UsbTransfers& usb);

} // namespace upright::io
