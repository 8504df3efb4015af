// The control requests of the HID class (HID 1.11, 7).
#pragma once

#include "drivers/upsim/hid/field.hpp"
#include "drivers/upsim/usb_function.hpp"

#include <optional>

namespace upright::upsim {

constexpr std::uint8_t kHidDescriptor = 0x21;
constexpr std::uint8_t kReportDescriptor = 0x22;

constexpr bool is_get_descriptor(const UsbSetup& setup, std::uint8_t which)
{
    constexpr std::uint8_t kGetDescriptor = 0x06;
    return setup.type == 0x81 && setup.request == kGetDescriptor && setup.value >> 8 == which;
}

// What GET_REPORT asks for; nothing if it is another request.
constexpr std::optional<HidKind> report_kind(const UsbSetup& setup)
{
    constexpr std::uint8_t kGetReport = 0x01;
    if (setup.type != 0xA1 || setup.request != kGetReport)
        return std::nullopt;
    switch (setup.value >> 8) {
    case 1: return HidKind::input;
    case 3: return HidKind::feature;
    default: return std::nullopt;
    }
}

constexpr bool is_set_feature(const UsbSetup& setup)
{
    constexpr std::uint8_t kSetReport = 0x09;
    return setup.type == 0x21 && setup.request == kSetReport && setup.value >> 8 == 3;
}

// What every UPS takes, and nothing comes of.
constexpr bool is_idle_or_protocol(const UsbSetup& setup)
{
    return setup.type == 0x21 && (setup.request == 0x0A || setup.request == 0x0B);
}

} // namespace upright::upsim
