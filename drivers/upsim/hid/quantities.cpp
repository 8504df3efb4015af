#include "drivers/upsim/hid/quantities.hpp"

#include <cmath>

namespace upright::upsim::quantity {
namespace {

constexpr double kFull = 99.95; // %
constexpr double kZeroCelsius = 273.15;
constexpr double kRebootPause = 10; // s

using S = HidState;

bool is_discharging(const S& s)
{
    return (s.model.on_battery() || s.model.testing()) && s.model.output() == Output::on;
}

double read_beeper(const S& s, double)
{
    if (!s.model.beeper())
        return 1;
    return s.settings.muted ? 3 : 2;
}

void write_beeper(const S& s, double value)
{
    if (s.model.beeper() != (value != 1))
        s.model.toggle_beeper();
    s.settings.muted = value == 3;
}

double read_test(const S& s, double)
{
    constexpr double kPassed = 1;
    constexpr double kFailed = 3;
    constexpr double kInProgress = 5;
    if (s.settings.was_testing && !s.model.testing()) {
        s.settings.was_testing = false;
        s.settings.last_test = s.model.test_failed() ? kFailed : kPassed;
    }
    return s.model.testing() ? kInProgress : s.settings.last_test;
}

void write_test(const S& s, double value)
{
    constexpr double kAborted = 4;
    if (value == 1)
        s.model.start_test(Test::quick);
    else if (value == 2)
        s.model.start_test(Test::until_low, 86400);
    else if (value == 3 && s.model.testing()) {
        s.model.stop_test();
        s.settings.last_test = kAborted;
        s.settings.was_testing = false;
        return;
    }
    s.settings.was_testing = s.model.testing();
}

double rounded(const S& s, double seconds)
{
    return std::floor(seconds / s.settings.whole_seconds) * s.settings.whole_seconds;
}

double read_shutdown(const S& s, double) { return std::ceil(s.model.seconds_to_off().value_or(-1)); }

void write_shutdown(const S& s, double value)
{
    if (value < 0) {
        s.model.cancel_shutdown();
        s.settings.startup = -1;
        return;
    }
    const auto back = s.settings.startup >= 0 ? std::optional(s.settings.startup) : std::nullopt;
    s.model.shut_down(rounded(s, value), back);
}

double read_startup(const S& s, double) { return s.model.shutting_down() ? s.settings.startup : -1; }

void write_startup(const S& s, double value)
{
    s.settings.startup = value < 0 ? -1 : rounded(s, value);
    if (value >= 0 && s.model.output() != Output::on)
        s.model.cancel_shutdown(); // and output on: it has no delay then
}

void write_reboot(const S& s, double value)
{
    if (value >= 0)
        s.model.shut_down(rounded(s, value), kRebootPause);
}

void write_transfer(const S& s) { s.model.set_transfer(s.settings.low_transfer, s.settings.high_transfer); }

} // namespace

// clang-format off
const Quantity charge         {[](const S& s, double) -> double { return s.model.charge_percent(); }};
const Quantity runtime        {[](const S& s, double) -> double { return s.model.runtime_left(); }};
const Quantity battery_volts  {[](const S& s, double) -> double { return s.model.battery_volts(); }};
const Quantity input_volts    {[](const S& s, double) -> double { return s.model.input_volts(); }};
const Quantity output_volts   {[](const S& s, double) -> double { return s.model.output_volts(); }};
const Quantity input_hertz    {[](const S& s, double) -> double { return s.model.frequency(); }};
const Quantity output_hertz   {[](const S& s, double) -> double { return s.model.output_frequency(); }};
const Quantity load           {[](const S& s, double) -> double { return s.model.load_percent(); }};
const Quantity celsius        {[](const S& s, double) -> double { return s.model.temperature(); }};
const Quantity kelvin         {[](const S& s, double) -> double { return s.model.temperature() + kZeroCelsius; }};
const Quantity output_amperes {[](const S& s, double) -> double { return s.model.load_percent() / 100 * s.model.rating().watts / s.model.rating().volts; }};
const Quantity real_power     {[](const S& s, double) -> double { return s.model.load_percent() / 100 * s.model.rating().watts; }};

const Quantity ac             {[](const S& s, double) -> double { return s.model.mains_usable(); }};
const Quantity charging       {[](const S& s, double) -> double { return s.model.mains_usable() && !s.model.testing() && s.model.charge_percent() < kFull; }};
const Quantity discharging    {[](const S& s, double) -> double { return is_discharging(s); }};
const Quantity full           {[](const S& s, double) -> double { return s.model.charge_percent() >= kFull; }};
const Quantity depleted       {[](const S& s, double) -> double { return s.model.charge_percent() <= 0; }};
const Quantity low_battery    {[](const S& s, double) -> double { return s.model.battery_low(); }};
const Quantity time_expired   {[](const S& s, double) -> double { return is_discharging(s) && s.model.runtime_left() < s.settings.low_runtime; }};
const Quantity overload       {[](const S& s, double) -> double { return s.model.load_percent() > 100; }};
const Quantity replace        {[](const S& s, double) -> double { return s.model.test_failed(); }};
const Quantity boost          {[](const S& s, double) -> double { return s.model.regulating() && s.model.input_volts() < s.model.rating().volts; }};
const Quantity buck           {[](const S& s, double) -> double { return s.model.regulating() && s.model.input_volts() > s.model.rating().volts; }};
const Quantity testing        {[](const S& s, double) -> double { return s.model.testing(); }};
const Quantity good           {[](const S& s, double) -> double { return s.model.output() == Output::on; }};
const Quantity shutdown_imminent {[](const S& s, double) -> double { return s.model.on_battery() && s.model.seconds_to_off().has_value(); }};
const Quantity awaiting_power {[](const S& s, double) -> double { return s.model.output() != Output::on && !s.model.mains_usable(); }};
const Quantity out_of_range   {[](const S& s, double) -> double { return !s.model.mains_usable(); }};
// clang-format on

const Quantity beeper{.read = read_beeper, .write = write_beeper};
const Quantity test{.read = read_test, .write = write_test};
const Quantity delay_shutdown{.read = read_shutdown, .write = write_shutdown};
const Quantity delay_startup{.read = read_startup, .write = write_startup};
const Quantity delay_reboot{.read = [](const S&, double number) { return number; }, .write = write_reboot};

const Quantity low_charge{.read = [](const S& s, double) { return s.settings.low_charge; },
                          .write =
                              [](const S& s, double value) {
                                  s.settings.low_charge = value;
                                  s.model.set_low_charge(value);
                              }};
const Quantity warning_charge{.read = [](const S& s, double) { return s.settings.warning_charge; },
                              .write = [](const S& s, double value) { s.settings.warning_charge = value; }};
const Quantity low_runtime{.read = [](const S& s, double) { return s.settings.low_runtime; },
                           .write = [](const S& s, double value) { s.settings.low_runtime = value; }};
const Quantity low_transfer{.read = [](const S& s, double) { return s.settings.low_transfer; },
                            .write =
                                [](const S& s, double value) {
                                    s.settings.low_transfer = value;
                                    write_transfer(s);
                                }};
const Quantity high_transfer{.read = [](const S& s, double) { return s.settings.high_transfer; },
                             .write =
                                 [](const S& s, double value) {
                                     s.settings.high_transfer = value;
                                     write_transfer(s);
                                 }};

Quantity fixed(double number) { return {.number = number}; }

Quantity kept(double number) { return {.number = number, .kept = true}; }

Quantity apparent_power(double nominal)
{
    return {.read = [](const S& s, double number) { return s.model.load_percent() / 100 * number; },
            .number = nominal};
}

} // namespace upright::upsim::quantity
