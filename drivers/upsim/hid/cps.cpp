// CyberPower CP1500 (0764:0501): a small descriptor, whose maxima have lost their signs, and a battery that
// is measured half again too high.
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
        {"UPS.PowerSummary.iProduct",                      0x01,  8, feature, 0,   255, none,    0, fixed(1)},
        {"UPS.PowerSummary.iSerialNumber",                 0x02,  8, feature, 0,   255, none,    0, fixed(2)},
        {"UPS.PowerSummary.iDeviceChemistry",              0x03,  8, feature, 0,   255, none,    0, fixed(4), "battery.type", "string"},
        {"UPS.PowerSummary.iOEMInformation",               0x04,  8, feature, 0,   255, none,    0, fixed(3), "battery.mfr.date", "string"},
        {"UPS.PowerSummary.Rechargeable",                  0x05,  8, feature, 0,   255, none,    0, fixed(1)},
        {"UPS.PowerSummary.CapacityMode",                  0x06,  8, feature, 0,   255, none,    0, fixed(2)},
        {"UPS.PowerSummary.DesignCapacity",                0x07,  8, feature, 0,   100, none,    0, fixed(100)},
        {"UPS.PowerSummary.CapacityGranularity1",          0x07,  8, feature, 0,   100, none,    0, fixed(5)},
        {"UPS.PowerSummary.CapacityGranularity2",          0x07,  8, feature, 0,   100, none,    0, fixed(10)},
        {"UPS.PowerSummary.WarningCapacityLimit",          0x07,  8, feature, 0,   100, none,    0, warning_charge, "battery.charge.warning", "0"},
        {"UPS.PowerSummary.RemainingCapacityLimit",        0x07,  8, feature, 0,   100, none,    0, low_charge, "battery.charge.low", "0"},
        {"UPS.PowerSummary.FullChargeCapacity",            0x07,  8, feature, 0,   100, none,    0, fixed(100)},
        {"UPS.PowerSummary.RemainingCapacity",             0x08,  8, both,    0,   100, none,    0, charge, "battery.charge", "0"},
        {"UPS.PowerSummary.RunTimeToEmpty",                0x08, 16, both,    0, 65535, second,  0, runtime, "battery.runtime", "0", {.forgot_sign = true}},
        {"UPS.PowerSummary.RemainingTimeLimit",            0x08, 16, both,    0, 65535, second,  0, low_runtime, "battery.runtime.low", "0", {.forgot_sign = true}},
        {"UPS.PowerSummary.ConfigVoltage",                 0x09, 16, feature, 0, 65535, volt,   -1, fixed(24), "battery.voltage.nominal", "0", {.forgot_sign = true}},
        {"UPS.PowerSummary.Voltage",                       0x0A, 16, feature, 0, 65535, volt,   -1, battery_volts, "battery.voltage", "1", {.scale = 1.5, .forgot_sign = true}},
        {"UPS.PowerSummary.PresentStatus.ACPresent",       0x0B,  1, both,    0,     1, none,    0, ac},
        {"UPS.PowerSummary.PresentStatus.Charging",        0x0B,  1, both,    0,     1, none,    0, charging},
        {"UPS.PowerSummary.PresentStatus.Discharging",     0x0B,  1, both,    0,     1, none,    0, discharging},
        {"UPS.PowerSummary.PresentStatus.BelowRemainingCapacityLimit", 0x0B, 1, both, 0, 1, none, 0, low_battery},
        {"UPS.PowerSummary.PresentStatus.FullyCharged",    0x0B,  1, both,    0,     1, none,    0, full},
        {"UPS.PowerSummary.PresentStatus.RemainingTimeLimitExpired", 0x0B, 1, both, 0, 1, none,  0, time_expired},
        {"UPS.PowerSummary.PresentStatus.NeedReplacement", 0x0B,  1, both,    0,     1, none,    0, replace},
        {"UPS.PowerSummary.AudibleAlarmControl",           0x0C,  8, both,    0,     3, none,    0, beeper, "ups.beeper.status", kBeeperTexts},
        {"UPS.Input.ConfigVoltage",                        0x0E,  8, feature, 0,   255, volt,    0, fixed(230), "input.voltage.nominal", "0", {.forgot_sign = true}},
        // The limits of the transfer voltages have come along: a surge is more than they allow.
        {"UPS.Input.Voltage",                              0x0F, 16, feature, 0,   260, volt,    0, input_volts, "input.voltage", "1"},
        {"UPS.Input.LowVoltageTransfer",                   0x10, 16, feature, 0,   260, volt,    0, low_transfer, "input.transfer.low", "0"},
        {"UPS.Input.HighVoltageTransfer",                  0x10, 16, feature, 0,   260, volt,    0, high_transfer, "input.transfer.high", "0"},
        {"UPS.Input.Frequency",                            0x11, 16, feature, 0,  1000, hertz,   0, input_hertz, "input.frequency", "1", {.scale = 10}},
        {"UPS.Output.Voltage",                             0x12, 16, feature, 0,   260, volt,    0, output_volts, "output.voltage", "1"},
        {"UPS.Output.PercentLoad",                         0x13,  8, feature, 0,   255, none,    0, load, "ups.load", "0", {.forgot_sign = true}},
        {"UPS.Output.Test",                                0x14,  8, feature, 0,   255, none,    0, test, "ups.test.result", kTestTexts, {.forgot_sign = true}},
        {"UPS.Output.DelayBeforeShutdown",                 0x15, 16, feature, -60, 32767, second, 0, delay_shutdown, "ups.timer.shutdown", "0"},
        {"UPS.Output.DelayBeforeStartup",                  0x16, 16, feature, -60, 32767, second, 0, delay_startup, "ups.timer.start", "0"},
        {"UPS.Output.Boost",                               0x17,  1, feature, 0,     1, none,    0, boost},
        {"UPS.Output.Overload",                            0x17,  1, feature, 0,     1, none,    0, overload},
        // 900 W in a field that says that it ends at 255.
        {"UPS.Output.ConfigActivePower",                   0x18, 16, feature, 0,   255, watt,    0, fixed(900), "ups.realpower.nominal", "0"},
        {"UPS.Output.CPSInputSensitivity",                 0x1A,  8, feature, 0,     2, none,    0, kept(1), "input.sensitivity", "0=low;1=normal;2=high"},
        {"UPS.PowerSummary.CPSFirmwareVersion",            0x1B,  8, feature, 0,   255, none,    0, fixed(5), "ups.firmware", "string", {.forgot_sign = true}},
    };
}
// clang-format on

} // namespace

HidProfile cps_profile()
{
    return {
        .name = "cps",
        .identity = {.vendor_id = 0x0764,
                     .product_id = 0x0501,
                     .release = 0x0001,
                     .endpoints = {{0x81, 8}},
                     .vendor = 3,
                     .product = 1,
                     .serial = 2,
                     .strings = {{1, "CP1500EPFCLCD"},
                                 {2, "CR7EV2000123"},
                                 {3, "CPS"},
                                 {4, "PbAcid"},
                                 {5, "CR01505B4"}}},
        .rating = {.watts = 900,
                   .volts = 230,
                   .battery_volts = 24,
                   .capacity_wh = 216,
                   .lowest_volts = 170.0 / 230,
                   .highest_volts = 260.0 / 230},
        .fields = fields(),
        .more_truth = {{"ups.delay.start", "120"}, {"ups.delay.shutdown", "60"}, {"battery.status", "100%"}},
        .low_charge = 10,
        .warning_charge = 20,
        .low_runtime = 300,
        .whole_seconds = 60,
        .heartbeat = 1};
}

} // namespace upright::upsim
