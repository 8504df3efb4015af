// usbhid-ups --describe: everything a UPS tells of itself, for a bug report, and as a recording from which
// `upsim-usb --device replay:FILE` makes the device anew (docs/usbhid-device-files.md, "Recordings").
#pragma once

#include "drivers/usbhid/hid_maps.hpp"
#include "drivers/usbhid/source.hpp"

#include <cstdio>

namespace upright::usbhid {

// DeviceError if the device can't be opened. Returns the exit code.
int describe(Source& source, HidMaps& maps, std::FILE* out);

} // namespace upright::usbhid
