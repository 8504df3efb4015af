// The conversions, guards, identities and repairs that map files name: all that needs code for one maker's
// devices is in the tables behind these.
#pragma once

#include "drivers/io/hid/report_descriptor.hpp"
#include "drivers/io/usb/usb_match.hpp"
#include "drivers/runtime/driver.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::usbhid {

// What a conversion may look at beside its value. What it decided once for this device it keeps in `memory`.
class Context {
public:
    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    virtual ~Context() = default;

    // The string descriptor of that index, trimmed; nothing if the device has none, or it isn't known yet.
    virtual std::optional<std::string> text(std::uint8_t index) = 0;
    // The physical value of another field, by its path as map files write it; nothing if there is none.
    virtual std::optional<double> value(std::string_view path) = 0;
    // A whole feature report, its id included; nothing if there is none.
    virtual std::optional<std::string> report(std::uint8_t id) = 0;
    // A variable that a row before this one has given.
    virtual std::optional<std::string> variable(std::string_view name) const = 0;

    virtual const io::UsbDescription& device() const = 0;
    virtual std::string_view quirk() const = 0; // of the row of usb-ids.toml
    virtual const DriverOptions& options() const = 0;

    std::map<std::string, double, std::less<>> memory;
};

// From a physical value to the text to publish, or to the flags of a status row; nothing: says nothing now.
// `write` is the way back, nothing if the text makes no sense; nullptr: can't be written.
struct Conversion {
    std::string_view name;
    std::optional<std::string> (*read)(double value, Context& context);
    std::optional<double> (*write)(std::string_view text, Context& context) = nullptr;
};

// Whether a row applies to this device at all.
struct Guard {
    std::string_view name;
    bool (*holds)(Context& context);
};

// What the device is called. Empty: left out.
struct Names {
    std::string manufacturer;
    std::string model;
    std::string serial;
    std::map<std::string, std::string> more; // further variables, as ups.firmware
};
struct Identity {
    std::string_view name;
    Names (*of)(Context& context);
};

// Puts right what a maker's descriptor tells wrongly. True if it changed anything.
struct Repair {
    std::string_view name;
    bool (*mend)(hid::ReportDescriptor& descriptor, const io::UsbDescription& device);
};

const Conversion* find_conversion(std::string_view name);
const Guard* find_guard(std::string_view name);
const Identity* find_identity(std::string_view name);
const Repair* find_repair(std::string_view name);

std::vector<std::string_view> conversion_names();
std::vector<std::string_view> guard_names();
std::vector<std::string_view> identity_names();
std::vector<std::string_view> repair_names();

} // namespace upright::usbhid
