// What the kernel itself makes of an interface of a USB device.
#pragma once

#include "drivers/io/usb/usb_match.hpp"

namespace upright::io {

struct KernelView {
    bool driver_bound = false;
    std::optional<std::string> report_descriptor; // as its HID driver read it
};

KernelView kernel_view(const UsbDescription& device, int interface);

} // namespace upright::io
