// Makes whose UPSes keep to the class specification, more or less: the most important rows of each.
#include "drivers/upsim/hid/profiles.hpp"
#include "drivers/upsim/hid/quantities.hpp"

namespace upright::upsim {
namespace {

using namespace quantity;
using enum HidKind;
using enum HidUnit;

using Fields = std::vector<Field>;

// clang-format off
// One report of status bits, as nearly all of them have it.
Fields status(std::uint8_t id)
{
    return {
        {"UPS.PowerSummary.PresentStatus.ACPresent",       id,    1, both,    0,     1, none,    0, ac},
        {"UPS.PowerSummary.PresentStatus.Charging",        id,    1, both,    0,     1, none,    0, charging},
        {"UPS.PowerSummary.PresentStatus.Discharging",     id,    1, both,    0,     1, none,    0, discharging},
        {"UPS.PowerSummary.PresentStatus.BelowRemainingCapacityLimit", id, 1, both, 0, 1, none,  0, low_battery},
        {"UPS.PowerSummary.PresentStatus.NeedReplacement", id,    1, both,    0,     1, none,    0, replace},
        {"UPS.PowerSummary.PresentStatus.Overload",        id,    1, both,    0,     1, none,    0, overload},
        {"UPS.PowerSummary.PresentStatus.ShutdownImminent", id,   1, both,    0,     1, none,    0, shutdown_imminent},
        {"UPS.PowerSummary.PresentStatus.BatteryPresent",  id,    1, both,    0,     1, none,    0, fixed(1)},
    };
}

Fields delays()
{
    return {
        {"UPS.PowerSummary.DelayBeforeShutdown",           0x30, 16, feature, -1, 32767, second, 0, delay_shutdown, "ups.timer.shutdown", "0"},
        {"UPS.PowerSummary.DelayBeforeStartup",            0x31, 16, feature, -1, 32767, second, 0, delay_startup, "ups.timer.start", "0"},
    };
}

Fields arduino_fields()
{
    return {
        {"UPS.PowerSummary.iDeviceChemistry",              0x02,  8, feature, 0,   255, none,    0, fixed(4), "battery.type", "string"},
        {"UPS.PowerSummary.ConfigVoltage",                 0x0A, 16, feature, 0, 65535, volt,   -2, fixed(24), "battery.voltage.nominal", "2"},
        {"UPS.PowerSummary.Voltage",                       0x0B, 16, both,    0, 65535, volt,   -2, battery_volts, "battery.voltage", "2"},
        {"UPS.PowerSummary.RemainingCapacity",             0x0C,  8, both,    0,   255, none,    0, charge, "battery.charge", "0"},
        {"UPS.PowerSummary.RunTimeToEmpty",                0x0D, 16, both,    0, 65535, second,  0, runtime, "battery.runtime", "0"},
        {"UPS.PowerSummary.WarningCapacityLimit",          0x0F,  8, feature, 0,   255, none,    0, warning_charge, "battery.charge.warning", "0"},
        {"UPS.PowerSummary.RemainingCapacityLimit",        0x11,  8, feature, 0,   255, none,    0, low_charge, "battery.charge.low", "0"},
    };
}

Fields delta_fields()
{
    return {
        {"UPS.PowerSummary.PresentStatus.Good",            0x02,  8, both,    0,     1, none,    0, good},
        {"UPS.PowerSummary.RemainingCapacity",             0x03,  8, both,    0,   100, none,    0, charge, "battery.charge", "0"},
        {"UPS.PowerSummary.RunTimeToEmpty",                0x03, 16, both,    0, 65535, second,  0, runtime, "battery.runtime", "0"},
        {"UPS.PowerConverter.PresentStatus.Overload",      0x02,  8, both,    0,     1, none,    0, overload},
        {"UPS.PowerConverter.Input.Voltage",               0x04, 16, feature, 0, 65535, volt,   -1, input_volts, "input.voltage", "1"},
        {"UPS.PowerConverter.Output.Voltage",              0x05, 16, feature, 0, 65535, volt,   -1, output_volts, "output.voltage", "1"},
        {"UPS.PowerConverter.Output.LowVoltageTransfer",   0x06, 16, feature, 0, 65535, volt,    0, low_transfer, "input.transfer.low", "1"},
        {"UPS.PowerConverter.Output.HighVoltageTransfer",  0x06, 16, feature, 0, 65535, volt,    0, high_transfer, "input.transfer.high", "1"},
        {"UPS.OutletSystem.Outlet.PercentLoad",            0x07,  8, feature, 0,   255, none,    0, load, "ups.load", "1"},
        {"UPS.OutletSystem.Outlet.DelayBeforeShutdown",    0x08, 16, feature, -1, 32767, second, 0, delay_shutdown, "ups.timer.shutdown", "0"},
        {"UPS.OutletSystem.Outlet.DelayBeforeStartup",     0x09, 16, feature, -1, 32767, second, 0, delay_startup, "ups.timer.start", "0"},
        {"UPS.BatterySystem.Battery.Voltage",              0x0A, 16, feature, 0, 65535, volt,   -1, battery_volts, "battery.voltage", "1"},
        {"UPS.BatterySystem.Test",                         0x0B,  8, feature, 0,     7, none,    0, test, "ups.test.result", kTestTexts},
        {"UPS.PowerSummary.AudibleAlarmControl",           0x0C,  8, feature, 1,     3, none,    0, beeper, "ups.beeper.status", kBeeperTexts},
        {"UPS.DeltaCustom.[1].DeltaConfigSensitivity",     0x0D,  8, feature, 0,     2, none,    0, kept(0), "input.sensitivity", "0=normal;1=reduced;2=low"},
    };
}

Fields ecoflow_fields()
{
    return {
        {"UPS.PowerSummary.iDeviceChemistry",              0x02,  8, feature, 0,   255, none,    0, fixed(4), "battery.type", "string"},
        {"UPS.PowerSummary.RemainingCapacity",             0x0C,  8, both,    0,   100, none,    0, charge, "battery.charge", "0"},
        // In minutes, though it says seconds.
        {"UPS.PowerSummary.RunTimeToEmpty",                0x0D, 16, both,    0, 65535, second,  0, runtime, "battery.runtime", "0", {.scale = 1.0 / 60}},
        {"UPS.PowerSummary.Voltage",                       0x0B, 16, both,    0, 65535, volt,   -2, battery_volts, "battery.voltage", "1"},
        {"UPS.PowerSummary.ConfigVoltage",                 0x0A, 16, feature, 0, 65535, volt,   -2, fixed(24), "battery.voltage.nominal", "1"},
        {"UPS.PowerSummary.RemainingCapacityLimit",        0x11,  8, feature, 0,   100, none,    0, low_charge, "battery.charge.low", "0"},
        {"UPS.PowerSummary.AudibleAlarmControl",           0x14,  8, feature, 1,     3, none,    0, beeper, "ups.beeper.status", kBeeperTexts},
        {"UPS.OutletSystem.Outlet.DelayBeforeShutdown",    0x15, 16, feature, -1, 32767, second, 0, delay_shutdown, "ups.timer.shutdown", "0"},
        {"UPS.Flow.[4].ConfigActivePower",                 0x16, 16, feature, 0, 65535, watt,    0, fixed(900), "ups.power.nominal", "0"},
    };
}

Fields ever_fields()
{
    return {
        // Published as a number.
        {"UPS.PowerSummary.iDeviceChemistry",              0x02,  8, feature, 0,   255, none,    0, fixed(4), "battery.type", "string"},
        {"UPS.PowerSummary.RemainingCapacity",             0x03,  8, both,    0,   100, none,    0, charge, "battery.charge", "0"},
        {"UPS.PowerSummary.RunTimeToEmpty",                0x03, 16, both,    0, 65535, second,  0, runtime, "battery.runtime", "0"},
        {"UPS.PowerSummary.Voltage",                       0x04, 16, feature, 0, 65535, volt,   -1, battery_volts, "battery.voltage", "0"},
        {"UPS.PowerSummary.PercentLoad",                   0x05,  8, feature, 0,   255, none,    0, load, "ups.load", "0"},
        {"UPS.PowerConverter.Input.Voltage",               0x06, 16, feature, 0, 65535, volt,   -1, input_volts, "input.voltage", "0"},
        {"UPS.PowerConverter.Input.Frequency",             0x07, 16, feature, 0, 65535, hertz,  -1, input_hertz, "input.frequency", "0"},
        {"UPS.PowerConverter.Output.Voltage",              0x08, 16, feature, 0, 65535, volt,   -1, output_volts, "output.voltage", "0"},
        {"UPS.PowerConverter.Output.ActivePower",          0x09, 16, feature, 0, 65535, watt,    0, real_power, "ups.realpower", "0"},
        {"UPS.Flow.ConfigActivePower",                     0x0A, 16, feature, 0, 65535, watt,    0, fixed(900), "ups.realpower.nominal", "0"},
        {"UPS.PowerSummary.DelayBeforeShutdown",           0x0B, 16, feature, -1, 32767, second, 0, delay_shutdown, "ups.timer.shutdown", "0"},
    };
}

Fields idowell_fields()
{
    return {
        {"UPS.PowerSummary.RemainingCapacity",             0x03,  8, both,    0,   100, none,    0, charge, "battery.charge", "0"},
        // Its maximum is -1.
        {"UPS.PowerSummary.RunTimeToEmpty",                0x03, 16, both,    0, 65535, second,  0, runtime, "battery.runtime", "0", {.forgot_sign = true}},
        {"UPS.PowerSummary.RemainingCapacityLimit",        0x04,  8, feature, 0,   100, none,    0, low_charge, "battery.charge.low", "0"},
        {"UPS.PowerSummary.Voltage",                       0x05, 16, feature, 0, 65535, volt,   -1, battery_volts, "battery.voltage", "1"},
        {"UPS.PowerSummary.ConfigVoltage",                 0x06, 16, feature, 0, 65535, volt,   -1, fixed(24), "battery.voltage.nominal", "1"},
        {"UPS.PowerSummary.PercentLoad",                   0x07,  8, feature, 0,   255, none,    0, load, "ups.load", "0"},
        {"UPS.PowerConverter.Output.Voltage",              0x08, 16, feature, 0, 65535, volt,   -1, output_volts, "output.voltage", "1"},
        {"UPS.PowerConverter.Output.LowVoltageTransfer",   0x09, 16, feature, 0, 65535, volt,    0, low_transfer, "input.transfer.low", "0"},
        {"UPS.PowerConverter.Output.HighVoltageTransfer",  0x09, 16, feature, 0, 65535, volt,    0, high_transfer, "input.transfer.high", "0"},
        {"UPS.Flow.[4].ConfigVoltage",                     0x0A, 16, feature, 0, 65535, volt,    0, fixed(230), "output.voltage.nominal", "0"},
        {"UPS.Flow.[4].ConfigApparentPower",               0x0B, 16, feature, 0, 65535, watt,    0, fixed(1500), "ups.power.nominal", "0"},
    };
}

Fields liebert_fields()
{
    return {
        {"UPS.PowerSummary.RemainingCapacity",             0x06,  8, both,    0,   100, none,    0, charge, "battery.charge", "0"},
        {"UPS.PowerSummary.RunTimeToEmpty",                0x06, 32, both,    0, 0x7FFFFFFF, second, 0, runtime, "battery.runtime", "0"},
        {"UPS.PowerSummary.PercentLoad",                   0x07,  8, feature, 0,   255, none,    0, load, "ups.load", "0"},
        {"UPS.PowerSummary.Voltage",                       0x0E, 16, feature, 0, 65535, volt,   -2, battery_volts, "battery.voltage", "2"},
        {"UPS.PowerSummary.AudibleAlarmControl",           0x28,  8, feature, 1,     3, none,    0, beeper, "ups.beeper.status", kBeeperTexts},
        {"UPS.BatterySystem.Battery.Test",                 0x24,  8, feature, 0,     7, none,    0, test, "ups.test.result", kTestTexts},
        {"UPS.PowerConverter.Input.[1].Voltage",           0x31, 16, feature, 0, 65535, volt,   -1, input_volts, "input.voltage", "1"},
        {"UPS.PowerConverter.Input.[1].Frequency",         0x31, 16, feature, 0, 65535, hertz,  -2, input_hertz, "input.frequency", "2"},
        {"UPS.PowerConverter.Input.[1].PresentStatus.Buck", 0x32, 1, both,    0,     1, none,    0, buck},
        {"UPS.PowerConverter.Input.[1].PresentStatus.Boost", 0x32, 1, both,   0,     1, none,    0, boost},
        {"UPS.PowerConverter.Output.Voltage",              0x42, 16, feature, 0, 65535, volt,   -1, output_volts, "output.voltage", "1"},
        // The vendor's page.
        {"UPS.PowerConverter.Output.ffff0057",             0x47, 16, feature, 0, 65535, volt,    0, low_transfer, "input.transfer.low", "0"},
        {"UPS.PowerConverter.Output.ffff0058",             0x48, 16, feature, 0, 65535, volt,    0, high_transfer, "input.transfer.high", "0"},
        {"UPS.PowerSummary.DelayBeforeShutdown",           0x30, 16, feature, -1, 32767, second, 0, delay_shutdown},
        {"UPS.PowerSummary.DelayBeforeStartup",            0x31, 16, feature, -1, 32767, second, 0, delay_startup},
    };
}

Fields powervar_fields()
{
    return {
        {"UPS.PowerSummary.iDeviceChemistry",              0x02,  8, feature, 0,   255, none,    0, fixed(4), "battery.type", "string"},
        {"UPS.PowerSummary.RemainingCapacity",             0x03,  8, both,    0,   100, none,    0, charge, "battery.charge", "0"},
        {"UPS.PowerSummary.FullChargeCapacity",            0x04,  8, feature, 0,   100, none,    0, fixed(100), "battery.capacity", "0"},
        {"UPS.PowerSummary.RunTimeToEmpty",                0x05, 16, both,    0, 65535, second,  0, runtime, "battery.runtime", "0"},
    };
}

Fields salicru_fields()
{
    return {
        {"UPS.PowerSummary.iDeviceChemistry",              0x03,  8, feature, 0,   255, none,    0, fixed(4), "battery.type", "string"},
        {"UPS.PowerSummary.WarningCapacityLimit",          0x07,  8, feature, 0,   100, none,    0, warning_charge, "battery.charge.warning", "0"},
        {"UPS.PowerSummary.RemainingCapacityLimit",        0x07,  8, feature, 0,   100, none,    0, low_charge, "battery.charge.low", "0"},
        {"UPS.PowerSummary.RemainingCapacity",             0x08,  8, both,    0,   100, none,    0, charge, "battery.charge", "0"},
        {"UPS.PowerSummary.RunTimeToEmpty",                0x08, 16, both,    0, 65535, second,  0, runtime, "battery.runtime", "0"},
        {"UPS.PowerSummary.Voltage",                       0x0A, 16, feature, 0, 65535, volt,   -2, battery_volts, "battery.voltage", "2"},
        {"UPS.PowerSummary.AudibleAlarmControl",           0x0C,  8, feature, 0,     3, none,    0, beeper, "ups.beeper.status", kBeeperTexts},
        {"UPS.Input.Voltage",                              0x0F, 16, feature, 0,   511, volt,    0, input_volts, "input.voltage", "1"},
        {"UPS.Output.Voltage",                             0x12, 16, feature, 0,   511, volt,    0, output_volts, "output.voltage", "1"},
        {"UPS.Output.PercentLoad",                         0x13,  8, feature, 0,   255, none,    0, load, "ups.load", "0"},
        {"UPS.Output.Boost",                               0x17,  1, feature, 0,     1, none,    0, boost},
        {"UPS.Output.Overload",                            0x17,  1, feature, 0,     1, none,    0, overload},
        {"UPS.BatterySystem.Battery.Test",                 0x24,  8, feature, 0,     7, none,    0, test, "ups.test.result", kTestTexts},
        {"UPS.Output.ConfigActivePower",                   0x18, 16, feature, 0, 65535, watt,    0, fixed(900), "ups.realpower.nominal", "0"},
    };
}
// clang-format on

struct Make {
    std::string_view name;
    std::uint16_t vendor_id;
    std::uint16_t product_id;
    const char* vendor;
    const char* product;
    Fields (*fields)();
    bool has_delays; // the two in PowerSummary
    bool tells_delays;
    std::vector<std::string_view> lacks = {}; // of the status
};

HidProfile profile_of(const Make& make)
{
    auto fields = status(0x01);
    for (const auto& usage : make.lacks)
        std::erase_if(fields, [&](const Field& field) { return field.path.ends_with(usage); });
    const auto add = [&](const Fields& more) { fields.insert(fields.end(), more.begin(), more.end()); };
    add(make.fields());
    if (make.has_delays)
        add(delays());
    HidProfile profile{
        .name = make.name,
        .identity = {.vendor_id = make.vendor_id,
                     .product_id = make.product_id,
                     .release = 0x0100,
                     .endpoints = {{0x81, 8}},
                     .vendor = 1,
                     .product = 2,
                     .serial = 3,
                     .strings = {{1, make.vendor}, {2, make.product}, {3, "S0001"}, {4, "PbAc"}}},
        .rating = {.lowest_volts = 172.0 / 230, .highest_volts = 288.0 / 230},
        .fields = std::move(fields)};
    if (make.tells_delays)
        profile.more_truth = {{"ups.delay.start", "30"}, {"ups.delay.shutdown", "20"}};
    return profile;
}

} // namespace

std::vector<HidProfile> class_profiles()
{
    // clang-format off
    const std::vector<Make> makes{
        {"arduino",   0x2341, 0x8036, "Arduino LLC",   "Arduino Leonardo", arduino_fields,  true,  true},
        {"delta_ups", 0x05DD, 0x041B, "Delta",         "UPS601",           delta_fields,    false, false, {".Overload"}},
        {"ecoflow",   0x3746, 0xFFFF, "EcoFlow",       "EF-UPS-DELTA 2",   ecoflow_fields,  false, false},
        {"ever",      0x2E51, 0xFFFF, "Ever",          "Sinline RT",       ever_fields,     false, false, {".Charging", ".BelowRemainingCapacityLimit"}},
        {"idowell",   0x075D, 0x0300, "iDowell",       "iBox UPS",         idowell_fields,  true,  true},
        {"liebert",   0x06DA, 0xFFFF, "PPC",           "HID UPS",          liebert_fields,  false, true, {".NeedReplacement"}},
        {"powervar",  0x4234, 0x0002, "Powervar",      "GTS",              powervar_fields, false, false},
        {"salicru",   0x2E66, 0x0302, "Salicru",       "SPS ONE",          salicru_fields,  false, false, {".NeedReplacement", ".ShutdownImminent"}},
    };
    // clang-format on
    std::vector<HidProfile> profiles;
    for (const auto& make : makes)
        profiles.push_back(profile_of(make));
    return profiles;
}

} // namespace upright::upsim
