// What the outlets of PDUs and UPSes tell, and what switches them.
#include "drivers/upsim/snmp/quantities.hpp"

namespace upright::upsim::snmp::quantity {
namespace {

constexpr double kPowerFactor = 0.9;

Outlet& outlet(const State& s, double number) { return s.settings.outlets[static_cast<std::size_t>(number)]; }

bool is_live(const State& s, double number) { return outlet(s, number).on && s.model.output_volts() > 0; }

// The load of the model, unevenly.
double watts(const State& s, double number)
{
    const auto count = static_cast<double>(s.settings.outlets.size());
    const int third = static_cast<int>(number) % 3;
    const double all = s.model.load_percent() / 100 * s.model.rating().watts;
    return is_live(s, number) ? all / count * (0.5 + 0.5 * third) : 0;
}

double amperes(double w, double volts) { return volts <= 0 ? 0 : w / kPowerFactor / volts; }

double sum(const State& s)
{
    double all = 0;
    for (std::size_t i = 0; i < s.settings.outlets.size(); ++i)
        all += watts(s, static_cast<double>(i));
    return all;
}

double seconds_to(const State& s, double at) { return at < 0 ? -1 : std::max(0.0, at - s.model.now()); }

void plan(const State& s, double number, bool on, double seconds)
{
    if (seconds < 0)
        outlet(s, number).off_at = outlet(s, number).on_at = -1;
    else
        switch_outlet(s, number, on, seconds);
}

} // namespace

void switch_outlet(const State& s, double number, bool on, double seconds)
{
    auto& one = outlet(s, number);
    (on ? one.on_at : one.off_at) = s.model.now() + seconds;
    (on ? one.off_at : one.on_at) = -1;
    s.settings.watch(s.model);
}

void reboot_outlet(const State& s, double number, double seconds)
{
    auto& one = outlet(s, number);
    one.off_at = s.model.now() + seconds;
    one.on_at = one.off_at + one.on_delay;
    s.settings.watch(s.model);
}

// clang-format off
const Quantity outlet_on{[](const State& s, double n) { return outlet(s, n).on ? 1.0 : 0.0; }};
const Quantity outlet_watts{watts};
const Quantity outlet_amperes{[](const State& s, double n) { return amperes(watts(s, n), s.model.output_volts()); }};
const Quantity outlet_volts{[](const State& s, double n) { return is_live(s, n) ? s.model.output_volts() : 0; }};
const Quantity outlet_off_delay{[](const State& s, double n) { return outlet(s, n).off_delay; },
                                [](const State& s, double n, double value) { outlet(s, n).off_delay = value; }};
const Quantity outlet_on_delay{[](const State& s, double n) { return outlet(s, n).on_delay; },
                               [](const State& s, double n, double value) { outlet(s, n).on_delay = value; }};
const Quantity outlet_off_in{[](const State& s, double n) { return seconds_to(s, outlet(s, n).off_at); },
                             [](const State& s, double n, double value) { plan(s, n, false, value); }};
const Quantity outlet_on_in{[](const State& s, double n) { return seconds_to(s, outlet(s, n).on_at); },
                            [](const State& s, double n, double value) { plan(s, n, true, value); }};
const Quantity outlet_reboot{[](const State&, double) { return -1.0; },
                             [](const State& s, double n, double value) { if (value >= 0) reboot_outlet(s, n, value); }};
const Quantity outlets_watts{[](const State& s, double) { return sum(s); }};
const Quantity outlets_amperes{[](const State& s, double) { return amperes(sum(s), s.model.output_volts()); }};
// clang-format on

Quantity button(void (*press)(const State& state, double number, double value), double idle)
{
    static constexpr auto kOne = [](const State&, double) { return 1.0; };
    static constexpr auto kNone = [](const State&, double) { return -1.0; };
    return {idle < 0 ? static_cast<double (*)(const State&, double)>(kNone) : kOne, press};
}

} // namespace upright::upsim::snmp::quantity
