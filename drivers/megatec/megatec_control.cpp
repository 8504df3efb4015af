// What a MegatecDriver is told: commands, settings, the forced shutdown.
#include "common/daemon/log.hpp"
#include "common/text/case_less.hpp"
#include "common/text/number.hpp"
#include "drivers/megatec/megatec_driver.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::megatec {
namespace {

constexpr int kAttempts = 3;

} // namespace

void MegatecDriver::add_settings(Snapshot& snapshot) const
{
    for (const auto& setting : dialect_->settings) {
        const auto kept = settings_.find(setting.variable);
        const auto read = snapshot.variables.find(setting.variable);
        if (setting.hidden)
            continue;
        if (setting.send.empty() && kept != settings_.end())
            snapshot.set_number(setting.variable, fmt::to_string(kept->second), {setting.range});
        else if (read != snapshot.variables.end() && setting.enums.empty())
            snapshot.set_number(setting.variable, read->second.value, {range_of(setting)});
        else if (read != snapshot.variables.end())
            read->second = {.value = read->second.value, .flags = {.rw = true}, .enums = setting.enums};
    }
}

void MegatecDriver::add_commands(Snapshot& snapshot) const
{
    for (const auto& command : dialect_->commands)
        if (!sends_of(command).empty())
            snapshot.commands.insert(command.name);
    if (beeper_known())
        snapshot.commands.insert({"beeper.enable", "beeper.disable"});
}

Delays MegatecDriver::delays() const
{
    const auto kept = [this](std::string_view variable) {
        const auto found = settings_.find(variable);
        return found == settings_.end() ? 0 : found->second;
    };
    return {.off = kept("ups.delay.shutdown"), .on = kept("ups.delay.start"), .test = 0};
}

// What it is to send now; nothing if this device has no such command, or not in its present state.
Sends MegatecDriver::sends_of(const Command& command) const
{
    if (!holds(command.if_reading, [this](std::string_view variable) { return reading(variable); }))
        return {};
    if (command.by.empty())
        return delays().on == 0 && !command.send_without_ondelay.empty() ? command.send_without_ondelay
                                                                         : command.send;
    const auto* const state = reading(command.by);
    const auto choice = state == nullptr ? command.choices.end() : command.choices.find(*state);
    return choice == command.choices.end() ? Sends{} : Sends{choice->second};
}

Outcome MegatecDriver::send(const Sends& sends, const Delays& delays)
{
    for (const auto& one : sends) {
        const auto text = filled(one, delays, [this](std::string_view name) { return reading(name); });
        if (!text || send(*text) != Outcome::handled)
            return Outcome::failed;
    }
    return Outcome::handled;
}

Outcome MegatecDriver::send(const std::string& text)
{
    const auto answer = line_.ask(*dialect_, text);
    changed_ = true; // whatever it says, look what has become of it
    if (begins_with_one(answer, dialect_->replies.accepted)
        || (answer.empty() && dialect_->replies.silence_accepts))
        return Outcome::handled;
    const auto asked = escaped(without_end(text));
    if (answer == without_end(text))
        log::warning("{}: {} is not supported by this device", options_.port, asked);
    else if (begins_with_one(answer, dialect_->replies.refused))
        log::warning("{}: {} is refused by this device", options_.port, asked);
    else
        log::warning("{}: {} was answered \"{}\"", options_.port, asked, escaped(answer));
    return Outcome::failed;
}

bool MegatecDriver::beeper_known() const
{
    return dialect_->command("beeper.toggle") != nullptr && dialect_->command("beeper.enable") == nullptr
           && std::any_of(sources_.begin(), sources_.end(), [](const Source& source) {
                  return source.readings.values.contains("ups.beeper.status");
              });
}

// The family only knows "toggle": ask how it stands, and toggle if that is not what is wanted.
Outcome MegatecDriver::switch_beeper(bool on)
{
    answers_.clear();
    for (auto& source : sources_) {
        if (!source.readings.values.contains("ups.beeper.status"))
            continue;
        refresh(source);
        const auto now = source.readings.values.find("ups.beeper.status");
        if (now == source.readings.values.end())
            return Outcome::failed;
        if ((now->second == "enabled") == on)
            return Outcome::handled;
        return send(dialect_->command("beeper.toggle")->send, delays());
    }
    return Outcome::failed;
}

Outcome MegatecDriver::command(std::string_view name, const std::optional<std::string>& parameter)
{
    want_open();
    const auto* const command = dialect_->command(name);
    if (command == nullptr) {
        const bool enable = equal_ignoring_case(name, "beeper.enable");
        if (beeper_known() && (enable || equal_ignoring_case(name, "beeper.disable")))
            return switch_beeper(enable);
        return Outcome::unknown;
    }
    auto delay = delays();
    if (command->seconds) {
        const auto& range = *command->seconds;
        const auto seconds = parameter && !parameter->empty() ? to_int(*parameter) : range.fallback;
        if (!seconds || *seconds < range.min || *seconds > range.max)
            return Outcome::invalid;
        delay.test = *seconds;
    }
    const auto sends = sends_of(*command);
    return sends.empty() ? Outcome::unknown : send(sends, delay);
}

Outcome MegatecDriver::set(std::string_view variable, std::string_view value)
{
    want_open();
    const auto* const setting = dialect_->setting(variable);
    if (setting == nullptr || setting->hidden)
        return Outcome::unknown;
    if (!setting->send.empty())
        return write(*setting, value);
    const auto number = to_int(value);
    if (!number || *number < setting->range.min || *number > setting->range.max)
        return Outcome::invalid;
    settings_.insert_or_assign(setting->variable,
                               setting->round != nullptr ? setting->round(*number) : *number);
    changed_ = true;
    return Outcome::handled;
}

// What may be written now.
Range MegatecDriver::range_of(const Setting& setting) const
{
    const auto bound = [this](std::string_view variable, int otherwise) {
        const auto* const value = reading(variable);
        return value == nullptr ? otherwise : to_int(*value).value_or(otherwise);
    };
    return {bound(setting.lowest, setting.range.min), bound(setting.highest, setting.range.max)};
}

// To the device.
Outcome MegatecDriver::write(const Setting& setting, std::string_view value)
{
    std::string sent(value);
    if (!setting.enums.empty()) {
        if (!setting.has_choice(value))
            return Outcome::invalid;
        const auto word = setting.words.find(value);
        sent = word != setting.words.end() ? word->second : fmt::format("{:0>{}}", value, setting.digits);
    } else {
        const auto number = to_int(value);
        const auto range = range_of(setting);
        if (!number || *number < range.min || *number > range.max)
            return Outcome::invalid;
        const int rounded = setting.round != nullptr ? setting.round(*number) : *number;
        sent = fmt::format("{:0{}}", rounded / setting.divisor, setting.digits);
    }
    auto text = setting.send;
    if (const auto place = text.find("{value}"); place != text.npos)
        text.replace(place, std::string_view("{value}").size(), sent);
    return send({text}, delays());
}

Outcome MegatecDriver::power_off()
{
    if (dialect_ == nullptr)
        open();
    const auto try_command = [this](std::string_view name) {
        for (int attempt = 1;; ++attempt) {
            try {
                const auto outcome = command(name, std::nullopt);
                if (outcome == Outcome::handled || attempt == kAttempts)
                    return outcome;
            } catch (const DeviceError& e) {
                if (attempt == kAttempts || e.kind() != DeviceError::Kind::no_answer)
                    throw;
            }
        }
    };
    // A countdown that is already running would make the device ignore the new one.
    if (dialect_->command("shutdown.stop") != nullptr) {
        try {
            try_command("shutdown.stop");
        } catch (const DeviceError& e) {
            log::debug(1, "shutdown.stop: {}", e.what());
        }
    }
    return try_command(options_.flag("stayoff") ? "shutdown.stayoff" : "shutdown.return");
}

} // namespace upright::megatec
