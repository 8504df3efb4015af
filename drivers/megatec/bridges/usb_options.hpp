// What ups.conf says of a UPS behind USB: whether it is, which device is meant, and how it is spoken to.
#pragma once

#include "drivers/megatec/bridges/usb_link.hpp"
#include "drivers/runtime/driver.hpp"

namespace upright::megatec {

// True if the options ask for a device on USB: by its keys, by port = auto, or by the program's name.
bool wants_usb(const DriverOptions& options);

// The link that the options ask for. DeviceError (fatal) if one of them makes no sense.
std::unique_ptr<UsbLink> usb_link(const DriverOptions& options);

// The options that usb_link() reads.
const std::vector<DriverOption>& usb_options();

} // namespace upright::megatec
