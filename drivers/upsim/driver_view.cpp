#include "drivers/upsim/driver_view.hpp"

#include "common/state/snapshot.hpp"
#include "common/text/case_less.hpp"
#include "common/text/number.hpp"
#include "common/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::upsim {
namespace {

constexpr double kFull = 99.5; // %, from where on a charger does nothing to speak of
constexpr int kLongestId = 32;
constexpr int kLongestDelay = 7200;

double runtime(const Model& model) { return std::min(model.runtime_left(), 99999.0); }

// clang-format off
constexpr std::array kReadings{
    //      variable           value                                                      digits least  swing
    Reading{"battery.charge",  [](const Model& m) { return m.charge_percent(); },            0, 0.75,   5, 0},
    Reading{"battery.runtime", runtime,                                                      0, 5,     60, 60},
    Reading{"battery.voltage", [](const Model& m) { return m.battery_volts(); },             1, 0.15,   1, 1},
    Reading{"input.frequency", [](const Model& m) { return m.frequency(); },                 1, 0.2,  0.5, 0.5},
    Reading{"input.voltage",   [](const Model& m) { return m.input_volts(); },               1, 1.5,    5, 5},
    Reading{"output.voltage",  [](const Model& m) { return m.output_volts(); },              1, 1.5,    3, 3},
    Reading{"ups.load",        [](const Model& m) { return m.load_percent(); },              0, 0.75,   9, 9},
    Reading{"ups.temperature", [](const Model& m) { return m.temperature(); },               1, 0.5,    2, 2},
};

constexpr std::array kTextReadings{
    TextReading{"ups.beeper.status", [](const Model& m) -> std::string_view { return m.beeper() ? "enabled" : "disabled"; }},
    TextReading{"ups.test.result",   [](const Model& m) -> std::string_view { return m.testing() ? "In progress" : m.test_failed() ? "Failed" : "No test failed"; }},
};

struct Command {
    std::string_view name;
    void (*run)(Model& model, const Settings& settings);
};

constexpr std::array kCommands{
    Command{"beeper.disable",           [](Model& m, const Settings&) { if (m.beeper()) m.toggle_beeper(); }},
    Command{"beeper.enable",            [](Model& m, const Settings&) { if (!m.beeper()) m.toggle_beeper(); }},
    Command{"beeper.toggle",            [](Model& m, const Settings&) { m.toggle_beeper(); }},
    Command{"load.off",                 [](Model& m, const Settings&) { m.shut_down(0, std::nullopt); }},
    Command{"load.on",                  [](Model& m, const Settings&) { m.cancel_shutdown(); }},
    Command{"shutdown.return",          [](Model& m, const Settings& s) { m.shut_down(s.shutdown_delay, s.start_delay); }},
    Command{"shutdown.stayoff",         [](Model& m, const Settings& s) { m.shut_down(s.shutdown_delay, std::nullopt); }},
    Command{"shutdown.stop",            [](Model& m, const Settings&) { m.cancel_shutdown(); }},
    Command{"test.battery.start.deep",  [](Model& m, const Settings&) { m.start_test(Test::until_low, 1e9); }},
    Command{"test.battery.start.quick", [](Model& m, const Settings&) { m.start_test(Test::quick, 10); }},
    Command{"test.battery.stop",        [](Model& m, const Settings&) { m.stop_test(); }},
};
// clang-format on

// Makes a variable of which `name` already has its value.
void writable(std::vector<Change>& changes, const std::string& name, Flags flags, int length)
{
    changes.emplace_back(SetFlags{name, flags});
    if (length != 0)
        changes.emplace_back(SetMaxLength{name, length});
}

} // namespace

std::span<const Reading> readings() { return kReadings; }
std::span<const TextReading> text_readings() { return kTextReadings; }

std::string status_words(const Model& model, bool charging)
{
    WordList words;
    const bool off = model.output() != Output::on;
    words.add(model.on_battery() ? "OB" : "OL");
    if (model.on_battery() && model.battery_low())
        words.add("LB");
    if (model.test_failed())
        words.add("RB");
    if (!model.on_battery() && !model.testing() && (charging || model.charge_percent() < kFull))
        words.add("CHRG");
    if ((model.on_battery() || model.testing()) && !off)
        words.add("DISCHRG");
    if (model.regulating())
        words.add(model.input_volts() < model.rating().volts ? "BOOST" : "TRIM");
    if (model.testing())
        words.add("CAL");
    if (model.load_percent() > 100)
        words.add("OVER");
    if (off)
        words.add("OFF");
    return words.joined();
}

std::vector<Change> constants(const Model& model, std::string_view name, const Settings& settings)
{
    const auto& rating = model.rating();
    const auto number = [](double value) { return fmt::format("{:.0f}", value); };
    std::vector<Change> changes;
    const auto say = [&](const char* variable, std::string value) {
        changes.emplace_back(SetValue{variable, std::move(value)});
    };
    say("battery.charge.low", number(rating.low_charge * 100));
    say("battery.type", "PbAc");
    say("battery.voltage.nominal", number(rating.battery_volts));
    say("device.mfr", "UPRIGHT");
    say("device.model", "SIM" + number(rating.watts));
    say("device.serial", fmt::format("SIM-{}", name));
    say("device.type", "ups");
    say("driver.name", "upsim");
    say("driver.version", std::string(kVersion));
    say("input.voltage.nominal", number(rating.volts));
    say("ups.delay.shutdown", std::to_string(settings.shutdown_delay));
    say("ups.delay.start", std::to_string(settings.start_delay));
    say("ups.id", settings.id);
    say("ups.mfr", "UPRIGHT");
    say("ups.model", "SIM" + number(rating.watts));
    say("ups.realpower.nominal", number(rating.watts));
    say("ups.serial", fmt::format("SIM-{}", name));
    writable(changes, "ups.delay.shutdown", {.rw = true, .number = true}, 0);
    writable(changes, "ups.delay.start", {.rw = true, .number = true}, 0);
    writable(changes, "ups.id", {.rw = true, .text = true}, kLongestId);
    for (const auto& command : kCommands)
        changes.emplace_back(AddCommand{std::string(command.name)});
    return changes;
}

Outcome obey(Model& model, const Settings& settings, std::string_view command)
{
    const auto* const row = std::find_if(kCommands.begin(), kCommands.end(), [&](const Command& c) {
        return equal_ignoring_case(c.name, command);
    });
    if (row == kCommands.end())
        return Outcome::unknown;
    row->run(model, settings);
    return Outcome::handled;
}

Outcome set(Settings& settings, std::string_view variable, const std::string& value)
{
    if (equal_ignoring_case(variable, "ups.id")) {
        if (value.size() > kLongestId)
            return Outcome::invalid;
        settings.id = value;
        return Outcome::handled;
    }
    const bool start = equal_ignoring_case(variable, "ups.delay.start");
    if (!start && !equal_ignoring_case(variable, "ups.delay.shutdown"))
        return Outcome::unknown;
    const auto seconds = to_int(value);
    if (!seconds)
        return Outcome::conversion_failed;
    if (*seconds < 0 || *seconds > kLongestDelay)
        return Outcome::invalid;
    (start ? settings.start_delay : settings.shutdown_delay) = *seconds;
    return Outcome::handled;
}

} // namespace upright::upsim
