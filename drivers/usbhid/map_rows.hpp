// The rows of a map file: each function reads one and notes every mistake. Private to the loader
// (docs/usbhid-device-files.md).
#pragma once

#include "common/toml/toml_fields.hpp"
#include "drivers/usbhid/hid_map.hpp"

namespace upright::usbhid {

constexpr std::size_t kMostRows = 2000; // of a kind, in one file
constexpr std::size_t kLongestText = 120;

ValueRow value_row_of(const toml::table& table, const hid::UsageNames& usages, Complaints& complaints);
StatusRow status_row_of(const toml::table& table, const hid::UsageNames& usages, Complaints& complaints);
CommandRow command_row_of(const toml::table& table, const hid::UsageNames& usages, Complaints& complaints);
SettingRow setting_row_of(const toml::table& table, const hid::UsageNames& usages, Complaints& complaints);

} // namespace upright::usbhid
