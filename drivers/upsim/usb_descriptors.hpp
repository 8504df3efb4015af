// The descriptors of a simulated USB device (USB 2.0, 9.6). Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upright::upsim {

struct UsbEndpoint {
    std::uint8_t address = 0;
    std::uint16_t size = 8;
};

struct UsbIdentity {
    std::uint16_t vendor_id = 0;
    std::uint16_t product_id = 0;
    std::uint16_t release = 0x0002;
    std::vector<UsbEndpoint> endpoints = {};
    std::uint8_t vendor = 0; // places in `strings`; 0: it says nothing
    std::uint8_t product = 0;
    std::uint8_t serial = 0;
    std::map<std::uint8_t, std::string> strings = {};
    std::uint16_t report_length = 27; // of the HID report descriptor
    std::string configuration = {};   // as recorded; else made from the above
};

std::string usb_device_descriptor(const UsbIdentity& identity);
// With interface, HID class and endpoints.
std::string usb_configuration(const UsbIdentity& identity);
// HID class descriptor (HID 1.11, 6.2.1).
std::string usb_hid_descriptor(std::uint16_t report_length);

// String 0 (the languages) or one of the device's; nothing for another.
std::optional<std::string> usb_string(const UsbIdentity& identity, std::uint8_t index);

} // namespace upright::upsim
