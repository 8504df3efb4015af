// What a UPS on the USB is told to do: commands, settings, switching off.
#include "common/daemon/log.hpp"
#include "common/text/case_less.hpp"
#include "common/text/number.hpp"
#include "drivers/io/hid/field_value.hpp"
#include "drivers/runtime/power_off_way.hpp"
#include "drivers/usbhid/usbhid_driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace upright::usbhid {
namespace {

using hid::ReportType;

constexpr std::string_view kOff = "load.off.delay";
constexpr std::string_view kOn = "load.on.delay";
constexpr std::string_view kShutdownDelay = "ups.delay.shutdown";
constexpr std::string_view kStartDelay = "ups.delay.start";

// Whether the field's limits have room for the value. One that becomes another is refused: -1 stops a
// countdown, and what is nearest to it may be "now".
bool fits(const hid::Field& field, double value)
{
    const auto back = hid::physical_value(field, hid::logical_of(field, value));
    const auto step = std::abs(hid::physical_value(field, 1) - hid::physical_value(field, 0));
    return std::abs(back - value) < (step > 0 ? step : 1) && (value < 0) == (back < 0);
}

bool is_setting(const hid::Field& field) { return !field.constant() && field.type == ReportType::feature; }

// The others mean one thing, whatever a client adds.
bool takes_number(std::string_view command)
{
    return command.ends_with(".delay") || command == "shutdown.return" || command == "shutdown.stayoff"
           || command == "shutdown.reboot" || command == "reset.watchdog";
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
Outcome UsbHidDriver::command(std::string_view name, const std::optional<std::string>& said)
{
    want_open();
    const auto parameter = said && !trimmed(*said).empty() ? said : std::nullopt; // blanks say nothing
    const auto is = [&](std::string_view one) { return equal_ignoring_case(name, one); };
    const auto* const own = find_command(name);
    const auto spelt = own != nullptr ? std::string_view(own->row->name) : name;
    if (parameter && !takes_number(spelt)) {
        log::warning("UPS [{}]: {} takes no value ({})", options_.ups, escaped(name), escaped(*parameter));
        return Outcome::invalid;
    }
    Order order;
    if (own != nullptr) {
        order = {{own, parameter}};
    } else if (is("load.off") && find_command(kOff) != nullptr) {
        order = {{find_command(kOff), "0"}};
    } else if (is("load.on") && find_command(kOn) != nullptr) {
        order = {{find_command(kOn), "0"}};
    } else if ((is("shutdown.return") || is("shutdown.stayoff")) && find_command(kOn) != nullptr
               && find_command(kOff) != nullptr) {
        order = {{find_command(kOn), is("shutdown.return") ? setting(kStartDelay) : std::string("-1")},
                 {find_command(kOff), parameter ? parameter : setting(kShutdownDelay)}};
    } else {
        return Outcome::unknown;
    }
    return run(order, is("shutdown.return")    ? std::optional("yes")
                      : is("shutdown.stayoff") ? std::optional("no")
                                               : std::nullopt);
}

// All is looked at before anything is written: half an order may be the wrong half.
Outcome UsbHidDriver::run(const Order& order, std::optional<std::string_view> start_auto)
{
    std::vector<std::pair<const hid::Field*, double>> writes;
    if (start_auto)
        add_start_auto(writes, *start_auto);
    for (const auto& [bound, parameter] : order) {
        const auto value = value_of(*bound->row, parameter);
        const bool packed = bound->row->conversion != nullptr; // then it is no number of the field's unit
        if (!value || !(packed ? is_setting(*bound->field) : can_write(*bound->field, *value))) {
            log::warning("UPS [{}]: {} {}: refused", options_.ups, bound->row->name,
                         escaped(parameter.value_or("")));
            return Outcome::invalid;
        }
        writes.emplace_back(bound->field, *value);
    }
    for (const auto& [field, value] : writes)
        write(*field, value);
    return Outcome::handled;
}

std::optional<double> UsbHidDriver::value_of(const CommandRow& row,
                                             const std::optional<std::string>& parameter)
{
    if (row.conversion != nullptr) {
        const std::lock_guard held(mutex_);
        for (const auto& [variable, kept] :
             settings_) // as they are now, though nothing was read since or yet
            known_->variables.insert_or_assign(variable, kept);
        const auto text = parameter ? *parameter : row.value ? std::to_string(*row.value) : std::string();
        return row.conversion->write != nullptr ? row.conversion->write(text, *known_) : std::nullopt;
    }
    const auto value = parameter ? to_int(trimmed(*parameter)) : row.value;
    if (!value)
        return std::nullopt;
    const bool delay = row.name == kOff || row.name == kOn;
    if (delay && *value > 0 && map_->delay_step > 1) // less than a step would be at once
        return (*value + map_->delay_step - 1) / map_->delay_step * map_->delay_step;
    return *value;
}

// Whether it shall come back with the mains is a setting of its own with some.
void UsbHidDriver::add_start_auto(std::vector<std::pair<const hid::Field*, double>>& writes,
                                  std::string_view value)
{
    const auto bound = find_setting("ups.start.auto");
    if (bound == nullptr)
        return;
    const auto number = number_of(*bound->row, value);
    if (number && can_write(*bound->field, *number))
        writes.emplace_back(bound->field, *number);
}

// Forced shutdown: the first that the device has and obeys.
Outcome UsbHidDriver::power_off()
{
    want_open();
    auto last = Outcome::unknown;
    for (const auto way : power_off_commands("usbhid-ups")) {
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
    if (kept != kept_.end())
        return keep(*kept->row, *kept->field, trimmed(value));
    const auto* const bound = find_setting(variable);
    if (bound == nullptr)
        return Outcome::unknown;
    const auto number = number_of(*bound->row, trimmed(value));
    if (!number || !can_write(*bound->field, *number)) {
        log::warning("UPS [{}]: {} = {}: the device doesn't take it", options_.ups, bound->row->variable,
                     escaped(value));
        return Outcome::invalid;
    }
    write(*bound->field, *number);
    return Outcome::handled;
}

const UsbHidDriver::Bound<ValueRow>* UsbHidDriver::find_setting(std::string_view variable) const
{
    const auto it = std::find_if(values_.begin(), values_.end(), [&](const auto& bound) {
        return bound.row->writable && equal_ignoring_case(bound.row->variable, variable);
    });
    return it == values_.end() ? nullptr : &*it;
}

// A delay must be one that the device takes: it is wanted when there is no time for questions.
Outcome UsbHidDriver::keep(const SettingRow& row, const hid::Field& field, std::string_view value)
{
    if (to_double(trimmed(row.fallback))) {
        const auto number = to_int(value);
        const int least = row.variable == kStartDelay ? -1 : 0;
        const bool packed = packs_delay(row.path);
        if (!number || *number < least || (!packed && !fits(field, *number))) {
            log::warning("UPS [{}]: {} = {}: the device doesn't take it", options_.ups, row.variable,
                         escaped(value));
            return Outcome::invalid;
        }
    }
    const std::lock_guard held(mutex_);
    settings_.insert_or_assign(row.variable, std::string(value));
    last_.reset();
    return Outcome::handled;
}

// Some commands pack their delay in a way of their own.
bool UsbHidDriver::packs_delay(const hid::UsagePath& path) const
{
    return std::any_of(commands_.begin(), commands_.end(), [&](const auto& bound) {
        return bound.row->path == path && bound.row->conversion != nullptr;
    });
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

bool UsbHidDriver::can_write(const hid::Field& field, double value) const
{
    return is_setting(field) && fits(field, value);
}

// The fields beside it in the report keep what they have.
void UsbHidDriver::write(const hid::Field& field, double value)
{
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
