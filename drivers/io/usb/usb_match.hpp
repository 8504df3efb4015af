// UsbMatch: which of the devices on the bus is meant: patterns for what a device says of itself and where it
// is plugged in. Pure.
#pragma once

#include "common/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::io {

struct UsbInterface {
    int number = 0;
    std::uint8_t of_class = 0; // USB's list of classes: 3 is HID
    std::uint8_t subclass = 0;
};

// What is known of a device on the bus. The texts are the device's own: bounded, not to be trusted.
struct UsbDescription {
    std::uint16_t vendor_id = 0;
    std::uint16_t product_id = 0;
    std::uint16_t release = 0; // bcdDevice
    std::string vendor;
    std::string product;
    std::string serial;
    std::string bus;     // "001"
    std::string device;  // "002": another one each time it is plugged in
    std::string busport; // "001": the socket of its hub
    std::string ports;   // "1.4": all sockets from the root to it
    std::vector<UsbInterface> interfaces;

    std::string ids() const; // "0665:5161"
};

class UsbMatch {
public:
    // The keys of ups.conf that it knows, in the order in which they are looked at.
    static const std::vector<std::string_view>& keys();

    // Extended regular expressions that take no notice of case and must fit the whole value. The error names
    // the key and what is wrong.
    static Result<UsbMatch>
    from(const std::function<std::optional<std::string>(std::string_view key)>& value_of);

    // Can be said before the device is opened: ids and place.
    bool may_be(const UsbDescription& device) const;
    bool matches(const UsbDescription& device) const;
    bool empty() const noexcept { return patterns_.empty(); }

private:
    struct Pattern;
    std::vector<std::shared_ptr<const Pattern>> patterns_;
};

} // namespace upright::io
