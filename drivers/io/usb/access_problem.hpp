// What a person needs to know when a USB device may not be opened.
#pragma once

#include <string>

namespace upright::io {

// "/dev/bus/usb/001/002 (root:root, mode 0664) may not be opened by nut: no udev rule gives it 0665:5161".
// `node`: the device's file.
std::string access_problem(const std::string& node, const std::string& ids);

} // namespace upright::io
