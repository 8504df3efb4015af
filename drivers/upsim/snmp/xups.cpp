// Powerware's XUPS, as an Eaton UPS with a Network-M2 card: its own tree, a table of alarms, receptacles, a
// probe, and some objects of RFC 1628.
#include "drivers/upsim/snmp/profiles.hpp"
#include "drivers/upsim/snmp/quantities.hpp"

#include <fmt/format.h>

#include <array>

namespace upright::upsim::snmp {
namespace {

using namespace quantity;
using enum Type;

constexpr int kOutlets = 2;
const Oid kMib{1, 3, 6, 1, 4, 1, 534, 1};

constexpr std::string_view kSource = "1=;2=OFF;3=OL;4=BYPASS;5=OB;6=OL BOOST;7=OL TRIM";

double abm(const State& s, double)
{
    if ((s.model.on_battery() || s.model.testing()) && s.model.output() == Output::on)
        return 2;
    return s.model.charge_percent() < 99.95 && !s.model.on_battery() ? 1 : 4;
}

double test_status(const State& s, double)
{
    static constexpr std::array kOfResult{1.0, 2.0, 2.0, 3.0, 1.0, 4.0, 1.0}; // by TestResult
    return kOfResult[static_cast<std::size_t>(s.settings.test_result)];
}

// As xupsRecepStatus: on 1, off 2, pending off 3, pending on 4.
double recep(const State& s, double outlet)
{
    const bool on = outlet_on.read(s, outlet) != 0;
    const bool planned = (on ? outlet_off_in : outlet_on_in).read(s, outlet) >= 0;
    return on ? planned ? 3 : 1 : planned ? 4 : 2;
}

void test(const State& s, double, double value)
{
    if (value == 1)
        test_id.write(s, 0, 4);
}

// XUPS-MIB, xupsControlOutputOffDelay: 0 calls off what is pending.
void off_delay(const State& s, double, double value)
{
    if (value <= 0)
        s.model.cancel_shutdown();
    else
        s.model.shut_down(value, std::nullopt);
}

// Written while it is off.
void on_delay(const State& s, double, double value)
{
    if (s.model.output() == Output::on || value < 0)
        return;
    if (value == 0)
        s.model.cancel_shutdown();
    else
        s.model.shut_down(0, value);
}

void with_restart(const State& s, double, double value)
{
    if (value >= 0)
        s.model.shut_down(value, s.settings.return_delay);
}

void bypass_delay(const State& s, double, double value) { s.settings.bypass = value >= 0; }

const Quantity kOffDelay{shutdown_delay_now.read, off_delay};

// clang-format off
const std::vector<Row>& own()
{
    static const std::vector<Row> rows{
        {"1.1.0", octets, {}, 1, "ups.mfr;device.mfr", {}, {}, "EATON"},
        {"1.2.0", octets, {}, 1, "ups.model;device.model", {}, {}, "Eaton 5PX 1500"},
        {"1.3.0", octets, {}, 1, "ups.firmware", {}, {}, "INV: 01.14.0018"},
        {"1.4.0", oid,    {}, 1, {}, {}, {}, "1.3.6.1.4.1.705.1"},
        {"2.1.0", integer, runtime, 1, "battery.runtime"},
        {"2.2.0", integer, battery_volts, 1, "battery.voltage"},
        {"2.3.0", integer, battery_amperes, 10, "battery.current"},
        {"2.4.0", integer, charge, 1, "battery.charge"},
        {"2.5.0", integer, {abm}, 1, "ups.status", "1=CHRG;2=DISCHRG;3=;4=;5=;6="},
        {"2.6.0", octets, {}, 1, {}, {}, {}, "03/17/2021"},
        {"3.1.0", integer, input_hertz, 10, "input.frequency"},
        {"3.2.0", counter, transfers, 1, "input.quality"},
        {"3.3.0", integer, fixed(1), 1, "input.phases"},
        {"3.4.1.1.1", integer, fixed(1)},
        {"3.4.1.2.1", integer, input_volts, 1, "input.voltage"},
        {"3.4.1.3.1", integer, input_amperes, 1},
        {"3.4.1.4.1", integer, input_watts, 1},
        {"4.1.0", integer, load, 1, "ups.load"},
        {"4.2.0", integer, output_hertz, 10, "output.frequency"},
        {"4.3.0", integer, fixed(1), 1, "output.phases"},
        {"4.4.1.1.1", integer, fixed(1)},
        {"4.4.1.2.1", integer, output_volts, 1, "output.voltage"},
        {"4.4.1.3.1", integer, output_amperes, 1, "output.current"},
        {"4.4.1.4.1", integer, output_watts, 1, "output.realpower"},
        {"4.5.0", integer, output_source, 1, "ups.status", kSource},
        {"5.1.0", integer, input_hertz, 10, "input.bypass.frequency"},
        {"5.2.0", integer, fixed(1)},
        {"5.3.1.1.1", integer, fixed(1)},
        {"5.3.1.2.1", integer, input_volts},
        {"6.1.0", integer, battery_celsius, 1, "ups.temperature"},
        {"6.2.0", integer, kept(5), 1, "ups.temperature.low", {}, {-50, 100}},
        {"6.3.0", integer, kept(40), 1, "ups.temperature.high", {}, {-50, 100}},
        {"6.5.0", integer, fixed(23), 1, "ambient.temperature"},
        {"6.6.0", integer, fixed(41), 1, "ambient.humidity"},
        {"6.8.1.3.1", integer, fixed(1), 1, "ambient.contacts.1.status", "1=opened;2=closed;3=opened;4=closed"},
        {"6.8.1.3.2", integer, fixed(2), 1, "ambient.contacts.2.status", "1=opened;2=closed;3=opened;4=closed"},
        {"6.8.1.4.1", octets, {}, 1, "ambient.contacts.1.name", {}, {}, "door"},
        {"6.8.1.4.2", octets, {}, 1, "ambient.contacts.2.name", {}, {}, "leak"},
        {"6.9.0", integer, kept(5), 1, "ambient.temperature.low", {}, {-50, 100}},
        {"6.10.0", integer, kept(40), 1, "ambient.temperature.high", {}, {-50, 100}},
        {"6.11.0", integer, kept(20), 1, "ambient.humidity.low", {}, {0, 100}},
        {"6.12.0", integer, kept(80), 1, "ambient.humidity.high", {}, {0, 100}},
        {"8.1.0", integer, button(test), 1, {}, {}, {1, 1}},
        {"8.2.0", integer, {test_status}, 1, "ups.test.result", "1=Unknown;2=Done and passed;3=Done and error;4=In progress;5=Not supported;6=Inhibited;7=Scheduled"},
        {"9.1.0", integer, kOffDelay, 1, {}, {}, {-1, INT32_MAX}},
        {"9.2.0", integer, button(on_delay, -1), 1, {}, {}, {-1, INT32_MAX}},
        {"9.3.0", integer, kept(0), 1, {}, {}, {0, 3600}},
        {"9.4.0", integer, kept(0), 1, {}, {}, {0, 3600}},
        {"9.5.0", integer, button(bypass_delay, -1), 1, {}, {}, {-1, INT32_MAX}},
        {"9.6.0", integer, button(with_restart, -1), 1, {}, {}, {-1, INT32_MAX}},
        {"9.7.0", integer, fixed(1), 1, "outlet.switchable", "1=yes;2=no"},
        {"10.1.0", integer, nominal_volts, 1, "output.voltage.nominal"},
        {"10.2.0", integer, kept(230), 1, "input.voltage.nominal", {}, {0, 1000}},
        {"10.3.0", integer, nominal_watts, 1, "ups.realpower.nominal;output.realpower.nominal"},
        {"10.4.0", integer, nominal_hertz, 10, "output.frequency.nominal"},
        {"10.6.0", integer, kept(160), 1, "output.voltage.low", {}, {0, 1000}},
        {"10.7.0", integer, kept(276), 1, "output.voltage.high", {}, {0, 1000}},
        {"12.1.0", integer, fixed(kOutlets), 1, "outlet.count"},
    };
    return rows;
}

// By the whole identifier.
const std::vector<Row>& foreign()
{
    static const std::vector<Row> rows{
        {"1.3.6.1.2.1.33.1.1.4.0", octets, {}, 1, "ups.firmware.aux", {}, {}, "3.0.5"},
        {"1.3.6.1.2.1.33.1.1.5.0", octets, {}, 1, "ups.serial;device.serial", {}, {}, "G117H02048"},
        {"1.3.6.1.2.1.33.1.8.5.0", integer, auto_restart, 1, "ups.start.auto", "1=yes;2=no", {1, 2}},
        {"1.3.6.1.2.1.33.1.9.5.0", integer, nominal_va, 1, "ups.power.nominal"},
        {"1.3.6.1.2.1.33.1.9.7.0", integer, low_runtime, 1.0 / 60, "battery.runtime.low", {}, {0, 10000}},
    };
    return rows;
}
// clang-format on

std::vector<Row> rows(const ProfileOptions&)
{
    auto all = own();
    all.push_back({"2.5.0",
                   integer,
                   {abm},
                   1,
                   "battery.charger.status",
                   "1=charging;2=discharging;3=floating;4=resting;5=unknown;6=disabled"});
    for (int i = 1; i <= kOutlets; ++i) {
        const auto add = [&](int column, const Quantity& what, Limits set = {}, std::string variable = {},
                             std::string_view map = {}) {
            all.push_back({fmt::format("12.2.1.{}.{}", column, i), integer, of(what, i - 1), 1,
                           std::move(variable), map, set});
        };
        all.push_back({fmt::format("12.2.1.1.{}", i), integer, fixed(i), 1, fmt::format("outlet.{}.id", i)});
        add(2, {recep}, {}, fmt::format("outlet.{}.status", i), "1=on;2=off;3=on;4=off;7=off;8=on");
        add(3, outlet_off_in, {-1, INT32_MAX});
        add(4, outlet_on_in, {-1, INT32_MAX});
    }
    for (auto& row : all)
        row.oid = "1.3.6.1.4.1.534.1." + row.oid;
    all.insert(all.end(), foreign().begin(), foreign().end());
    const auto probe = eaton_sensor_rows();
    all.insert(all.end(), probe.begin(), probe.end());
    return all;
}

Oid well_known(std::uint32_t number) { return below(kMib, {7, number}); }

// Traps and alarms have the same numbers.
std::vector<Event> events(const ProfileOptions&)
{
    const auto trap = [](std::uint32_t number) { return below(kMib, {11, 4, 1, 0, number}); };
    return {{on_battery, trap(3), trap(5)}, {low_battery, trap(4), trap(6)}, {overload, trap(7), {}},
            {depleted, trap(9), {}},        {bypass, trap(11), {}},          {output_off, trap(13), {}},
            {replace, trap(23), {}}};
}

} // namespace

Profile xups_profile()
{
    return {.name = "xups",
            .object_id = "1.3.6.1.4.1.534.1",
            .description = "Eaton 5PX 1500",
            .rows = rows,
            .alarms = {{well_known(3), on_battery, "OB"},
                       {well_known(4), low_battery, "LB"},
                       {well_known(6), input_bad},
                       {well_known(7), overload, "OVER"},
                       {well_known(9), depleted, {}},
                       {well_known(11), bypass, "BYPASS"},
                       {well_known(13), output_off, "OFF"},
                       {well_known(16), shutdown_imminent},
                       {well_known(23), replace, "RB"}},
            .alarm_table = below(kMib, {7, 2, 1}),
            .alarm_count = below(kMib, {7, 1, 0}),
            .alarm_numbers_shown = true,
            .events = events,
            .outlets = [](const ProfileOptions&) { return kOutlets; },
            .more_truth = {{"device.type", "ups"}, {"battery.date", "2021-03-17"}}};
}

} // namespace upright::upsim::snmp
