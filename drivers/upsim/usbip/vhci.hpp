// A simulated USB device in this machine's own USB, by the kernel's vhci_hcd.
#pragma once

#include "common/result.hpp"

#include <string>

namespace upright::upsim::usbip {

// A free port in the text of vhci's file `status`; nothing if there is none.
std::optional<int> free_port(std::string_view status);

// The end of a socket at which the kernel, root hub `vhci_hcd.0`, now waits for USB/IP replies; the caller
// closes it, which unplugs the device. The error says what is missing: module, permission, port.
Result<int> attach(const std::string& controller = "/sys/devices/platform/vhci_hcd.0");

} // namespace upright::upsim::usbip
