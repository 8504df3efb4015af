// A UPS of nobody's, made from the class specification alone, to try a driver: odd units and exponents,
// kelvin, physical limits, wide usages, PUSH and POP, ranges of usages. Its sister has no report ids.
#include "drivers/upsim/hid/profiles.hpp"
#include "drivers/upsim/hid/quantities.hpp"

namespace upright::upsim {
namespace {

using namespace quantity;
using enum HidKind;
using enum HidUnit;

// clang-format off
std::vector<Field> odd_fields()
{
    return {
        {"UPS.PowerSummary.PresentStatus.Charging",        0x01,  1, both,    0,     1, none,    0, charging, {}, {}, {.range = true}},
        {"UPS.PowerSummary.PresentStatus.Discharging",     0x01,  1, both,    0,     1, none,    0, discharging, {}, {}, {.range = true}},
        {"UPS.PowerSummary.PresentStatus.FullyCharged",    0x01,  1, both,    0,     1, none,    0, full, {}, {}, {.range = true}},
        {"UPS.PowerSummary.PresentStatus.FullyDischarged", 0x01,  1, both,    0,     1, none,    0, depleted, {}, {}, {.range = true}},
        {"UPS.PowerSummary.PresentStatus.ACPresent",       0x01,  1, both,    0,     1, none,    0, ac, {}, {}, {.wide = true}},
        {"UPS.PowerSummary.PresentStatus.BatteryPresent",  0x01,  1, both,    0,     1, none,    0, fixed(1), {}, {}, {.wide = true}},
        {"UPS.PowerSummary.PresentStatus.BelowRemainingCapacityLimit", 0x01, 1, both, 0, 1, none, 0, low_battery},
        {"UPS.PowerSummary.PresentStatus.NeedReplacement", 0x01,  1, both,    0,     1, none,    0, replace},
        {"UPS.PowerSummary.PresentStatus.Overload",        0x01,  1, both,    0,     1, none,    0, overload},
        {"UPS.PowerSummary.PresentStatus.ShutdownImminent", 0x01, 1, both,    0,     1, none,    0, shutdown_imminent},
        {"UPS.PowerSummary.PresentStatus.Boost",           0x01,  1, both,    0,     1, none,    0, boost},
        {"UPS.PowerSummary.PresentStatus.Buck",            0x01,  1, both,    0,     1, none,    0, buck},
        // Of 200 steps each is half a percent.
        {"UPS.PowerSummary.RemainingCapacity",             0x02,  8, both,    0,   200, none,    0, charge, "battery.charge", "0", {.high = 100}},
        {"UPS.PowerSummary.RunTimeToEmpty",                0x02, 24, both,    0, 16777214, second, 0, runtime, "battery.runtime", "0", {.pushed = true}},
        {"UPS.PowerSummary.RemainingCapacityLimit",        0x03,  8, feature, 0,   100, none,    0, low_charge, "battery.charge.low", "0", {.wide = true, .pushed = true}},
        {"UPS.PowerSummary.WarningCapacityLimit",          0x03,  7, feature, 0,   100, none,    0, warning_charge, "battery.charge.warning", "0"},
        {"UPS.PowerSummary.RemainingTimeLimit",            0x04, 12, feature, 0,  4095, second,  0, low_runtime, "battery.runtime.low", "0"},
        {"UPS.Battery.Voltage",                            0x05, 16, feature, 0, 65535, volt,   -3, battery_volts, "battery.voltage", "1"},
        {"UPS.Battery.ConfigVoltage",                      0x05, 16, feature, 0, 65535, volt,   -2, fixed(24), "battery.voltage.nominal", "1"},
        {"UPS.Battery.Temperature",                        0x06, 16, feature, 0,  5000, kelvin, -1, quantity::kelvin, "battery.temperature", "celsius"},
        {"UPS.Battery.iDeviceChemistry",                   0x07,  8, feature, 0,   255, none,    0, fixed(4), "battery.type", "string", {.constant = true}},
        // 0..1000 steps are 0..400 V.
        {"UPS.Input.Voltage",                              0x10, 16, feature, 0,  1000, volt,    0, input_volts, "input.voltage", "1", {.high = 400}},
        {"UPS.Input.Frequency",                            0x11, 16, feature, 0, 65535, hertz,  -3, input_hertz, "input.frequency", "1"},
        {"UPS.Input.ConfigVoltage",                        0x12,  8, feature, 0,   100, volt,    0, fixed(230), "input.voltage.nominal", "0", {.high = 1000}},
        {"UPS.Input.LowVoltageTransfer",                   0x13, 16, feature, 0, 32767, volt,   -1, low_transfer, "input.transfer.low", "0"},
        {"UPS.Input.HighVoltageTransfer",                  0x13, 16, feature, 0, 32767, volt,   -1, high_transfer, "input.transfer.high", "0"},
        // From -32768 for 0 V.
        {"UPS.Output.Voltage",                             0x20, 16, feature, -32768, 32767, volt, 0, output_volts, "output.voltage", "1", {.high = 655}},
        {"UPS.Output.Current",                             0x21, 16, feature, 0, 65535, ampere, -3, output_amperes, "output.current", "2"},
        {"UPS.Output.Frequency",                           0x21, 10, feature, 0,  1000, hertz,  -1, output_hertz, "output.frequency", "1"},
        {"UPS.Output.PercentLoad",                         0x22,  8, feature, 0,   255, none,    0, load, "ups.load", "0", {.forgot_sign = true}},
        {"UPS.Output.ActivePower",                         0x23, 16, feature, 0, 65535, watt,   -1, real_power, "ups.realpower", "0"},
        {"UPS.Output.ConfigActivePower",                   0x23,  8, feature, 0,   255, watt,    0, fixed(900), "ups.realpower.nominal", "0", {.high = 2550}},
        {"UPS.PowerSummary.AudibleAlarmControl",           0x30,  2, feature, 1,     3, none,    0, beeper, "ups.beeper.status", kBeeperTexts},
        {"UPS.Battery.Test",                               0x31,  3, feature, 0,     7, none,    0, test, "ups.test.result", kTestTexts},
        {"UPS.PowerSummary.DelayBeforeShutdown",           0x32, 24, feature, -1, 8388607, second, 0, delay_shutdown, "ups.timer.shutdown", "0"},
        {"UPS.PowerSummary.DelayBeforeStartup",            0x33, 24, feature, -1, 8388607, second, 0, delay_startup, "ups.timer.start", "0"},
    };
}

// All features are one report, all inputs another.
std::vector<Field> fields_without_ids()
{
    return {
        {"UPS.PowerSummary.PresentStatus.ACPresent",       0,  1, both,    0,     1, none,    0, ac},
        {"UPS.PowerSummary.PresentStatus.Charging",        0,  1, both,    0,     1, none,    0, charging},
        {"UPS.PowerSummary.PresentStatus.Discharging",     0,  1, both,    0,     1, none,    0, discharging},
        {"UPS.PowerSummary.PresentStatus.BelowRemainingCapacityLimit", 0, 1, both, 0, 1, none, 0, low_battery},
        {"UPS.PowerSummary.PresentStatus.NeedReplacement", 0,  4, both,    0,     1, none,    0, replace},
        {"UPS.PowerSummary.RemainingCapacity",             0,  8, both,    0,   100, none,    0, charge, "battery.charge", "0"},
        {"UPS.PowerSummary.RunTimeToEmpty",                0, 16, both,    0, 65535, second,  0, runtime, "battery.runtime", "0"},
        {"UPS.PowerSummary.Voltage",                       0, 16, feature, 0, 65535, volt,   -2, battery_volts, "battery.voltage", "1"},
        {"UPS.Input.Voltage",                              0, 16, feature, 0, 65535, volt,   -1, input_volts, "input.voltage", "1"},
        {"UPS.Output.PercentLoad",                         0,  8, feature, 0,   250, none,    0, load, "ups.load", "0"},
        {"UPS.PowerSummary.DelayBeforeShutdown",           0, 16, feature, -1, 32767, second, 0, delay_shutdown, "ups.timer.shutdown", "0"},
        {"UPS.PowerSummary.DelayBeforeStartup",            0, 16, feature, -1, 32767, second, 0, delay_startup, "ups.timer.start", "0"},
        {"UPS.PowerSummary.AudibleAlarmControl",           0,  8, feature, 1,     3, none,    0, beeper, "ups.beeper.status", kBeeperTexts},
    };
}
// clang-format on

UsbIdentity identity(std::uint16_t product_id, const char* product)
{
    return {.vendor_id = 0x1209,
            .product_id = product_id,
            .release = 0x0100,
            .endpoints = {{0x81, 64}},
            .vendor = 1,
            .product = 2,
            .serial = 3,
            .strings = {{1, "Nobody"}, {2, product}, {3, "N0001"}, {4, "LiFePO4"}}};
}

constexpr Rating kRating{.watts = 900, .lowest_volts = 172.0 / 230, .highest_volts = 288.0 / 230};

} // namespace

HidProfile generic_profile()
{
    return {.name = "generic",
            .identity = identity(0xBEEF, "Class UPS"),
            .rating = kRating,
            .fields = odd_fields(),
            .more_truth = {{"ups.delay.start", "30"}, {"ups.delay.shutdown", "20"}},
            .in_arrays = true};
}

HidProfile noid_profile()
{
    return {.name = "noid",
            .identity = identity(0xBEEE, "Class UPS without ids"),
            .rating = kRating,
            .fields = fields_without_ids(),
            .more_truth = {{"ups.delay.start", "30"}, {"ups.delay.shutdown", "20"}}};
}

} // namespace upright::upsim
