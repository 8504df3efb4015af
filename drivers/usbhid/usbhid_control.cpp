// What a UPS on the USB is told to do: commands, settings, switching off.
#include "common/daemon/log.hpp"
#include "common/text/case_less.hpp"
#include "common/text/number.hpp"
#include "drivers/io/hid/field_value.hpp"
#include "drivers/usbhid/usbhid_driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace upright::usbhid {
namespace {

using hid::ReportType;

constexpr std::string_view kOff = "load.off.delay";
constexpr std::string_view kOn = "load.on.delay";
constexpr std::string_view kShutdownDelay = "ups.delay.shutdown";
constexpr std::string_view kStartDelay = "ups.delay.start";

// Where the limits of a field leave no room for what is meant: -1 stops a countdown, and 0 is no substitute.
bool fits(const hid::Field& field, double value)
{
    const auto logical = hid::logical_of(field, value);
    return (value < 0) == (hid::physical_value(field, logical) < 0);
}

} // namespace

const UsbHidDriver::Bound<CommandRow>* UsbHidDriver::find_command(std::string_view name) const
{
    const auto it = std::find_if(commands_.begin(), commands_.end(), [&](const auto& bound) {
        return equal_ignoring_case(bound.row->name, name);
    });
    return it == commands_.end() ? nullptr : &*it;
}

std::string UsbHidDriver::setting(std::string_view variable) const
{
    const auto it = settings_.find(variable);
    if (it != settings_.end())
        return it->second;
    return std::to_string(variable == kStartDelay ? map_->start_delay : map_->shutdown_delay);
}

// ---- commands ------------------------------------------------------------------------------------------

// Commands that are made of the map's. The start comes first: once the countdown to off runs, some take no
// more.
Outcome UsbHidDriver::command(std::string_view name, const std::optional<std::string>& parameter)
{
    want_open();
    const auto is = [&](std::string_view one) { return equal_ignoring_case(name, one); };
    if (find_command(name) != nullptr)
        return run(name, parameter);
    const bool both = find_command(kOn) != nullptr && find_command(kOff) != nullptr;
    if (is("load.off") && find_command(kOff) != nullptr)
        return run(kOff, "0");
    if (is("load.on") && find_command(kOn) != nullptr)
        return run(kOn, "0");
    if ((is("shutdown.return") || is("shutdown.stayoff")) && both) {
        const auto start = is("shutdown.return") ? setting(kStartDelay) : std::string("-1");
        const auto first = run(kOn, start);
        return first == Outcome::handled ? run(kOff, parameter ? *parameter : setting(kShutdownDelay))
                                         : first;
    }
    return Outcome::unknown;
}

Outcome UsbHidDriver::run(std::string_view name, const std::optional<std::string>& parameter)
{
    const auto& [row, field] = *find_command(name);
    std::optional<double> value;
    if (row->conversion != nullptr) {
        const std::lock_guard held(mutex_);
        for (const auto& [variable, kept] :
             settings_) // as they are now, though nothing was read since or yet
            known_->variables.insert_or_assign(variable, kept);
        const auto text = parameter ? *parameter : row->value ? std::to_string(*row->value) : std::string();
        value = row->conversion->write != nullptr ? row->conversion->write(text, *known_) : std::nullopt;
    } else if (parameter) {
        value = to_double(trimmed(*parameter));
    } else if (row->value) {
        value = *row->value;
    }
    if (!value) {
        log::warning("UPS [{}]: {} {}: want a number", options_.ups, row->name,
                     escaped(parameter.value_or("")));
        return Outcome::invalid;
    }
    return write(*field, *value);
}

// Forced shutdown: the first that the device has and obeys.
Outcome UsbHidDriver::power_off()
{
    want_open();
    constexpr std::array<std::string_view, 4> kWays{"shutdown.return", "shutdown.reboot", kOff,
                                                    "shutdown.stayoff"};
    auto last = Outcome::unknown;
    for (const auto way : kWays) {
        const auto parameter = way == kOff ? std::optional(setting(kShutdownDelay)) : std::nullopt;
        const auto outcome = command(way, parameter);
        if (outcome == Outcome::handled) {
            log::notice("UPS [{}]: switched off by {}", options_.ups, way);
            return outcome;
        }
        if (outcome != Outcome::unknown)
            last = outcome;
    }
    return last;
}

// ---- settings ------------------------------------------------------------------------------------------

Outcome UsbHidDriver::set(std::string_view variable, std::string_view value)
{
    want_open();
    const auto kept = std::find_if(kept_.begin(), kept_.end(), [&](const auto& bound) {
        return equal_ignoring_case(bound.row->variable, variable);
    });
    if (kept != kept_.end()) {
        const bool number = to_double(trimmed(kept->row->fallback)).has_value();
        if (number && !to_int(trimmed(value)))
            return Outcome::invalid;
        const std::lock_guard held(mutex_);
        settings_.insert_or_assign(kept->row->variable, std::string(trimmed(value)));
        last_.reset();
        return Outcome::handled;
    }
    const auto bound = std::find_if(values_.begin(), values_.end(), [&](const auto& one) {
        return one.row->writable && equal_ignoring_case(one.row->variable, variable);
    });
    if (bound == values_.end())
        return Outcome::unknown;
    const auto number = number_of(*bound->row, trimmed(value));
    if (!number)
        return Outcome::invalid;
    // What the field has no room for would become something else, so it is refused.
    const auto back = hid::physical_value(*bound->field, hid::logical_of(*bound->field, *number));
    const auto whole_step = hid::physical_value(*bound->field, 1) - hid::physical_value(*bound->field, 0);
    if (std::abs(back - *number) > std::max(1.0, std::abs(whole_step))) {
        log::warning("UPS [{}]: {} = {} is more than the device takes", options_.ups, bound->row->variable,
                     escaped(value));
        return Outcome::invalid;
    }
    return write(*bound->field, *number);
}

std::optional<double> UsbHidDriver::number_of(const ValueRow& row, std::string_view text)
{
    if (row.meaning.conversion != nullptr) {
        const std::lock_guard held(mutex_);
        return row.meaning.conversion->write != nullptr ? row.meaning.conversion->write(text, *known_)
                                                        : std::nullopt;
    }
    const auto it = std::find_if(row.meaning.words.begin(), row.meaning.words.end(),
                                 [&](const auto& word) { return equal_ignoring_case(word.second, text); });
    if (it != row.meaning.words.end())
        return it->first;
    return row.meaning.words.empty() ? to_double(text) : std::nullopt;
}

// The fields beside it in the report keep what they have.
Outcome UsbHidDriver::write(const hid::Field& field, double value)
{
    if (field.constant() || field.type != ReportType::feature || !fits(field, value)) {
        log::warning("UPS [{}]: report {:02x} can't take {}", options_.ups, field.report, value);
        return Outcome::invalid;
    }
    const auto& descriptor = known_->reports().descriptor();
    const auto length = descriptor.length(field.type, field.report);
    auto& transport = source_->transport();
    auto report = transport.get_report(field.type, field.report, length).value_or("");
    if (report.size() < length) {
        report.resize(length, '\0');
        if (descriptor.has_report_ids)
            report[0] = static_cast<char>(field.report);
    }
    hid::store_value(field, report, descriptor.has_report_ids, hid::logical_of(field, value));
    transport.set_report(field.type, field.report, report);
    changed_ = true;
    return Outcome::handled;
}

// What ups.conf wants the device to know from the start.
void UsbHidDriver::write_options()
{
    if (!options_.flag("lowbatt"))
        return;
    const auto value = std::to_string(options_.number("lowbatt", 0, 100, 30));
    if (set("battery.charge.low", value) != Outcome::handled)
        log::warning("UPS [{}]: lowbatt = {}: the UPS doesn't take it", options_.ups, value);
}

} // namespace upright::usbhid
