// CyberPower: the groups of PowerNet in a tree of its own, volts and hertz in tenths.
#include "drivers/upsim/snmp/profiles.hpp"
#include "drivers/upsim/snmp/quantities.hpp"

#include <array>

namespace upright::upsim::snmp {
namespace {

using namespace quantity;
using enum Type;

double status(const State& s, double)
{
    if (s.model.output() != Output::on)
        return s.model.output() == Output::off ? 6 : 5;
    if (s.model.load_percent() > 100 && !s.model.on_battery())
        return 11;
    static constexpr std::array kOfSource{1.0, 1.0, 6.0, 2.0, 9.0, 3.0, 4.0, 10.0}; // by upsOutputSource
    return kOfSource[static_cast<std::size_t>(output_source.read(s, 0))];
}

double cause(const State& s, double)
{
    if (s.model.testing())
        return 4;
    return !s.model.on_battery() ? 1 : s.model.input_volts() < s.model.rating().volts ? 3 : 2;
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

void off(const State& s, double, double value)
{
    if (value != 1)
        s.model.shut_down(value == 3 ? s.settings.shutdown_delay : 0, std::nullopt);
}

void sleep(const State& s, double, double value)
{
    if (value != 1)
        s.model.shut_down(value == 3 ? s.settings.shutdown_delay : 0, s.settings.return_delay);
}

void on(const State& s, double, double value)
{
    if (value == 2)
        s.model.cancel_shutdown();
    else if (value == 3)
        off(s, 0, 3);
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

void nothing(const State&, double, double) {}

const Quantity kReturnDelay{[](const State& s, double) { return s.settings.return_delay; },
                            [](const State& s, double, double value) { s.settings.return_delay = value; }};
const Quantity kShutoffDelay{[](const State& s, double) { return s.settings.shutdown_delay; },
                             [](const State& s, double, double value) { s.settings.shutdown_delay = value; }};

// clang-format off
std::vector<Row> rows(const ProfileOptions&)
{
    std::vector<Row> all{
        {"1.1.1.0", octets, {}, 1, "ups.model;device.model", {}, {}, "OR1500ERM1U"},
        {"1.1.2.0", octets, {}, 1, "ups.id", {}, {0, 31}, "rack 7"},
        {"1.2.1.0", octets, {}, 1, "ups.firmware", {}, {}, "HB01V1.001"},
        {"1.2.2.0", octets, {}, 1, "ups.mfr.date", {}, {}, "03/17/2021"},
        {"1.2.3.0", octets, {}, 1, "ups.serial;device.serial", {}, {}, "GXKFV2000123"},
        {"2.1.1.0", integer, {[](const State& s, double) { return 2 + low_battery.read(s, 0); }}, 1, "ups.status", "1=;2=;3=LB"},
        {"2.1.2.0", ticks, seconds_on_battery, 100, "battery.runtime.elapsed"},
        {"2.1.3.0", octets, {}, 1, "battery.date", {}, {0, 10}, "03/17/2021"},
        {"2.2.1.0", gauge, charge, 1, "battery.charge"},
        {"2.2.2.0", gauge, battery_volts, 10, "battery.voltage"},
        {"2.2.3.0", gauge, battery_celsius, 1, "battery.temperature"},
        {"2.2.4.0", ticks, runtime, 100, "battery.runtime"},
        {"2.2.5.0", integer, {[](const State& s, double) { return 1 + replace.read(s, 0); }}, 1, "ups.status", "1=;2=RB"},
        {"2.2.7.0", gauge, battery_amperes, 10, "battery.current"},
        {"2.2.8.0", gauge, fixed(24), 1, "battery.voltage.nominal"},
        {"3.2.1.0", gauge, input_volts, 10, "input.voltage"},
        {"3.2.4.0", gauge, input_hertz, 10, "input.frequency"},
        {"3.2.5.0", integer, {cause}, 1, "input.transfer.reason", "1=noTransfer;2=highLineVoltage;3=brownout;4=selfTest"},
        {"4.1.1.0", integer, {status}, 1, "ups.status", "1=;2=OL;3=OB;4=OL BOOST;5=OFF;6=OFF;7=OL;8=OL;9=OL BYPASS;10=OL TRIM;11=OL OVER"},
        {"4.2.1.0", gauge, output_volts, 10, "output.voltage"},
        {"4.2.2.0", gauge, output_hertz, 10, "output.frequency"},
        {"4.2.3.0", gauge, load, 1, "ups.load"},
        {"4.2.4.0", gauge, output_amperes, 10, "output.current"},
        {"4.2.5.0", gauge, output_watts, 1, "ups.realpower"},
        {"5.2.1.0", integer, nominal_volts},
        {"5.2.2.0", integer, high_transfer, 1, {}, {}, {0, 400}},
        {"5.2.3.0", integer, low_transfer, 1, {}, {}, {0, 400}},
        {"5.2.9.0", ticks, kReturnDelay, 100, "ups.delay.start", {}, {0, 6000000}},
        {"5.2.11.0", ticks, kShutoffDelay, 100, "ups.delay.shutdown", {}, {0, 6000000}},
        {"6.2.1.0", integer, button(off), 1, {}, {}, {1, 3}},
        {"6.2.3.0", integer, button(sleep), 1, {}, {}, {1, 3}},
        {"6.2.4.0", integer, button(nothing), 1, {}, {}, {1, 2}},
        {"6.2.6.0", integer, button(on), 1, {}, {}, {1, 3}},
        {"7.2.2.0", integer, button(test), 1, {}, {}, {1, 2}},
        {"7.2.3.0", integer, {diagnostics}, 1, "ups.test.result", "1=Ok;2=Failed;3=InvalidTest;4=TestInProgress"},
        {"7.2.4.0", octets, {}, 1, "ups.test.date", {}, {}, "03/18/2021"},
        {"7.2.5.0", integer, button(nothing), 1, {}, {}, {1, 2}},
        {"7.2.6.0", integer, button(calibrate), 1, {}, {}, {1, 3}},
        {"7.2.7.0", integer, {[](const State& s, double) { return calibrates(s) ? 3.0 : 1.0; }}, 1, "ups.status", "1=;2=;3=CAL"},
        {"10.1.0", integer, fixed(1)},
        {"10.2.0", gauge, battery_celsius, 1, "ups.temperature"},
    };
    for (auto& row : all)
        row.oid = "1.3.6.1.4.1.3808.1.1.1." + row.oid;
    return all;
}
// clang-format on

std::vector<Event> events(const ProfileOptions&)
{
    const auto trap = [](std::uint32_t number) { return Oid{1, 3, 6, 1, 4, 1, 3808, 0, number}; };
    return {{on_battery, trap(5), trap(9)},
            {low_battery, trap(7), trap(11)},
            {overload, trap(2), {}},
            {test_failed, trap(3), {}},
            {output_off, trap(12), trap(14)}};
}

} // namespace

Profile cyberpower_profile()
{
    return {.name = "cyberpower",
            .object_id = "1.3.6.1.4.1.3808.1.1.1",
            .description = "CyberPower RMCARD205",
            .rows = rows,
            .events = events,
            .more_truth = {{"device.type", "ups"}, {"ups.mfr", "CYBERPOWER"}, {"device.mfr", "CYBERPOWER"}}};
}

} // namespace upright::upsim::snmp
