#include "drivers/runtime/status.hpp"

#include "common/text/number.hpp"

#include <algorithm>

namespace upright {
namespace {

constexpr std::size_t kLongestAlarm = 255; // bytes, of ups.alarm

std::string text_of(const State::Variables& variables, std::string_view name)
{
    const auto it = variables.find(name);
    return it == variables.end() ? std::string{} : it->second.value;
}

// The whole part of a reading; the low marks are compared as integers, as NUT's drivers do.
std::optional<int> integer_of(const State::Variables& variables, std::string_view name)
{
    const auto number = to_double(trimmed(text_of(variables, name)));
    constexpr double kMost = 2e9;
    if (!number || *number > kMost || *number < -kMost)
        return std::nullopt;
    return static_cast<int>(*number);
}

bool below(const State::Variables& variables, std::string_view what, std::string_view low)
{
    const auto value = integer_of(variables, what);
    const auto limit = integer_of(variables, low);
    return value && limit && *value < *limit;
}

void apply_texts(State::Variables& variables, const Texts& texts, bool fixed)
{
    for (const auto& [name, value] : texts) {
        if (!fixed && variables.contains(name))
            continue;
        auto& variable = variables[name];
        variable.value = value;
        if (fixed) {
            variable.flags.immutable = true;
            variable.flags.rw = false;
        }
    }
}

void copy_if_missing(State::Variables& variables, std::string_view from, std::string_view to)
{
    const auto source = variables.find(from);
    if (source != variables.end() && !variables.contains(to))
        variables.emplace(to, Variable{source->second.value});
}

// CHRG or DISCHRG told by the way the charge moves, for devices that don't say it themselves; and put right
// where the device claims the opposite.
void add_direction(WordList& status, const State::Variables& variables, StatusMemory& memory)
{
    const auto charge = to_double(trimmed(text_of(variables, "battery.charge")));
    if (!charge)
        return;
    const std::string source = status.has("OB") ? "OB" : status.has("OL") ? "OL" : "";
    if (source != memory.source)
        memory.direction.clear(); // what the charge did before says nothing about now
    memory.source = source;
    if (!memory.charge) {
        memory.charge = charge;
        return;
    }
    if (*charge != *memory.charge) {
        memory.direction = *charge > *memory.charge ? "CHRG" : "DISCHRG";
        memory.charge = charge;
    }
    constexpr double kFull = 100;
    if (*charge >= kFull)
        memory.direction.clear();
    if (memory.direction.empty())
        return;
    status.remove(memory.direction == "CHRG" ? "DISCHRG" : "CHRG");
    status.add(memory.direction);
}

std::string joined_alarms(const std::vector<std::string>& alarms)
{
    std::string text;
    const bool several = alarms.size() > 1;
    for (const auto& alarm : alarms) {
        if (alarm.empty() || (several && alarm == "[N/A]"))
            continue;
        if (!text.empty())
            text += ' ';
        text += alarm;
    }
    return text.substr(0, kLongestAlarm);
}

// A runtime that the driver took from what is usual, which is nothing to shut down on.
bool is_guess(const State::Variables& variables)
{
    return variables.find("battery.runtime.estimated") != variables.end();
}

} // namespace

State::Variables publishable(const Snapshot& snapshot, const StatusRules& rules, StatusMemory& memory)
{
    auto variables = snapshot.variables;
    apply_texts(variables, rules.defaults, false);
    apply_texts(variables, rules.overrides, true);
    copy_if_missing(variables, "ups.mfr", "device.mfr");
    copy_if_missing(variables, "ups.model", "device.model");
    copy_if_missing(variables, "ups.serial", "device.serial");
    variables.emplace("device.type", Variable{"ups"});

    auto status = snapshot.status;
    if (rules.ignorelb) {
        status.remove("LB");
        if (below(variables, "battery.charge", "battery.charge.low")
            || (!is_guess(variables) && below(variables, "battery.runtime", "battery.runtime.low")))
            status.add("LB");
    }
    add_direction(status, variables, memory);
    const auto alarms = joined_alarms(snapshot.alarms);
    if (!alarms.empty())
        variables.insert_or_assign("ups.alarm", Variable{alarms});
    if (!alarms.empty() || status.has("ALARM")) {
        status.remove("ALARM");
        const auto words = status.joined();
        variables["ups.status"].value = words.empty() ? "ALARM" : "ALARM " + words;
    } else if (snapshot.has_status) {
        variables["ups.status"].value = status.joined();
    }
    if (!snapshot.buzzwords.empty())
        variables["experimental.ups.mode.buzzwords"].value = snapshot.buzzwords.joined();
    apply_texts(variables, rules.overrides, true); // an override of ups.status or ups.alarm holds, too
    return variables;
}

std::optional<std::string> ignorelb_problem(const State::Variables& variables)
{
    const auto known = [&](std::string_view name) { return integer_of(variables, name).has_value(); };
    if ((known("battery.charge") && known("battery.charge.low"))
        || (known("battery.runtime") && known("battery.runtime.low") && !is_guess(variables)))
        return std::nullopt;
    return "The 'ignorelb' flag is set, but there is no conclusive way to determine the battery state. "
           "Only set this flag if both 'battery.charge' and 'battery.charge.low' and/or 'battery.runtime' "
           "and "
           "'battery.runtime.low' are available.";
}

} // namespace upright
