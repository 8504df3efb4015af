// usb-ids.toml: which USB devices are UPSes, and how to speak to them. Order decides where ids collide.
#pragma once

#include "common/config/diagnostic.hpp"
#include "drivers/io/usb/usb_match.hpp"

#include <string>
#include <vector>

namespace upright::io {

struct UsbId {
    std::string driver;
    std::uint16_t vendor_id = 0;
    std::uint16_t product_id = 0;
    std::string via;          // the driver's way to speak to it; may be empty
    std::string manufacturer; // what the device must say; empty: anything
    std::string product;
    std::string quirk;
    std::string brand;
    std::string place; // of the row: file:line:column

    // The texts of `device` count only if `texts_known`.
    bool fits(const UsbDescription& device, bool texts_known) const;
};

// The rows of one file; errors at file:line:column.
Loaded<std::vector<UsbId>> load_usb_ids(const std::string& file);

// The user's file, or else ours.
std::string usb_ids_file(const std::string& config_dir);

// The first row that fits the device, or nullptr.
const UsbId* find_usb_id(const std::vector<UsbId>& ids, std::string_view driver, const UsbDescription& device,
                         bool texts_known);

} // namespace upright::io
