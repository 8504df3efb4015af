// What a UPS on the USB is published as.
#include "common/text/number.hpp"
#include "drivers/io/usb/usb_device.hpp"
#include "drivers/usbhid/usbhid_driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace upright::usbhid {
namespace {

constexpr std::string_view kAlarm = "ups.alarm";

std::optional<int> whole(double value)
{
    constexpr double kMost = 2e9;
    return std::abs(value) <= kMost ? std::optional(static_cast<int>(std::lround(value))) : std::nullopt;
}

Variable writable(std::string value, int max_length, std::vector<std::string> enums = {})
{
    return {.value = std::move(value),
            .flags = {.rw = true, .text = true},
            .max_length = max_length,
            .enums = std::move(enums)};
}

// Commands made of two of the map's: of which, and what they need.
struct Composite {
    std::string_view name;
    std::string_view first;
    std::string_view second; // may be empty
};
constexpr std::array kComposites{
    Composite{"load.off", "load.off.delay", ""},
    Composite{"load.on", "load.on.delay", ""},
    Composite{"shutdown.return", "load.on.delay", "load.off.delay"},
    Composite{"shutdown.stayoff", "load.on.delay", "load.off.delay"},
};

} // namespace

std::optional<std::string> UsbHidDriver::text_of(const Meaning& meaning, double value)
{
    if (meaning.conversion != nullptr)
        return meaning.conversion->read(value, *known_);
    if (meaning.words.empty())
        return fmt::format("{:.{}f}", value == 0 ? 0.0 : value, meaning.decimals); // never "-0"
    const auto number = whole(value);
    const auto it = std::find_if(meaning.words.begin(), meaning.words.end(),
                                 [&](const auto& word) { return number == word.first; });
    return it == meaning.words.end() ? std::nullopt : std::optional(it->second);
}

Snapshot UsbHidDriver::snapshot()
{
    Snapshot taken;
    known_->variables.clear();
    add_settings(taken);
    add_values(taken);
    add_names(taken);
    add_commands(taken);
    add_status(taken);
    return taken;
}

void UsbHidDriver::add_values(Snapshot& taken)
{
    for (const auto& [row, field] : values_) {
        const bool alarm = row->variable == kAlarm;
        if (!alarm && taken.variables.contains(row->variable))
            continue;
        const auto value = known_->reports().value(*field);
        if (!value || (row->only_if != nullptr && !row->only_if->holds(*known_)))
            continue;
        auto text = text_of(row->meaning, *value);
        if (!text)
            continue;
        if (alarm) {
            taken.alarms.push_back(std::move(*text));
            continue;
        }
        known_->variables.insert_or_assign(row->variable, *text);
        if (row->writable)
            taken.variables.emplace(row->variable, writable(std::move(*text), row->max_length, row->enums));
        else
            taken.set(row->variable, std::move(*text));
    }
}

void UsbHidDriver::add_settings(Snapshot& taken) const
{
    for (const auto& [row, field] : kept_) {
        const auto value = setting(row->variable);
        known_->variables.insert_or_assign(row->variable, value);
        taken.variables.emplace(row->variable, writable(value, row->max_length));
    }
}

void UsbHidDriver::add_names(Snapshot& taken)
{
    const auto& device = known_->device();
    Names names;
    if (map_->identity != nullptr)
        names = map_->identity->of(*known_);
    else
        names = {device.vendor, device.product, device.serial, {}};
    if (names.manufacturer.empty())
        names.manufacturer = map_->manufacturer;
    names.more.emplace("ups.mfr", names.manufacturer);
    names.more.emplace("ups.model", names.model);
    names.more.emplace("ups.serial", names.serial);
    for (auto& [name, value] : names.more)
        if (!value.empty() && !taken.variables.contains(name))
            taken.set(name, std::move(value));
    taken.set("ups.vendorid", fmt::format("{:04x}", device.vendor_id));
    taken.set("ups.productid", fmt::format("{:04x}", device.product_id));
    taken.set("driver.version.data", map_->version);
    taken.set("driver.version.usb", io::usb_library());
}

void UsbHidDriver::add_commands(Snapshot& taken) const
{
    for (const auto& [row, field] : commands_)
        taken.commands.insert(row->name);
    for (const auto& [name, first, second] : kComposites)
        if (find_command(first) != nullptr && (second.empty() || find_command(second) != nullptr))
            taken.commands.insert(std::string(name));
}

// What was read last counts most: an event says something of one flag, and what a full poll said of another
// half a minute ago must not take it back.
void UsbHidDriver::add_status(Snapshot& taken)
{
    std::vector<std::pair<unsigned, const Bound<StatusRow>*>> rows;
    for (const auto& bound : status_)
        rows.emplace_back(known_->reports().generation(*bound.field), &bound);
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    StatusFlags flags;
    for (const auto& [generation, bound] : rows)
        if (const auto value = known_->reports().value(*bound->field))
            if (const auto words = text_of(bound->row->meaning, *value))
                flags.apply(*words);
    const auto charge = known_->variable("battery.charge");
    ups_status_.add_to(taken, flags, charge ? to_double(*charge) : std::nullopt, now_());
}

} // namespace upright::usbhid
