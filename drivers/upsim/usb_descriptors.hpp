// The descriptors of a simulated USB device (USB 2.0, 9.6). Pure.
#pragma once

#include "drivers/upsim/usb_chip.hpp"

namespace upright::upsim {

struct UsbTexts {
    std::string vendor;
    std::string product;
    std::string serial; // may be empty
};

// Device, configuration, HID interface and endpoints, as in the sysfs file `descriptors`.
std::string usb_descriptors(const UsbChipKind& kind, const UsbTexts& texts);

// String 0 (the languages), 1, 2 or, with a serial number, 0x10; nothing for another.
std::optional<std::string> usb_string(const UsbTexts& texts, std::uint8_t index);

} // namespace upright::upsim
