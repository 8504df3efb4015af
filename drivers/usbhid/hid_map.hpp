// HidMap: how one family of USB HID UPSes tells its values: what a map file holds
// (docs/usbhid-device-files.md). Rows are in the order of preference: of those with one variable the first
// counts that the device has.
#pragma once

#include "drivers/io/hid/usage_names.hpp"
#include "drivers/usbhid/conversions.hpp"

#include <chrono>

namespace upright::usbhid {

// When a value is read: in each poll, in full polls, after something was written, or at the start only.
enum class Poll { quick, full, after_change, once };

using Words = std::vector<std::pair<int, std::string>>; // what a number means

// What a field says. Neither words nor a conversion: the number itself.
struct Meaning {
    int decimals = 0;
    Words words; // another number says nothing
    const Conversion* conversion = nullptr;
};

struct ValueRow {
    std::string variable; // rows of ups.alarm add up
    hid::UsagePath path;
    Meaning meaning;
    Poll poll = Poll::full;
    const Guard* only_if = nullptr;
    bool writable = false;
    int max_length = 0;             // of what may be written
    std::vector<std::string> enums; // that may be written
};

// What is told by the words of its meaning: "online", "!charging" takes it back (status_flags.hpp).
struct StatusRow {
    hid::UsagePath path;
    Meaning meaning;
    Poll poll = Poll::full;
};

struct CommandRow {
    std::string name;
    hid::UsagePath path;
    std::optional<int> value; // what is written if the user says nothing
    const Conversion* conversion = nullptr;
};

// Kept in the driver, offered if the device has the path.
struct SettingRow {
    std::string variable;
    hid::UsagePath path;
    std::string fallback;
    int max_length = 0;
};

struct HidMap {
    std::string name;    // subdriver = ...; the file's
    std::string version; // "APC HID 0.98": driver.version.data
    hid::UsageNames usages;
    std::string manufacturer;           // of a device that doesn't say
    const Identity* identity = nullptr; // of a loaded map never
    std::vector<const Repair*> repairs;
    std::chrono::seconds full_poll_interval{30};
    int start_delay = 30;    // ups.delay.start, s
    int shutdown_delay = 20; // ups.delay.shutdown, s
    int delay_step = 1;      // s: the device counts in such steps, rounded down
    bool no_interrupts = false;
    std::vector<ValueRow> values;
    std::vector<StatusRow> status;
    std::vector<CommandRow> commands;
    std::vector<SettingRow> settings;
};

// `file`: for messages; the map's name is its stem.
Loaded<HidMap> parse_hid_map(const std::string& file, std::string_view toml, const hid::UsageTables& usages);

// `usages` must outlive the map.
Loaded<HidMap> load_hid_map(const std::string& file, const hid::UsageTables& usages);

} // namespace upright::usbhid
