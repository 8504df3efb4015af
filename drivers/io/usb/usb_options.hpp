// What every driver of USB devices reads from ups.conf: which device is meant, and how it is taken.
#pragma once

#include "drivers/io/usb/usb_device.hpp"
#include "drivers/io/usb/usb_ids.hpp"

namespace upright::io {

// The options that the functions below read.
const std::vector<DriverOption>& usb_options();

// True if one of the keys that tell which device is given.
bool names_usb_device(const DriverOptions& options);

// DeviceError (fatal) with the place if an option makes no sense.
UsbMatch usb_match(const DriverOptions& options);

// `wanted`: what messages call a device if the keys don't tell.
UsbSettings usb_settings(const DriverOptions& options, std::string wanted);

// The rows of usb-ids.toml for that driver, the user's file first. `ways`: what their `via` may be.
// DeviceError (fatal) if the file is wrong.
std::vector<UsbId> usb_ids_of(std::string_view driver, const DriverOptions& options,
                              const std::vector<std::string_view>& ways);

} // namespace upright::io
