// American Power Conversion Back-UPS ES 700G: nearly everything under PowerSummary, each report one thing,
// most usages twice (input and feature).
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
        // path                                            id  bits  kind   low  high   unit   power  what        variable, as it is published
        {"UPS.PowerSummary.iProduct",                      0x01,  8, feature, 0,   255, none,    0, fixed(1)},
        {"UPS.PowerSummary.iSerialNumber",                 0x02,  8, feature, 0,   255, none,    0, fixed(2)},
        {"UPS.PowerSummary.iDeviceChemistry",              0x03,  8, feature, 0,   255, none,    0, fixed(4), "battery.type", "string"},
        {"UPS.PowerSummary.iOEMInformation",               0x04,  8, feature, 0,   255, none,    0, fixed(3)},
        {"UPS.PowerSummary.Rechargeable",                  0x05,  8, feature, 0,   255, none,    0, fixed(1)},
        {"UPS.PowerSummary.Charging",                      0x06,  8, both,    0,   255, none,    0, charging},
        {"UPS.PowerSummary.Discharging",                   0x06,  8, both,    0,   255, none,    0, discharging},
        {"UPS.PowerSummary.APCStatusFlag",                 0x06,  8, both,    0,   255, none,    0, good, {}, {}, {.scale = 8}},
        {"UPS.PowerSummary.ManufacturerDate",              0x07, 16, feature, 0, 65535, none,    0, fixed((2014 - 1980) * 512 + 6 * 32 + 12), "ups.mfr.date", "date"},
        {"UPS.PowerSummary.ConfigVoltage",                 0x08, 16, feature, 0, 65535, volt,   -2, fixed(12), "battery.voltage.nominal", "1"},
        {"UPS.PowerSummary.Voltage",                       0x09, 16, feature, 0, 65535, volt,   -2, battery_volts, "battery.voltage", "1"},
        {"UPS.PowerSummary.CapacityMode",                  0x0B,  8, feature, 0,   255, none,    0, fixed(2)},
        {"UPS.PowerSummary.RemainingCapacity",             0x0C,  8, both,    0,   100, none,    0, charge, "battery.charge", "0"},
        {"UPS.PowerSummary.RunTimeToEmpty",                0x0C, 16, both,    0, 65535, second,  0, runtime, "battery.runtime", "0"},
        {"UPS.PowerSummary.DesignCapacity",                0x0D,  8, feature, 0,   100, none,    0, fixed(100)},
        {"UPS.PowerSummary.FullChargeCapacity",            0x0E,  8, feature, 0,   100, none,    0, fixed(100)},
        // As the BF500: a bit above the maximum is set.
        {"UPS.PowerSummary.WarningCapacityLimit",          0x0F,  8, feature, 0,   100, none,    0, warning_charge, "battery.charge.warning", "0", {.garbage = 0x80}},
        {"UPS.PowerSummary.CapacityGranularity1",          0x10,  8, feature, 0,   100, none,    0, fixed(1), {}, {}, {.constant = true}},
        {"UPS.PowerSummary.RemainingCapacityLimit",        0x11,  8, feature, 0,   100, none,    0, low_charge, "battery.charge.low", "0", {.nonvolatile = true}},
        {"UPS.PowerSummary.DelayBeforeStartup",            0x14, 16, feature, -1, 32767, second, 0, delay_startup, "ups.timer.start", "0"},
        {"UPS.PowerSummary.DelayBeforeShutdown",           0x15, 16, feature, -1, 32767, second, 0, delay_shutdown, "ups.timer.shutdown", "0"},
        {"UPS.PowerSummary.PresentStatus.Charging",        0x16,  1, both,    0,     1, none,    0, charging},
        {"UPS.PowerSummary.PresentStatus.Discharging",     0x16,  1, both,    0,     1, none,    0, discharging},
        {"UPS.PowerSummary.PresentStatus.ACPresent",       0x16,  1, both,    0,     1, none,    0, ac},
        {"UPS.PowerSummary.PresentStatus.BatteryPresent",  0x16,  1, both,    0,     1, none,    0, fixed(1)},
        {"UPS.PowerSummary.PresentStatus.BelowRemainingCapacityLimit", 0x16, 1, both, 0, 1, none, 0, low_battery},
        {"UPS.PowerSummary.PresentStatus.ShutdownImminent", 0x16, 1, both,    0,     1, none,    0, shutdown_imminent},
        {"UPS.PowerSummary.PresentStatus.RemainingTimeLimitExpired", 0x16, 1, both, 0, 1, none,  0, time_expired},
        {"UPS.PowerSummary.PresentStatus.CommunicationLost", 0x16, 1, both,   0,     1, none,    0, fixed(0)},
        {"UPS.PowerSummary.PresentStatus.NeedReplacement", 0x16,  1, both,    0,     1, none,    0, replace},
        {"UPS.PowerSummary.PresentStatus.Overload",        0x16,  1, both,    0,     1, none,    0, overload},
        {"UPS.PowerSummary.PresentStatus.VoltageNotRegulated", 0x16, 1, both, 0,     1, none,    0, fixed(0)},
        {"UPS.PowerSummary.DelayBeforeReboot",             0x17, 16, feature, 0, 32767, second,  0, delay_reboot, "ups.timer.reboot", "0"},
        {"UPS.PowerSummary.AudibleAlarmControl",           0x18,  8, feature, 1,     3, none,    0, beeper, "ups.beeper.status", kBeeperTexts},
        {"UPS.Battery.APCBattReplaceDate",                 0x20, 32, feature, 0, 0x7FFFFFFF, none, 0, fixed(0x061214), "battery.date", "apc-date"},
        {"UPS.Battery.Test",                               0x21,  8, feature, 0,   255, none,    0, test, "ups.test.result", kTestTexts},
        {"UPS.Battery.RemainingTimeLimit",                 0x24, 16, feature, 0, 65535, second,  0, low_runtime, "battery.runtime.low", "0", {.nonvolatile = true}},
        // Their maxima are less than what they tell: each has that of the report before it.
        {"UPS.Input.ConfigVoltage",                        0x30,  8, feature, 0,   148, volt,    0, fixed(230), "input.voltage.nominal", "0"},
        {"UPS.Input.Voltage",                              0x31, 16, feature, 0,   148, volt,    0, input_volts, "input.voltage", "1"},
        {"UPS.Input.LowVoltageTransfer",                   0x32, 16, feature, 0,   300, volt,    0, low_transfer, "input.transfer.low", "0", {.nonvolatile = true}},
        {"UPS.Input.HighVoltageTransfer",                  0x33, 16, feature, 0,   300, volt,    0, high_transfer, "input.transfer.high", "0", {.nonvolatile = true}},
        {"UPS.Input.APCSensitivity",                       0x35,  8, feature, 0,     2, none,    0, kept(1), "input.sensitivity", "0=low;1=medium;2=high"},
        {"UPS.Input.APCLineFailCause",                     0x36,  8, feature, 0,   255, none,    0, fixed(0)},
        {"UPS.APCGeneralCollection.APCDelayBeforeReboot",  0x40,  8, feature, 0,   255, none,    0, delay_reboot},
        {"UPS.PowerConverter.PercentLoad",                 0x50,  8, feature, 0,   255, none,    0, load, "ups.load", "0"},
        {"UPS.PowerConverter.ConfigActivePower",           0x52, 16, feature, 0, 65535, watt,    0, fixed(405), "ups.realpower.nominal", "0"},
        {"UPS.APCPanelTest",                               0x79,  8, feature, 0,   255, none,    0, kept(0)},
    };
}
// clang-format on

} // namespace

HidProfile apc_profile()
{
    return {.name = "apc",
            .identity = {.vendor_id = 0x051D,
                         .product_id = 0x0002,
                         .release = 0x0106,
                         .endpoints = {{0x81, 8}},
                         .vendor = 3,
                         .product = 1,
                         .serial = 2,
                         .strings = {{1, "Back-UPS ES 700G FW:871.O4 .I USB FW:O4"},
                                     {2, "5B1424T06112"},
                                     {3, "American Power Conversion"},
                                     {4, "PbAc"}}},
            .rating = {.watts = 405,
                       .volts = 230,
                       .battery_volts = 12,
                       .capacity_wh = 108,
                       .lowest_volts = 180.0 / 230,
                       .highest_volts = 266.0 / 230},
            .fields = fields(),
            .more_truth = {{"ups.model", "Back-UPS ES 700G"},
                           {"ups.firmware", "871.O4 .I"},
                           {"ups.firmware.aux", "O4"},
                           {"ups.delay.start", "30"},
                           {"ups.delay.shutdown", "20"}},
            .low_charge = 10};
}

} // namespace upright::upsim
