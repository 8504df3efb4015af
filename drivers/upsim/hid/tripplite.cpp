// Tripp Lite SMART1500 (09ae:2012): a vendor's page, a battery in tenths that the descriptor does not tell
// of, and a HID descriptor that is wrong about the length of the report descriptor.
#include "drivers/upsim/hid/profiles.hpp"
#include "drivers/upsim/hid/quantities.hpp"

namespace upright::upsim {
namespace {

using namespace quantity;
using enum HidKind;
using enum HidUnit;

// clang-format off
std::vector<Field> fields()
{
    return {
        {"UPS.PowerSummary.iProduct",                      0x01,  8, feature, 0,   255, none,    0, fixed(2)},
        {"UPS.Flow.ConfigVoltage",                         0x02,  8, feature, 0,   255, volt,    0, fixed(120), "output.voltage.nominal", "0"},
        {"UPS.Flow.ConfigFrequency",                       0x03,  8, feature, 0,   255, hertz,   0, fixed(60), "output.frequency.nominal", "0"},
        {"UPS.Flow.ConfigApparentPower",                   0x04, 16, feature, 0, 65535, watt,    0, fixed(1500), "ups.power.nominal", "0"},
        {"UPS.BatterySystem.Battery.ConfigVoltage",        0x05, 16, feature, 0,  1000, volt,    0, fixed(24), "battery.voltage.nominal", "1"},
        {"UPS.PowerConverter.Output.LowVoltageTransfer",   0x06, 16, feature, 0,   400, volt,    0, low_transfer, "input.transfer.low", "1"},
        {"UPS.PowerConverter.Output.HighVoltageTransfer",  0x09, 16, feature, 0,   400, volt,    0, high_transfer, "input.transfer.high", "1"},
        {"UPS.PowerSummary.iDeviceChemistry",              0x0A,  8, feature, 0,   255, none,    0, fixed(4), "battery.type", "string"},
        {"UPS.BatterySystem.Test",                         0x10,  8, feature, 0,     7, none,    0, test, "ups.test.result", kTestTexts},
        {"UPS.PowerSummary.AudibleAlarmControl",           0x11,  8, feature, 1,     3, none,    0, beeper, "ups.beeper.status", kBeeperTexts},
        {"UPS.OutletSystem.Outlet.DelayBeforeStartup",     0x12, 16, feature, -1, 32767, second, 0, delay_startup, "ups.timer.start", "0"},
        {"UPS.OutletSystem.Outlet.DelayBeforeShutdown",    0x15, 16, feature, -1, 32767, second, 0, delay_shutdown, "ups.timer.shutdown", "0"},
        {"UPS.OutletSystem.Outlet.DelayBeforeReboot",      0x16, 16, feature, -1, 32767, second, 0, delay_reboot, "ups.timer.reboot", "0"},
        {"UPS.OutletSystem.Outlet.TLWatchdog",             0x17, 16, feature, 0,   255, none,    0, kept(0), "ups.watchdog.status", "0"},
        {"UPS.PowerConverter.Input.Voltage",               0x18, 16, feature, 0,  4000, volt,   -1, input_volts, "input.voltage", "1"},
        {"UPS.PowerConverter.Input.Frequency",             0x19, 16, feature, 0,  1000, hertz,  -1, input_hertz, "input.frequency", "1"},
        {"UPS.PowerConverter.Output.Voltage",              0x1B, 16, feature, 0,  4000, volt,   -1, output_volts, "output.voltage", "1"},
        {"UPS.OutletSystem.Outlet.PercentLoad",            0x1E,  8, feature, 0,   255, none,    0, load, "ups.load", "0"},
        {"UPS.BatterySystem.Battery.Voltage",              0x20, 16, feature, 0,  1000, volt,    0, battery_volts, "battery.voltage", "1", {.scale = 10}},
        {"UPS.BatterySystem.Temperature",                  0x21, 16, feature, 0,  4000, kelvin, -1, quantity::kelvin, "battery.temperature", "celsius"},
        {"UPS.PowerConverter.PresentStatus.VoltageOutOfRange", 0x22, 1, both, 0,     1, none,    0, out_of_range},
        {"UPS.PowerConverter.PresentStatus.Buck",          0x22,  1, both,    0,     1, none,    0, buck},
        {"UPS.PowerConverter.PresentStatus.Boost",         0x22,  1, both,    0,     1, none,    0, boost},
        {"UPS.PowerConverter.PresentStatus.Overload",      0x22,  1, both,    0,     1, none,    0, overload},
        {"UPS.PowerConverter.PresentStatus.OverTemperature", 0x22, 1, both,   0,     1, none,    0, fixed(0)},
        {"UPS.PowerConverter.PresentStatus.InternalFailure", 0x22, 1, both,   0,     1, none,    0, fixed(0)},
        {"UPS.PowerConverter.PresentStatus.AwaitingPower", 0x22,  1, both,    0,     1, none,    0, awaiting_power},
        {"UPS.TLCustom.[1].CommunicationProtocolVersion",  0x28, 16, feature, 0, 65535, none,    0, fixed(2012)},
        {"UPS.TLCustom.[1].UPSFirmwareVersion",            0x29, 16, feature, 0, 65535, none,    0, fixed(2451), "ups.firmware", "0"},
        {"UPS.PowerSummary.PresentStatus.ShutdownImminent", 0x32, 1, both,    0,     1, none,    0, shutdown_imminent},
        {"UPS.PowerSummary.PresentStatus.ACPresent",       0x32,  1, both,    0,     1, none,    0, ac},
        {"UPS.PowerSummary.PresentStatus.Charging",        0x32,  1, both,    0,     1, none,    0, charging},
        {"UPS.PowerSummary.PresentStatus.Discharging",     0x32,  1, both,    0,     1, none,    0, discharging},
        {"UPS.PowerSummary.PresentStatus.NeedReplacement", 0x32,  1, both,    0,     1, none,    0, replace},
        {"UPS.PowerSummary.PresentStatus.BelowRemainingCapacityLimit", 0x32, 1, both, 0, 1, none, 0, low_battery},
        {"UPS.PowerSummary.PresentStatus.FullyCharged",    0x32,  1, both,    0,     1, none,    0, full},
        {"UPS.PowerSummary.PresentStatus.FullyDischarged", 0x32,  1, both,    0,     1, none,    0, depleted},
        {"UPS.PowerSummary.RemainingCapacity",             0x34,  8, both,    0,   100, none,    0, charge, "battery.charge", "0"},
        {"UPS.PowerSummary.RunTimeToEmpty",                0x35, 16, feature, 0, 65535, second,  0, runtime, "battery.runtime", "0"},
    };
}
// clang-format on

} // namespace

HidProfile tripplite_profile()
{
    return {.name = "tripplite",
            .identity = {.vendor_id = 0x09AE,
                         .product_id = 0x2012,
                         .release = 0x0010,
                         .endpoints = {{0x81, 8}},
                         .vendor = 1,
                         .product = 2,
                         .serial = 3,
                         .strings = {{1, "Tripp Lite"},
                                     {2, "TRIPP LITE SMART1500RM2U"},
                                     {3, "2317BVHSM784600012"},
                                     {4, "Lead Acid"}}},
            .rating = {.watts = 900,
                       .volts = 120,
                       .frequency = 60,
                       .battery_volts = 24,
                       .capacity_wh = 216,
                       .lowest_volts = 0.7,
                       .highest_volts = 1.25},
            .fields = fields(),
            .more_truth = {{"ups.delay.start", "30"}, {"ups.delay.shutdown", "20"}},
            .wrong_length = -120};
}

} // namespace upright::upsim
