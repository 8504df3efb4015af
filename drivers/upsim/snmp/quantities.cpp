#include "drivers/upsim/snmp/quantities.hpp"

#include <array>
#include <cmath>

namespace upright::upsim::snmp::quantity {
namespace {

constexpr double kBatteryEfficiency = 0.85;
constexpr double kInputEfficiency = 0.95;
constexpr double kPowerFactor = 0.9; // of what is plugged in

// Line 0: there is but one. Of three, each has its share of the load.
double share(double line)
{
    static constexpr std::array kShares{1.0, 0.30, 0.33, 0.37};
    return kShares[static_cast<std::size_t>(line)];
}

// The load of a line in % of what a line may have.
double load_of(const State& s, double line)
{
    return s.model.load_percent() * (line == 0 ? 1 : 3 * share(line));
}

double watts_of(const State& s, double line)
{
    return s.model.load_percent() / 100 * s.model.rating().watts * share(line);
}

double amperes(double watts, double volts) { return volts <= 0 ? 0 : watts / kPowerFactor / volts; }

double input_watts_of(const State& s, double line)
{
    return s.model.on_battery() ? 0 : watts_of(s, line) / kInputEfficiency;
}

double yes(bool is) { return is ? 1 : 0; }

bool is_off(const State& s) { return s.model.output() != Output::on; }

double source(const State& s, double)
{
    if (is_off(s))
        return 2;
    if (s.model.on_battery())
        return 5;
    if (s.settings.bypass)
        return 4;
    if (s.model.regulating())
        return s.model.input_volts() < s.model.rating().volts ? 6 : 7;
    return 3;
}

void set_beeper(const State& s, double, double value)
{
    s.settings.muted = value == 3;
    if (value != 3 && s.model.beeper() != (value == 2))
        s.model.toggle_beeper();
}

void start_test(const State& s, double, double kind)
{
    if (kind == 2) {
        s.settings.aborted = s.model.testing();
        s.model.stop_test();
        return;
    }
    s.settings.test_kind = kind;
    if (kind == 5)
        s.model.start_test(Test::until_low, 86400);
    else if (kind >= 3)
        s.model.start_test(Test::quick);
}

void set_shutdown(const State& s, double, double value)
{
    if (value < 0)
        s.model.cancel_shutdown();
    else
        shut_down(s, value);
}

void set_start(const State& s, double, double value)
{
    s.settings.start_delay = value;
    if (value < 0 || !is_off(s))
        return;
    if (value == 0 && !s.model.on_battery())
        s.model.cancel_shutdown(); // the only way to have it on again
    else
        s.model.shut_down(0, value);
}

void reboot(const State& s, double, double value)
{
    if (value >= 0)
        s.model.shut_down(0, value);
}

void set_low_transfer(const State& s, double, double value)
{
    s.model.set_transfer(value, s.model.rating().highest_volts * s.model.rating().volts);
}

void set_high_transfer(const State& s, double, double value)
{
    s.model.set_transfer(s.model.rating().lowest_volts * s.model.rating().volts, value);
}

} // namespace

// One is told as long as the load fits; low runtime counts, too.
static bool is_low(const State& s)
{
    return s.model.battery_low() || (s.model.on_battery() && s.model.runtime_left() < s.settings.low_runtime);
}

void shut_down(const State& s, double seconds)
{
    const bool back = s.settings.auto_restart;
    s.model.shut_down(seconds, back ? std::optional(std::max(s.settings.start_delay, 0.0)) : std::nullopt);
}

// clang-format off
const Quantity charge{[](const State& s, double) { return s.model.charge_percent(); }};
const Quantity runtime{[](const State& s, double) { return s.model.runtime_left(); }};
const Quantity battery_volts{[](const State& s, double) { return s.model.battery_volts(); }};
const Quantity battery_amperes{[](const State& s, double) {
    const bool draws = (s.model.on_battery() || s.model.testing()) && !is_off(s);
    return draws ? watts_of(s, 0) / kBatteryEfficiency / s.model.battery_volts() : 0;
}};
const Quantity battery_celsius{[](const State& s, double) { return s.model.temperature(); }};
const Quantity seconds_on_battery{[](const State& s, double) {
    return s.settings.on_battery_since < 0 ? 0 : s.model.now() - s.settings.on_battery_since;
}};
const Quantity input_volts{[](const State& s, double) { return s.model.input_volts(); }};
const Quantity input_hertz{[](const State& s, double) { return s.model.frequency(); }};
const Quantity input_amperes{[](const State& s, double line) { return amperes(input_watts_of(s, line), s.model.input_volts()); }};
const Quantity input_watts{input_watts_of};
const Quantity output_volts{[](const State& s, double) { return s.model.output_volts(); }};
const Quantity output_hertz{[](const State& s, double) { return s.model.output_frequency(); }};
const Quantity output_amperes{[](const State& s, double line) { return amperes(watts_of(s, line), s.model.output_volts()); }};
const Quantity output_watts{watts_of};
const Quantity output_va{[](const State& s, double line) { return watts_of(s, line) / kPowerFactor; }};
const Quantity load{load_of};
const Quantity nominal_va{[](const State& s, double) { return s.model.rating().watts / kPowerFactor; }};
const Quantity nominal_watts{[](const State& s, double) { return s.model.rating().watts; }};
const Quantity nominal_volts{[](const State& s, double) { return s.model.rating().volts; }};
const Quantity nominal_hertz{[](const State& s, double) { return s.model.rating().frequency; }};

const Quantity on_battery{[](const State& s, double) { return yes(s.model.on_battery() && !is_off(s)); }};
const Quantity low_battery{[](const State& s, double) { return yes(is_low(s)); }};
const Quantity depleted{[](const State& s, double) { return yes(s.model.charge_percent() <= 0); }};
const Quantity replace{[](const State& s, double) { return yes(s.model.test_failed()); }};
const Quantity overload{[](const State& s, double) { return yes(s.model.load_percent() > 100); }};
const Quantity bypass{[](const State& s, double) { return yes(source(s, 0) == 4); }};
const Quantity output_off{[](const State& s, double) { return yes(is_off(s)); }};
const Quantity system_off{[](const State&, double) { return 0.0; }};
const Quantity awaiting_power{[](const State& s, double) {
    return yes(is_off(s) && s.model.output() != Output::off && s.model.on_battery());
}};
const Quantity shutdown_pending{[](const State& s, double) { return yes(s.model.seconds_to_off().has_value()); }};
const Quantity shutdown_imminent{[](const State& s, double) { return yes(s.model.seconds_to_off().value_or(99) < 5); }};
const Quantity testing{[](const State& s, double) { return yes(s.model.testing()); }};
const Quantity test_failed{[](const State& s, double) { return yes(s.model.test_failed()); }};
const Quantity boost{[](const State& s, double) { return yes(source(s, 0) == 6); }};
const Quantity trim{[](const State& s, double) { return yes(source(s, 0) == 7); }};
const Quantity input_bad{[](const State& s, double) { return yes(s.model.on_battery()); }};
const Quantity charging{[](const State& s, double) { return yes(!s.model.on_battery() && s.model.charge_percent() < 99.95); }};
const Quantity full{[](const State& s, double) { return yes(s.model.charge_percent() >= 99.95); }};

const Quantity battery_status{[](const State& s, double) { return s.model.charge_percent() <= 0 ? 4.0 : is_low(s) ? 3.0 : 2.0; }};
const Quantity output_source{source};

const Quantity transfers{[](const State& s, double) { return s.settings.transfers; }};
const Quantity low_transfer{[](const State& s, double) { return s.model.rating().lowest_volts * s.model.rating().volts; }, set_low_transfer};
const Quantity high_transfer{[](const State& s, double) { return s.model.rating().highest_volts * s.model.rating().volts; }, set_high_transfer};
const Quantity low_runtime{[](const State& s, double) { return s.settings.low_runtime; },
                           [](const State& s, double, double value) { s.settings.low_runtime = value; }};
const Quantity beeper{[](const State& s, double) { return s.settings.muted ? 3.0 : s.model.beeper() ? 2.0 : 1.0; }, set_beeper};

const Quantity shutdown_delay_now{[](const State& s, double) { return s.model.seconds_to_off().value_or(-1); }, set_shutdown};
const Quantity start_delay_now{[](const State& s, double) { return s.settings.start_delay; }, set_start};
const Quantity reboot_now{[](const State&, double) { return -1.0; }, reboot};
const Quantity auto_restart{[](const State& s, double) { return s.settings.auto_restart ? 1.0 : 2.0; },
                            [](const State& s, double, double value) { s.settings.auto_restart = value == 1; }};
const Quantity test_id{[](const State& s, double) { return s.settings.test_kind; }, start_test};
const Quantity test_result{[](const State& s, double) { return static_cast<double>(s.settings.test_result); }};
const Quantity test_started{[](const State& s, double) { return s.settings.test_started; }};
const Quantity test_took{[](const State& s, double) { return s.settings.test_took; }};
// clang-format on

Quantity fixed(double number)
{
    return {[](const State&, double n) { return n; }, nullptr, number};
}

Quantity kept(double number) { return {nullptr, nullptr, number}; }

Quantity of(const Quantity& quantity, int line)
{
    auto one = quantity;
    one.number = line;
    return one;
}

} // namespace upright::upsim::snmp::quantity
