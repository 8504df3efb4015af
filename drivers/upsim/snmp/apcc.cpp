// PowerNet: an APC Smart-UPS behind a network card, with its outlet groups and a probe of an environment
// monitor.
#include "drivers/upsim/snmp/profiles.hpp"
#include "drivers/upsim/snmp/quantities.hpp"

#include <fmt/format.h>

#include <array>

namespace upright::upsim::snmp {
namespace {

using namespace quantity;
using enum Type;

constexpr int kGroups = 2;

constexpr std::string_view kStatus =
    "1=;2=OL;3=OB;4=OL BOOST;5=OFF;6=BYPASS;7=OFF;8=;9=BYPASS;10=BYPASS;11=OFF;12=OL TRIM";
constexpr std::string_view kCause =
    "1=noTransfer;2=highLineVoltage;3=brownout;4=blackout;5=smallMomentarySag;"
    "6=deepMomentarySag;7=smallMomentarySpike;8=largeMomentarySpike;9=selfTest;"
    "10=rateOfVoltageChange";
constexpr std::string_view kResult = "1=Ok;2=Failed;3=InvalidTest;4=TestInProgress";

double status(const State& s, double)
{
    switch (s.model.output()) {
    case Output::on: break;
    case Output::off: return 7;
    case Output::off_until_mains: return 11;
    case Output::off_until_time: return s.model.on_battery() ? 11 : 5;
    }
    static constexpr std::array kOfSource{1.0, 1.0, 7.0, 2.0, 9.0, 3.0, 4.0, 12.0}; // by upsOutputSource
    return kOfSource[static_cast<std::size_t>(output_source.read(s, 0))];
}

double cause(const State& s, double)
{
    if (s.model.testing())
        return 9;
    if (!s.model.on_battery())
        return 1;
    return s.model.input_volts() <= 0 ? 4 : s.model.input_volts() < s.model.rating().volts ? 3 : 2;
}

bool calibrates(const State& s) { return s.model.testing() && s.settings.test_kind == 5; }

double diagnostics(const State& s, double)
{
    switch (s.settings.test_result) {
    case TestResult::error: return 2;
    case TestResult::aborted: return 3;
    case TestResult::in_progress: return calibrates(s) ? 1 : 4;
    default: return 1;
    }
}

void test(const State& s, double, double value)
{
    if (value == 2)
        test_id.write(s, 0, 4);
}

void calibrate(const State& s, double, double value)
{
    if (value != 1)
        test_id.write(s, 0, value == 2 ? 5 : 2);
}

void turn_off(const State& s, double, double value)
{
    if (value != 1)
        s.model.shut_down(value == 3 ? s.settings.shutdown_delay : 0, std::nullopt);
}

void go_and_return(const State& s, double, double value)
{
    if (value != 1)
        s.model.shut_down(value == 3 ? s.settings.shutdown_delay : 0, s.settings.return_delay);
}

void conserve(const State& s, double, double value)
{
    if (value == 2)
        s.model.shut_down(s.settings.shutdown_delay, s.settings.return_delay);
}

void turn_on(const State& s, double, double value)
{
    if (value == 2)
        s.model.cancel_shutdown();
}

void simulate_failure(const State& s, double, double value)
{
    if (value == 2)
        s.model.start_test(Test::quick, 5);
}

void nothing(const State&, double, double) {}

void bypass_switch(const State& s, double, double value) { s.settings.bypass = value == 2; }

// none 1, on 2, off 3, reboot 4
void group_command(const State& s, double group, double value)
{
    if (value == 4)
        return reboot_outlet(s, group, 0);
    if (value != 1)
        switch_outlet(s, group, value == 2, 0);
}

const Quantity kReturnDelay{[](const State& s, double) { return s.settings.return_delay; },
                            [](const State& s, double, double value) { s.settings.return_delay = value; }};
const Quantity kShutoffDelay{[](const State& s, double) { return s.settings.shutdown_delay; },
                             [](const State& s, double, double value) { s.settings.shutdown_delay = value; }};
const Quantity kBattery{[](const State& s, double) { return 1 + low_battery.read(s, 0) + 1; }};
const Quantity kReplace{[](const State& s, double) { return 1 + replace.read(s, 0); }};
const Quantity kCalibration{[](const State& s, double) { return calibrates(s) ? 3.0 : 1.0; }};

// clang-format off
std::vector<Row> rows(const ProfileOptions&)
{
    std::vector<Row> all{
        {"1.1.1.1.1.0", octets, {}, 1, "ups.model;device.model", {}, {}, "Smart-UPS 1500"},
        {"1.1.1.1.2.0", octets, {}, 1, "ups.id", {}, {0, 8}, "rack-7"},
        {"1.1.1.2.1.0", octets, {}, 1, "ups.firmware", {}, {}, "UPS 09.3 / ID=18"},
        {"1.1.1.2.2.0", octets, {}, 1, "ups.mfr.date", {}, {}, "03/17/2021"},
        {"1.1.1.2.3.0", octets, {}, 1, "ups.serial;device.serial", {}, {}, "AS2111160123"},
        {"1.1.1.2.5.0", octets, {}, 1, {}, {}, {}, "SMT1500RMI2UC"},
        {"1.1.2.1.1.0", integer, kBattery, 1, "ups.status", "1=;2=;3=LB;4=LB;5=LB"},
        {"1.1.2.1.2.0", ticks, seconds_on_battery, 100},
        {"1.1.2.1.3.0", octets, {}, 1, "battery.date", {}, {0, 10}, "03/17/21"},
        {"1.1.2.2.1.0", gauge, charge},
        {"1.1.2.2.2.0", gauge, battery_celsius},
        {"1.1.2.2.3.0", ticks, runtime, 100, "battery.runtime"},
        {"1.1.2.2.4.0", integer, kReplace, 1, "ups.status", "1=;2=RB"},
        {"1.1.2.2.5.0", integer, fixed(1), 1, "battery.packs"},
        {"1.1.2.2.6.0", integer, replace, 1, "battery.packs.bad"},
        {"1.1.2.2.7.0", integer, fixed(24), 1, "battery.voltage.nominal"},
        {"1.1.2.2.8.0", integer, battery_volts},
        {"1.1.2.2.9.0", integer, battery_amperes},
        {"1.1.2.2.10.0", integer, battery_amperes},
        {"1.1.2.3.1.0", gauge, charge, 10, "battery.charge"},
        {"1.1.2.3.2.0", gauge, battery_celsius, 10, "ups.temperature"},
        {"1.1.2.3.3.0", integer, fixed(24), 10},
        {"1.1.2.3.4.0", integer, battery_volts, 10, "battery.voltage"},
        {"1.1.2.3.5.0", integer, battery_amperes, 10, "battery.current"},
        {"1.1.2.3.6.0", integer, battery_amperes, 10, "battery.current.total"},
        {"1.1.3.1.1.0", integer, fixed(1)},
        {"1.1.3.2.1.0", gauge, input_volts},
        {"1.1.3.2.2.0", gauge, input_volts},
        {"1.1.3.2.3.0", gauge, input_volts},
        {"1.1.3.2.4.0", gauge, input_hertz},
        {"1.1.3.2.5.0", integer, {cause}, 1, "input.transfer.reason", kCause},
        {"1.1.3.3.1.0", gauge, input_volts, 10, "input.voltage"},
        {"1.1.3.3.2.0", gauge, input_volts, 10, "input.voltage.maximum"},
        {"1.1.3.3.3.0", gauge, input_volts, 10, "input.voltage.minimum"},
        {"1.1.3.3.4.0", gauge, input_hertz, 10, "input.frequency"},
        {"1.1.4.1.1.0", integer, {status}, 1, "ups.status", kStatus},
        {"1.1.4.1.2.0", integer, fixed(1)},
        {"1.1.4.2.1.0", gauge, output_volts},
        {"1.1.4.2.2.0", gauge, output_hertz},
        {"1.1.4.2.3.0", gauge, load},
        {"1.1.4.2.4.0", gauge, output_amperes},
        {"1.1.4.2.8.0", integer, output_watts, 1, "ups.realpower"},
        {"1.1.4.2.9.0", integer, output_va, 1, "ups.power"},
        {"1.1.4.3.1.0", gauge, output_volts, 10, "output.voltage"},
        {"1.1.4.3.2.0", gauge, output_hertz, 10, "output.frequency"},
        {"1.1.4.3.3.0", gauge, load, 10, "ups.load"},
        {"1.1.4.3.4.0", gauge, output_amperes, 10, "output.current"},
        {"1.1.5.1.1.0", integer, fixed(1)},
        {"1.1.5.2.1.0", integer, nominal_volts, 1, "output.voltage.nominal"},
        {"1.1.5.2.2.0", integer, high_transfer, 1, "input.transfer.high", {}, {0, 400}},
        {"1.1.5.2.3.0", integer, low_transfer, 1, "input.transfer.low", {}, {0, 400}},
        {"1.1.5.2.4.0", integer, kept(1), 1, {}, {}, {1, 4}},
        {"1.1.5.2.6.0", integer, kept(0), 1, "battery.charge.restart", {}, {0, 100}},
        {"1.1.5.2.7.0", integer, kept(4), 1, "input.sensitivity", "1=auto;2=low;3=medium;4=high", {1, 4}},
        {"1.1.5.2.8.0", ticks, low_runtime, 100, "battery.runtime.low", {}, {0, 360000}},
        {"1.1.5.2.9.0", ticks, kReturnDelay, 100, "ups.delay.start", {}, {0, 360000}},
        {"1.1.5.2.10.0", ticks, kShutoffDelay, 100, "ups.delay.shutdown", {}, {0, 360000}},
        {"1.1.6.1.1.0", integer, button(conserve), 1, {}, {}, {1, 2}},
        {"1.1.6.2.1.0", integer, button(turn_off), 1, {}, {}, {1, 3}},
        {"1.1.6.2.2.0", integer, button(go_and_return), 1, {}, {}, {1, 3}},
        {"1.1.6.2.3.0", integer, button(go_and_return), 1, {}, {}, {1, 3}},
        {"1.1.6.2.4.0", integer, button(simulate_failure), 1, {}, {}, {1, 2}},
        {"1.1.6.2.5.0", integer, button(nothing), 1, {}, {}, {1, 2}},
        {"1.1.6.2.6.0", integer, button(turn_on), 1, {}, {}, {1, 2}},
        {"1.1.6.2.7.0", integer, button(bypass_switch), 1, {}, {}, {1, 3}},
        {"1.1.7.2.1.0", integer, kept(2), 1, {}, {}, {1, 9}},
        {"1.1.7.2.2.0", integer, button(test), 1, {}, {}, {1, 2}},
        {"1.1.7.2.3.0", integer, {diagnostics}, 1, "ups.test.result", kResult},
        {"1.1.7.2.4.0", octets, {}, 1, "ups.test.date", {}, {0, 10}, "03/18/21"},
        {"1.1.7.2.5.0", integer, button(calibrate), 1, {}, {}, {1, 3}},
        {"1.1.7.2.6.0", integer, kCalibration, 1, "ups.status", "1=;2=;3=CAL"},
        {"1.1.7.2.7.0", octets, {}, 1, {}, {}, {}, "03/18/21"},
        {"1.1.9.1.1.0", integer, button(nothing), 1, {}, {}, {1, 2}},
        {"1.1.12.1.1.0", integer, fixed(kGroups)},
        {"1.1.12.2.1.0", integer, fixed(kGroups)},
        {"1.1.12.3.1.0", integer, fixed(kGroups)},
        {"1.10.1.2.2.1.3.1", integer, kept(40), 1, "ambient.1.temperature.alarm.high", {}, {0, 100}},
        {"1.10.1.2.2.1.4.1", integer, kept(5), 1, "ambient.1.temperature.alarm.low", {}, {0, 100}},
        {"1.10.1.2.2.1.5.1", integer, kept(1), 1, {}, {}, {1, 2}},
        {"1.10.1.2.2.1.6.1", integer, kept(80), 1, "ambient.1.humidity.alarm.high", {}, {0, 100}},
        {"1.10.1.2.2.1.7.1", integer, kept(20), 1, "ambient.1.humidity.alarm.low", {}, {0, 100}},
        {"1.10.2.3.2.1.1.1", integer, fixed(1)},
        {"1.10.2.3.2.1.2.1", octets, {}, 1, {}, {}, {}, "door"},
        {"1.10.2.3.2.1.3.1", integer, fixed(2)},
        {"1.10.2.3.2.1.4.1", integer, fixed(23), 1, "ambient.temperature"},
        {"1.10.2.3.2.1.5.1", integer, fixed(1)}, // Celsius
        {"1.10.2.3.2.1.6.1", integer, fixed(41), 1, "ambient.humidity"},
    };
    for (int group = 1; group <= kGroups; ++group) {
        const auto add = [&](const char* column, Type type, const Quantity& what, Limits set = {}, std::string text = {}) {
            all.push_back({fmt::format("1.1.12.{}.{}", column, group), type, of(what, group - 1), 1, {}, {}, set, std::move(text)});
        };
        const auto name = fmt::format("Group {}", group);
        all.push_back({fmt::format("1.1.12.1.2.1.1.{}", group), integer, fixed(group)});
        add("1.2.1.2", octets, {}, {}, name);
        add("1.2.1.3", integer, {[](const State& s, double n) { return 2 - outlet_on.read(s, n); }}); // on 1, off 2
        all.push_back({fmt::format("1.1.12.2.2.1.1.{}", group), integer, fixed(group)});
        add("2.2.1.2", octets, {}, {0, 32}, name);
        add("2.2.1.3", integer, outlet_on_delay, {0, 600});
        add("2.2.1.4", integer, outlet_off_delay, {0, 600});
        all.push_back({fmt::format("1.1.12.3.2.1.1.{}", group), integer, fixed(group)});
        add("3.2.1.2", octets, {}, {}, name);
        add("3.2.1.3", integer, button(group_command), {1, 7});
    }
    for (auto& row : all)
        row.oid = "1.3.6.1.4.1.318.1." + row.oid;
    return all;
}
// clang-format on

// The enterprise of PowerNet's traps, and a text that comes with each.
std::vector<Event> events(const ProfileOptions&)
{
    const auto trap = [](std::uint32_t number) { return Oid{1, 3, 6, 1, 4, 1, 318, 0, number}; };
    return {{on_battery, trap(5), trap(9)},
            {low_battery, trap(7), trap(11)},
            {overload, trap(2), {}},
            {test_failed, trap(3), {}},
            {replace, trap(17), {}},
            {output_off, trap(12), trap(14)},
            {boost, trap(6), {}}};
}

} // namespace

Profile apcc_profile()
{
    return {.name = "apcc",
            .object_id = "1.3.6.1.4.1.318.1.3.27",
            .description = "APC Web/SNMP Management Card",
            .rows = rows,
            .events = events,
            .outlets = [](const ProfileOptions&) { return kGroups; },
            .more_truth = {{"device.type", "ups"}, {"ups.mfr", "APC"}, {"device.mfr", "APC"}}};
}

} // namespace upright::upsim::snmp
