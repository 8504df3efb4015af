// Eaton (MGE) 5P: a large tree with numbered collections, delays of 32 bits, fields of one item in arrays.
#include "drivers/upsim/hid/profiles.hpp"
#include "drivers/upsim/hid/quantities.hpp"

namespace upright::upsim {
namespace {

using namespace quantity;
using enum HidKind;
using enum HidUnit;

constexpr double kVoltAmperes = 850;
constexpr long long kMost32 = 0x7FFFFFFF;

// clang-format off
std::vector<Field> fields()
{
    return {
        {"UPS.PowerSummary.PresentStatus.ACPresent",       0x01,  1, both,    0,     1, none,    0, ac},
        {"UPS.PowerSummary.PresentStatus.BelowRemainingCapacityLimit", 0x01, 1, both, 0, 1, none, 0, low_battery},
        {"UPS.PowerSummary.PresentStatus.Charging",        0x01,  1, both,    0,     1, none,    0, charging},
        {"UPS.PowerSummary.PresentStatus.CommunicationLost", 0x01, 1, both,   0,     1, none,    0, fixed(0)},
        {"UPS.PowerSummary.PresentStatus.Discharging",     0x01,  1, both,    0,     1, none,    0, discharging},
        {"UPS.PowerSummary.PresentStatus.Good",            0x01,  1, both,    0,     1, none,    0, good},
        {"UPS.PowerSummary.PresentStatus.InternalFailure", 0x01,  1, both,    0,     1, none,    0, fixed(0)},
        {"UPS.PowerSummary.PresentStatus.NeedReplacement", 0x01,  1, both,    0,     1, none,    0, replace},
        {"UPS.PowerSummary.PresentStatus.Overload",        0x02,  1, both,    0,     1, none,    0, overload},
        {"UPS.PowerSummary.PresentStatus.ShutdownImminent", 0x02, 1, both,    0,     1, none,    0, shutdown_imminent},
        {"UPS.PowerSummary.PresentStatus.OverTemperature", 0x02,  1, both,    0,     1, none,    0, fixed(0)},
        {"UPS.PowerSummary.PresentStatus.Switchable",      0x03,  8, feature, 0,     1, none,    0, kept(1), "ups.shutdown", "0=disabled;1=enabled"},
        {"UPS.PowerSummary.RemainingCapacity",             0x06,  8, both,    0,   100, none,    0, charge, "battery.charge", "0"},
        {"UPS.PowerSummary.RunTimeToEmpty",                0x06, 32, both,    0, kMost32, second, 0, runtime, "battery.runtime", "0"},
        {"UPS.PowerSummary.PercentLoad",                   0x07,  8, feature, 0,   255, none,    0, load, "ups.load", "0"},
        {"UPS.PowerSummary.RemainingCapacityLimitSetting", 0x08,  8, feature, 0,   100, none,    0, low_charge, "battery.charge.low", "0"},
        {"UPS.PowerSummary.DelayBeforeShutdown",           0x09, 32, feature, -1, kMost32, second, 0, delay_shutdown, "ups.timer.shutdown", "0"},
        {"UPS.PowerSummary.DelayBeforeStartup",            0x0A, 32, feature, -1, kMost32, second, 0, delay_startup, "ups.timer.start", "0"},
        {"UPS.PowerSummary.DelayBeforeReboot",             0x0B, 32, feature, -1, kMost32, second, 0, delay_reboot, "ups.timer.reboot", "0"},
        {"UPS.PowerSummary.CapacityMode",                  0x0C,  8, feature, 0,   255, none,    0, fixed(2), {}, {}, {.constant = true}},
        {"UPS.PowerSummary.DesignCapacity",                0x0C,  8, feature, 0,   255, none,    0, fixed(100), {}, {}, {.constant = true}},
        {"UPS.PowerSummary.FullChargeCapacity",            0x0C,  8, feature, 0,   255, none,    0, fixed(100), {}, {}, {.constant = true}},
        {"UPS.PowerSummary.Rechargeable",                  0x0C,  8, feature, 0,   255, none,    0, fixed(1), {}, {}, {.constant = true}},
        {"UPS.PowerSummary.ConfigVoltage",                 0x0D, 16, feature, 0, 65535, volt,   -1, fixed(24), "battery.voltage.nominal", "0"},
        {"UPS.PowerSummary.Voltage",                       0x0E, 16, feature, 0, 65535, volt,   -1, battery_volts, "battery.voltage", "1"},
        {"UPS.PowerSummary.iDeviceChemistry",              0x10,  8, feature, 0,   255, none,    0, fixed(4), "battery.type", "string"},
        {"UPS.PowerSummary.iModel",                        0x11,  8, feature, 0,   255, none,    0, fixed(5)},
        {"UPS.PowerSummary.iVersion",                      0x12,  8, feature, 0,   255, none,    0, fixed(6), "ups.firmware", "string"},
        {"UPS.PowerSummary.iProduct",                      0x13,  8, feature, 0,   255, none,    0, fixed(2)},
        {"UPS.PowerSummary.iSerialNumber",                 0x14,  8, feature, 0,   255, none,    0, fixed(3)},
        {"UPS.PowerSummary.RestartLevel",                  0x15,  8, feature, 0,   100, none,    0, kept(0), "battery.charge.restart", "0"},
        {"UPS.System.USB.iVersion",                        0x16,  8, feature, 0,   255, none,    0, fixed(7), "device.usb.version", "string"},
        {"UPS.BatterySystem.Battery.PresentStatus.Present", 0x20, 8, feature, 0,     1, none,    0, fixed(1)},
        {"UPS.BatterySystem.Battery.DeepDischargeProtection", 0x22, 8, feature, 0,   1, none,    0, kept(1), "battery.protection", "0=no;1=yes"},
        {"UPS.BatterySystem.Battery.DesignCapacity",       0x23, 32, feature, 0, kMost32, ampere_second, 0, fixed(32400), "battery.capacity", "ampere-hours"},
        {"UPS.BatterySystem.Battery.Test",                 0x24,  8, feature, 0,   255, none,    0, test, "ups.test.result", kTestTexts},
        {"UPS.BatterySystem.Battery.TestPeriod",           0x25, 32, feature, 0, kMost32, second, 0, kept(604800), "ups.test.interval", "0"},
        {"UPS.BatterySystem.Battery.AudibleAlarmControl",  0x28,  8, feature, 1,     3, none,    0, beeper, "ups.beeper.status", kBeeperTexts},
        {"UPS.BatterySystem.Charger.ABMEnable",            0x29,  8, feature, 0,     1, none,    0, fixed(0)},
        {"UPS.BatterySystem.Charger.PresentStatus.InternalFailure", 0x2A, 1, feature, 0, 1, none, 0, fixed(0)},
        {"UPS.BatterySystem.Charger.PresentStatus.VoltageTooHigh", 0x2A, 1, feature, 0, 1, none, 0, fixed(0)},
        {"UPS.BatterySystem.Charger.PresentStatus.VoltageTooLow", 0x2A, 1, feature, 0, 1, none,  0, fixed(0)},
        {"UPS.PowerConverter.Input.[1].Voltage",           0x31, 16, feature, 0, 65535, volt,    0, input_volts, "input.voltage", "1"},
        {"UPS.PowerConverter.Input.[1].Frequency",         0x31, 16, feature, 0, 65535, hertz,  -1, input_hertz, "input.frequency", "1"},
        {"UPS.PowerConverter.Input.[1].PresentStatus.VoltageOutOfRange", 0x32, 1, both, 0, 1, none, 0, out_of_range},
        {"UPS.PowerConverter.Input.[1].PresentStatus.FrequencyOutOfRange", 0x32, 1, both, 0, 1, none, 0, fixed(0)},
        {"UPS.PowerConverter.Input.[1].PresentStatus.Buck", 0x32, 1, both,    0,     1, none,    0, buck},
        {"UPS.PowerConverter.Input.[1].PresentStatus.Boost", 0x32, 1, both,   0,     1, none,    0, boost},
        {"UPS.PowerConverter.Input.[1].AutomaticRestart",  0x33,  8, feature, 0,     1, none,    0, kept(1), "ups.start.auto", "0=no;1=yes"},
        {"UPS.PowerConverter.Input.[3].PresentStatus.Used", 0x35, 8, feature, 0,     1, none,    0, discharging},
        {"UPS.PowerConverter.Input.[3].StartOnBattery",    0x36,  8, feature, 0,     1, none,    0, kept(1), "ups.start.battery", "0=no;1=yes"},
        {"UPS.PowerConverter.Output.Voltage",              0x42, 16, feature, 0, 65535, volt,    0, output_volts, "output.voltage", "1"},
        {"UPS.PowerConverter.Output.ActivePower",          0x42, 16, feature, 0, 65535, watt,    0, real_power, "ups.realpower", "0"},
        {"UPS.PowerConverter.Output.ApparentPower",        0x42, 16, feature, 0, 65535, watt,    0, apparent_power(kVoltAmperes), "ups.power", "0"},
        {"UPS.PowerConverter.Output.Current",              0x42, 16, feature, 0, 65535, ampere, -2, output_amperes, "output.current", "2"},
        {"UPS.PowerConverter.Output.Frequency",            0x42, 16, feature, 0, 65535, hertz,  -1, output_hertz, "output.frequency", "1"},
        {"UPS.PowerConverter.Output.ForcedReboot",         0x43,  8, feature, 0,     1, none,    0, kept(1), "ups.start.reboot", "0=no;1=yes"},
        {"UPS.PowerConverter.Output.SensitivityMode",      0x44,  8, feature, 0,     2, none,    0, kept(0), "input.sensitivity", "0=normal;1=high;2=low"},
        {"UPS.PowerConverter.Output.LowVoltageTransfer",   0x47, 16, feature, 0, 65535, volt,    0, low_transfer, "input.transfer.low", "0"},
        {"UPS.PowerConverter.Output.HighVoltageTransfer",  0x48, 16, feature, 0, 65535, volt,    0, high_transfer, "input.transfer.high", "0"},
        {"UPS.PowerConverter.Output.HighVoltageBuckTransfer", 0x4D, 16, feature, 0, 65535, volt, 0, kept(253), "input.transfer.trim.high", "0"},
        {"UPS.PowerConverter.Output.LowVoltageBoostTransfer", 0x4E, 16, feature, 0, 65535, volt, 0, kept(207), "input.transfer.boost.low", "0"},
        {"UPS.PowerConverter.Output.Overload.[1].PresentStatus.OverThreshold", 0x4F, 1, feature, 0, 1, none, 0, overload},
        {"UPS.PowerConverter.ConverterType",               0x50,  8, feature, 0,   255, none,    0, fixed(1), "ups.type", "1=offline / line interactive;2=online"},
        {"UPS.Flow.[1].ConfigVoltage",                     0x60, 16, feature, 0, 65535, volt,    0, fixed(230), "input.voltage.nominal", "0"},
        {"UPS.Flow.[1].ConfigFrequency",                   0x60, 16, feature, 0, 65535, hertz,   0, fixed(50), "input.frequency.nominal", "0"},
        {"UPS.Flow.[4].ConfigVoltage",                     0x61, 16, feature, 0, 65535, volt,    0, kept(230), "output.voltage.nominal", "0"},
        {"UPS.Flow.[4].ConfigFrequency",                   0x62, 16, feature, 0, 65535, hertz,   0, fixed(50), "output.frequency.nominal", "0"},
        {"UPS.Flow.[4].ConfigApparentPower",               0x63, 16, feature, 0, 65535, watt,    0, fixed(kVoltAmperes), "ups.power.nominal", "0"},
        {"UPS.Flow.[4].ConfigActivePower",                 0x63, 16, feature, 0, 65535, watt,    0, fixed(600), "ups.realpower.nominal", "0"},
        {"UPS.OutletSystem.Outlet.[1].OutletID",           0x80,  8, feature, 0,   255, none,    0, fixed(1), "outlet.id", "0"},
        {"UPS.OutletSystem.Outlet.[1].PresentStatus.Switchable", 0x81, 8, feature, 0, 1, none,   0, fixed(0), "outlet.switchable", "0=no;1=yes"},
        {"UPS.OutletSystem.Outlet.[2].OutletID",           0x82,  8, feature, 0,   255, none,    0, fixed(2), "outlet.1.id", "0"},
        {"UPS.OutletSystem.Outlet.[2].PresentStatus.Switchable", 0x83, 8, feature, 0, 1, none,   0, fixed(1), "outlet.1.switchable", "0=no;1=yes"},
        {"UPS.OutletSystem.Outlet.[2].PresentStatus.SwitchOn/Off", 0x84, 8, feature, 0, 1, none, 0, kept(1), "outlet.1.status", "0=off;1=on"},
        {"UPS.OutletSystem.Outlet.[2].RemainingCapacityLimit", 0x85, 8, feature, 0, 100, none,   0, kept(0), "outlet.1.autoswitch.charge.low", "0"},
        {"UPS.OutletSystem.Outlet.[2].ShutdownTimer",      0x86, 32, feature, -1, kMost32, second, 0, kept(65535), "outlet.1.delay.shutdown", "0"},
        {"UPS.OutletSystem.Outlet.[2].StartupTimer",       0x87, 32, feature, -1, kMost32, second, 0, kept(3), "outlet.1.delay.start", "0"},
        {"UPS.OutletSystem.Outlet.[2].DelayBeforeShutdown", 0x88, 32, feature, -1, kMost32, second, 0, kept(-1)},
        {"UPS.OutletSystem.Outlet.[2].DelayBeforeStartup", 0x89, 32, feature, -1, kMost32, second, 0, kept(-1)},
    };
}
// clang-format on

} // namespace

HidProfile eaton_profile()
{
    return {.name = "eaton",
            .identity = {.vendor_id = 0x0463,
                         .product_id = 0xFFFF,
                         .release = 0x0100,
                         .endpoints = {{0x81, 16}},
                         .vendor = 1,
                         .product = 2,
                         .serial = 3,
                         .strings = {{1, "EATON"},
                                     {2, "Eaton 5P"},
                                     {3, "G117H21012"},
                                     {4, "PbAc"},
                                     {5, "850"},
                                     {6, "02.08.0010"},
                                     {7, "01.02.0003"}}},
            .rating = {.watts = 600,
                       .volts = 230,
                       .battery_volts = 24,
                       .capacity_wh = 216,
                       .lowest_volts = 160.0 / 230,
                       .highest_volts = 294.0 / 230},
            .fields = fields(),
            .more_truth = {{"ups.model", "5P 850"},
                           {"ups.delay.start", "30"},
                           {"ups.delay.shutdown", "20"},
                           {"outlet.desc", "Main Outlet"},
                           {"outlet.1.desc", "PowerShare Outlet 1"}},
            .heartbeat = 5,
            .in_arrays = true};
}

} // namespace upright::upsim
