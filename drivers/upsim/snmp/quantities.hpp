// What the objects of SNMP UPSes tell, by name.
#pragma once

#include "drivers/upsim/snmp/row.hpp"

namespace upright::upsim::snmp::quantity {

extern const Quantity charge, runtime, battery_volts, battery_amperes, battery_celsius, seconds_on_battery;
extern const Quantity input_volts, input_hertz, input_amperes, input_watts;
extern const Quantity output_volts, output_hertz, output_amperes, output_watts, output_va, load, nominal_va,
    nominal_watts, nominal_volts, nominal_hertz;
extern const Quantity on_battery, low_battery, depleted, replace, overload, bypass, output_off,
    awaiting_power, shutdown_pending, shutdown_imminent, testing, test_failed, boost, trim, input_bad,
    charging, full, system_off;
extern const Quantity battery_status, output_source;
extern const Quantity transfers, low_transfer, high_transfer, low_runtime, beeper;
extern const Quantity shutdown_delay_now, start_delay_now, reboot_now, auto_restart;
extern const Quantity test_id, test_result, test_started, test_took;

// Outlets: their quantities want the number of one, from 0.
extern const Quantity outlet_on, outlet_watts, outlet_amperes, outlet_volts, outlet_off_delay,
    outlet_on_delay;
// s until it goes off, or on; -1: nothing is planned. Written: let it. Reboot goes off at once.
extern const Quantity outlet_off_in, outlet_on_in, outlet_reboot;
extern const Quantity outlets_watts, outlets_amperes; // of all

// What SNMP has for a button: it reads as `idle`.
Quantity button(void (*press)(const State& state, double number, double value), double idle = 1);
void switch_outlet(const State& state, double number, bool on, double seconds);
void reboot_outlet(const State& state, double number, double seconds);

Quantity fixed(double number);
Quantity kept(double number); // what is written is read again, and does nothing
// Of line 1, 2 or 3 of three: their loads differ. Of one outlet.
Quantity of(const Quantity& quantity, int line);

// Turns everything off, and on again if it may.
void shut_down(const State& state, double seconds);

} // namespace upright::upsim::snmp::quantity
