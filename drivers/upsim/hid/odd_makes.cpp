// Makes with ways of their own: bits in words of status, exponents that are wrong by millions, packed delays.
#include "drivers/upsim/hid/profiles.hpp"
#include "drivers/upsim/hid/quantities.hpp"

#include <cmath>

namespace upright::upsim {
namespace {

using namespace quantity;
using enum HidKind;
using enum HidUnit;

using Fields = std::vector<Field>;

// Belkin: 1 not on line, 0x10 overload, 0x2000 waits for the mains; of the battery 4 low, 0x40 empty, 0x80 to
// be replaced.
constexpr Quantity kBelkinPower{[](const HidState& s, double) -> double {
    return (s.model.mains_usable() ? 0 : 1) + (s.model.load_percent() > 100 ? 0x10 : 0)
           + (s.model.output() != Output::on && !s.model.mains_usable() ? 0x2000 : 0);
}};
constexpr Quantity kBelkinBattery{[](const HidState& s, double) -> double {
    return (s.model.battery_low() ? 4 : 0) + (s.model.charge_percent() <= 0 ? 0x40 : 0)
           + (s.model.test_failed() ? 0x80 : 0);
}};
constexpr Quantity kBelkinTest{[](const HidState& s, double) -> double {
                                   const double told = quantity::test.read(s, 0);
                                   return told == 6 ? 0 : told; // none yet
                               },
                               [](const HidState& s, double value) { quantity::test.write(s, value); }};

// Powercom: 1 is a beeper that is on. Delays are minutes << 8 | seconds, with 0x40 it comes back, with 0x80
// not.
constexpr Quantity kPowercomBeeper{
    [](const HidState& s, double) -> double { return s.model.beeper() ? 1 : 2; },
    [](const HidState& s, double value) {
        if (s.model.beeper() != (value == 1))
            s.model.toggle_beeper();
    }};
constexpr Quantity kPowercomShutdown{
    [](const HidState& s, double) -> double {
        const auto left = std::llround(s.model.seconds_to_off().value_or(0));
        return static_cast<double>((left / 60) << 8 | left % 60);
    },
    [](const HidState& s, double value) {
        const auto packed = std::llround(value);
        const auto delay = static_cast<double>((packed >> 8) * 60 + (packed & 0x3F));
        const bool stays_off = (packed & 0x80) != 0;
        const double back = std::max(s.settings.startup, 0.0);
        s.model.shut_down(delay, stays_off ? std::nullopt : std::optional(back));
    }};
// Minutes, the bytes the other way round.
constexpr Quantity kPowercomStartup{[](const HidState& s, double) -> double {
                                        const auto minutes =
                                            std::llround(std::max(s.settings.startup, 0.0) / 60);
                                        return static_cast<double>((minutes & 0xFF) << 8 | minutes >> 8);
                                    },
                                    [](const HidState& s, double value) {
                                        const auto raw = std::llround(value);
                                        s.settings.startup =
                                            static_cast<double>((raw & 0xFF) << 8 | raw >> 8) * 60;
                                    }};

// clang-format off
Fields belkin_fields()
{
    return {
        {"UPS.BELKINConfig.BELKINConfigVoltage",           0x02,  8, feature, 0,   255, none,    0, fixed(230), "input.voltage.nominal", "0"},
        {"UPS.BELKINConfig.BELKINConfigFrequency",         0x03,  8, feature, 0,   255, none,    0, fixed(50), "input.frequency.nominal", "0"},
        {"UPS.BELKINConfig.BELKINConfigApparentPower",     0x04, 16, feature, 0, 65535, none,    0, fixed(1200), "ups.power.nominal", "0"},
        {"UPS.BELKINConfig.BELKINConfigBatteryVoltage",    0x05,  8, feature, 0,   255, none,    0, fixed(24), "battery.voltage.nominal", "0"},
        {"UPS.BELKINConfig.BELKINLowVoltageTransfer",      0x06, 16, feature, 0, 65535, none,    0, low_transfer, "input.transfer.low", "0"},
        {"UPS.BELKINConfig.BELKINHighVoltageTransfer",     0x07, 16, feature, 0, 65535, none,    0, high_transfer, "input.transfer.high", "0"},
        {"UPS.BELKINDevice.BELKINUPSType",                 0x08,  8, feature, 0,   255, none,    0, fixed(0x52)},
        {"UPS.BELKINControls.BELKINTest",                  0x10,  8, feature, 0,   255, none,    0, kBelkinTest, "ups.test.result", "0=No test initiated;1=Done and passed;3=Done and error;4=Aborted;5=In progress"},
        {"UPS.BELKINControls.BELKINAudibleAlarmControl",   0x11,  8, feature, 0,   255, none,    0, beeper, "ups.beeper.status", kBeeperTexts},
        {"UPS.BELKINControls.BELKINDelayBeforeStartup",    0x12, 16, feature, -1, 32767, none,   0, delay_startup, "ups.timer.start", "0"},
        {"UPS.BELKINControls.BELKINDelayBeforeShutdown",   0x13, 16, feature, -1, 32767, none,   0, delay_shutdown, "ups.timer.shutdown", "0"},
        // Tenths without an exponent.
        {"UPS.BELKINPowerState.BELKINInput.BELKINVoltage", 0x20, 16, both,    0, 65535, none,    0, input_volts, "input.voltage", "1", {.scale = 10}},
        {"UPS.BELKINPowerState.BELKINInput.BELKINFrequency", 0x20, 16, both,  0, 65535, none,    0, input_hertz, "input.frequency", "1", {.scale = 10}},
        {"UPS.BELKINPowerState.BELKINOutput.BELKINVoltage", 0x21, 16, both,   0, 65535, none,    0, output_volts, "output.voltage", "1", {.scale = 10}},
        {"UPS.BELKINPowerState.BELKINOutput.BELKINPercentLoad", 0x21, 8, both, 0,  255, none,    0, load, "ups.load", "0"},
        {"UPS.BELKINBatterySystem.BELKINVoltage",          0x22, 16, both,    0, 65535, none,    0, battery_volts, "battery.voltage", "1", {.scale = 10}},
        {"UPS.BELKINBatterySystem.BELKINCharge",           0x22,  8, both,    0,   255, none,    0, charge, "battery.charge", "0"},
        {"UPS.BELKINStatus.BELKINPowerStatus",             0x23, 16, both,    0, 65535, none,    0, kBelkinPower},
        {"UPS.BELKINStatus.BELKINBatteryStatus",           0x24,  8, both,    0,   255, none,    0, kBelkinBattery},
        {"UPS.PowerSummary.RunTimeToEmpty",                0x25, 16, both,    0, 65535, second,  0, runtime, "battery.runtime", "0"},
    };
}

Fields legrand_fields()
{
    return {
        {"UPS.PowerSummary.PresentStatus.ACPresent",       0x01,  1, feature, 0,     1, none,    0, ac},
        {"UPS.PowerSummary.PresentStatus.Charging",        0x01,  1, feature, 0,     1, none,    0, charging},
        {"UPS.PowerSummary.PresentStatus.Discharging",     0x01,  1, feature, 0,     1, none,    0, discharging},
        {"UPS.PowerSummary.PresentStatus.BelowRemainingCapacityLimit", 0x01, 1, feature, 0, 1, none, 0, low_battery},
        // Wrong by so many powers of ten.
        {"UPS.PowerConverter.Input.Voltage",               0x02, 16, feature, 0, 65535, volt,   -6, input_volts, "input.voltage", "1", {.scale = 1e-6}},
        {"UPS.PowerConverter.Output.Voltage",              0x03, 16, feature, 0, 65535, volt,   -7, output_volts, "output.voltage", "1", {.scale = 1e-7}},
        {"UPS.PowerConverter.Output.HighVoltageTransfer",  0x04, 16, feature, 0, 65535, volt,   -1, high_transfer, "input.transfer.high", "1", {.scale = 0.1}},
        {"UPS.PowerConverter.Output.LowVoltageTransfer",   0x05, 16, feature, 0, 65535, volt,    0, low_transfer, "input.transfer.low", "0"},
        {"UPS.BatterySystem.Battery.Voltage",              0x06, 16, feature, 0, 65535, volt,   -5, battery_volts, "battery.voltage", "1", {.scale = 1e-5}},
        {"UPS.BatterySystem.Battery.ConfigVoltage",        0x07, 16, feature, 0, 65535, volt,    0, fixed(24), "battery.voltage.nominal", "0"},
        {"UPS.BatterySystem.Battery.Test",                 0x08,  8, feature, 0,     7, none,    0, test},
        {"UPS.PowerSummary.RemainingCapacity",             0x09,  8, feature, 0,   100, none,    0, charge, "battery.charge", "0"},
        {"UPS.PowerSummary.RunTimeToEmpty",                0x0A, 16, feature, 0, 65535, second,  0, runtime, "battery.runtime", "0"},
        {"UPS.OutletSystem.Outlet.PercentLoad",            0x0B,  8, feature, 0,   255, none,    0, load, "ups.load", "0"},
        {"UPS.OutletSystem.Outlet.DelayBeforeShutdown",    0x0C, 16, feature, -1, 32767, second, 0, delay_shutdown},
        {"UPS.OutletSystem.Outlet.DelayBeforeStartup",     0x0D, 16, feature, -1, 32767, second, 0, delay_startup},
        {"UPS.PowerSummary.AudibleAlarmControl",           0x0E,  8, feature, 1,     3, none,    0, beeper},
        {"UPS.Flow.ConfigVoltage",                         0x0F, 16, feature, 0, 65535, volt,    0, fixed(230), "input.voltage.nominal", "0"},
    };
}

Fields openups_fields()
{
    return {
        {"UPS.PowerSummary.iDeviceChemistry",              0x02,  8, feature, 0,   255, none,    0, fixed(4), "battery.type", "string"},
        {"UPS.PowerSummary.PresentStatus.Good",            0x07,  1, both,    0,     1, none,    0, good},
        {"UPS.PowerSummary.PresentStatus.ACPresent",       0x07,  1, both,    0,     1, none,    0, ac},
        {"UPS.PowerSummary.PresentStatus.Charging",        0x07,  1, both,    0,     1, none,    0, charging},
        {"UPS.PowerSummary.PresentStatus.Discharging",     0x07,  1, both,    0,     1, none,    0, discharging},
        {"UPS.PowerSummary.PresentStatus.BelowRemainingCapacityLimit", 0x07, 1, both, 0, 1, none, 0, low_battery},
        {"UPS.PowerSummary.PresentStatus.NeedReplacement", 0x07,  1, both,    0,     1, none,    0, replace},
        {"UPS.PowerSummary.PresentStatus.BatteryPresent",  0x07,  1, both,    0,     1, none,    0, fixed(1)},
        {"UPS.PowerSummary.RemainingCapacity",             0x0C,  8, both,    0,   100, none,    0, charge, "battery.charge", "0"},
        {"UPS.PowerSummary.RunTimeToEmpty",                0x0D, 16, both,    0, 65535, second,  0, runtime, "battery.runtime", "0"},
        {"UPS.PowerSummary.Voltage",                       0x0B, 16, both,    0, 65535, volt,   -2, battery_volts, "battery.voltage", "2"},
        {"UPS.PowerSummary.RemainingCapacityLimit",        0x11,  8, feature, 0,   100, none,    0, low_charge, "battery.charge.low", "0"},
        {"UPS.PowerSummary.WarningCapacityLimit",          0x0F,  8, feature, 0,   100, none,    0, warning_charge, "battery.charge.warning", "0"},
    };
}

Fields powercom_fields()
{
    return {
        {"UPS.PresentStatus.ACPresent",                    0x0A,  1, both,    0,     1, none,    0, ac},
        {"UPS.PresentStatus.BatteryPresent",               0x0A,  1, both,    0,     1, none,    0, fixed(1)},
        {"UPS.PresentStatus.BelowRemainingCapacityLimit",  0x0A,  1, both,    0,     1, none,    0, low_battery},
        {"UPS.PresentStatus.Charging",                     0x0A,  1, both,    0,     1, none,    0, charging},
        {"UPS.PresentStatus.Discharging",                  0x0A,  1, both,    0,     1, none,    0, discharging},
        {"UPS.PresentStatus.NeedReplacement",              0x0A,  1, both,    0,     1, none,    0, replace},
        {"UPS.PresentStatus.Overload",                     0x0A,  1, both,    0,     1, none,    0, overload},
        {"UPS.PresentStatus.Boost",                        0x0A,  1, both,    0,     1, none,    0, boost},
        {"UPS.PresentStatus.Buck",                         0x0A,  1, both,    0,     1, none,    0, buck},
        {"UPS.PowerSummary.RemainingCapacity",             0x0E,  8, both,    0,   100, none,    0, charge, "battery.charge", "0"},
        {"UPS.PowerSummary.DelayBeforeShutdown",           0x0F, 16, feature, 0, 65535, none,    0, kPowercomShutdown},
        {"UPS.PowerSummary.DelayBeforeStartup",            0x10, 16, feature, 0, 65535, none,    0, kPowercomStartup},
        {"UPS.PowerSummary.RunTimeToEmpty",                0x11, 16, both,    0, 65535, second,  0, runtime, "battery.runtime", "0"},
        {"UPS.PowerSummary.AudibleAlarmControl",           0x12,  8, feature, 0,   255, none,    0, kPowercomBeeper, "ups.beeper.status", "1=enabled;2=disabled"},
        {"UPS.Battery.Test",                               0x15,  8, feature, 0,     7, none,    0, test, "ups.test.result", kTestTexts},
        {"UPS.Output.PercentLoad",                         0x1C,  8, feature, 0,   255, none,    0, load, "ups.load", "0"},
        {"UPS.Input.Voltage",                              0x18, 16, feature, 0, 65535, volt,    0, input_volts, "input.voltage", "1"},
        {"UPS.Input.Frequency",                            0x19, 16, feature, 0, 65535, hertz,  -1, input_hertz, "input.frequency", "1"},
        {"UPS.Output.Voltage",                             0x1B, 16, feature, 0, 65535, volt,    0, output_volts, "output.voltage", "1"},
        {"UPS.Output.ConfigVoltage",                       0x1D,  8, feature, 0,   255, volt,    0, fixed(230), "output.voltage.nominal", "0"},
    };
}
// clang-format on

UsbIdentity identity(std::uint16_t vendor_id, std::uint16_t product_id, const char* vendor,
                     const char* product)
{
    return {.vendor_id = vendor_id,
            .product_id = product_id,
            .release = 0x0100,
            .endpoints = {{0x81, 8}},
            .vendor = 1,
            .product = 2,
            .serial = 3,
            .strings = {{1, vendor}, {2, product}, {3, "S0001"}, {4, "LiFePO4"}}};
}

constexpr Rating kRating{.watts = 900, .lowest_volts = 172.0 / 230, .highest_volts = 288.0 / 230};

} // namespace

std::vector<HidProfile> odd_profiles()
{
    return {
        {.name = "belkin",
         .identity = identity(0x050D, 0x0912, "Belkin", "Belkin UPS"),
         .rating = kRating,
         .fields = belkin_fields(),
         .more_truth = {{"ups.delay.start", "30"},
                        {"ups.delay.shutdown", "20"},
                        {"ups.firmware", "5"},
                        {"ups.type", "line-interactive"}},
         .more_status = {{"LB", low_battery}, {"OVER", overload}, {"RB", replace}}},
        {.name = "legrand",
         .identity = identity(0x1CB0, 0x0038, "Legrand", "Keor SPE"),
         .rating = kRating,
         .fields = legrand_fields()},
        {.name = "openups",
         .identity = identity(0x04D8, 0xD004, "Mini-Box.Com", "OPEN-UPS"),
         .rating = kRating,
         .fields = openups_fields()},
        {.name = "powercom",
         .identity = identity(0x0D9F, 0x00A6, "POWERCOM Co.,LTD", "HID UPS Battery"),
         .rating = kRating,
         .fields = powercom_fields(),
         .more_truth = {{"ups.timer.shutdown", "0"},
                        {"ups.delay.shutdown", "20"},
                        {"ups.delay.start", "60"}}},
    };
}

} // namespace upright::upsim
