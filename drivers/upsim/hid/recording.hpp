// HidRecording: a HID UPS as a driver found it: descriptors, strings, reports. Read from a file of lines; see
// docs/manual/upsim.md.
#pragma once

#include "common/config/diagnostic.hpp"
#include "drivers/upsim/usb_descriptors.hpp"

#include <map>

namespace upright::upsim {

struct HidRecording {
    UsbIdentity identity;
    std::string report_descriptor;
    std::map<std::uint8_t, std::string> features; // by report id, as answered
    std::map<std::uint8_t, std::string> inputs;
};

// Every mistake is a problem, and then there is no device to be made of it.
Loaded<HidRecording> parse_hid_recording(const std::string& file, std::string_view text);
// "No such file", too, is a problem.
Loaded<HidRecording> load_hid_recording(const std::string& file);

// The lines of such a file.
std::string to_text(const HidRecording& recording);

} // namespace upright::upsim
