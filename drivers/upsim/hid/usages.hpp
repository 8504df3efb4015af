// The usages of the HID pages for UPSes (HID Usage Tables for Power Devices, and the vendors' pages), by
// name.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace upright::upsim {

// One collection of a path, or at its end the field: "Flow.[4]" is one, of type 0x84.
struct HidNode {
    std::uint32_t usage = 0; // page << 16 | id
    std::uint8_t type = 0;   // of the collection

    friend bool operator==(const HidNode&, const HidNode&) = default;
};

// Throws std::invalid_argument for a name that it does not know: profiles are part of the program.
std::vector<HidNode> hid_path(std::string_view path);

} // namespace upright::upsim
