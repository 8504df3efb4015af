// What the fields of HID UPSes tell, by name.
#pragma once

#include "drivers/upsim/hid/field.hpp"

namespace upright::upsim::quantity {

extern const Quantity charge, runtime, battery_volts, input_volts, output_volts, input_hertz, output_hertz,
    load, kelvin, celsius, output_amperes, real_power;
extern const Quantity ac, charging, discharging, full, depleted, low_battery, time_expired, overload, replace,
    boost, buck, testing, good, shutdown_imminent, awaiting_power, out_of_range;
extern const Quantity beeper, test, low_charge, warning_charge, low_runtime, low_transfer, high_transfer;
extern const Quantity delay_shutdown, delay_startup, delay_reboot;

Quantity fixed(double number);
Quantity kept(double number);            // what is written is read again, and does nothing
Quantity apparent_power(double nominal); // VA

} // namespace upright::upsim::quantity
