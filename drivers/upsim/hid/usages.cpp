#include "drivers/upsim/hid/usages.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <string>

namespace upright::upsim {
namespace {

struct Name {
    std::uint32_t usage;
    std::string_view name;
};

// clang-format off
constexpr std::array kNames{
    Name{0x00840002, "PresentStatus"},
    Name{0x00840004, "UPS"},
    Name{0x00840010, "BatterySystem"},
    Name{0x00840012, "Battery"},
    Name{0x00840014, "Charger"},
    Name{0x00840016, "PowerConverter"},
    Name{0x00840018, "OutletSystem"},
    Name{0x0084001A, "Input"},
    Name{0x0084001C, "Output"},
    Name{0x0084001E, "Flow"},
    Name{0x00840020, "Outlet"},
    Name{0x00840021, "OutletID"},
    Name{0x00840024, "PowerSummary"},
    Name{0x00840030, "Voltage"},
    Name{0x00840031, "Current"},
    Name{0x00840032, "Frequency"},
    Name{0x00840033, "ApparentPower"},
    Name{0x00840034, "ActivePower"},
    Name{0x00840035, "PercentLoad"},
    Name{0x00840036, "Temperature"},
    Name{0x00840040, "ConfigVoltage"},
    Name{0x00840042, "ConfigFrequency"},
    Name{0x00840043, "ConfigApparentPower"},
    Name{0x00840044, "ConfigActivePower"},
    Name{0x00840053, "LowVoltageTransfer"},
    Name{0x00840054, "HighVoltageTransfer"},
    Name{0x00840055, "DelayBeforeReboot"},
    Name{0x00840056, "DelayBeforeStartup"},
    Name{0x00840057, "DelayBeforeShutdown"},
    Name{0x00840058, "Test"},
    Name{0x0084005A, "AudibleAlarmControl"},
    Name{0x00840060, "Present"},
    Name{0x00840061, "Good"},
    Name{0x00840062, "InternalFailure"},
    Name{0x00840063, "VoltageOutOfRange"},
    Name{0x00840064, "FrequencyOutOfRange"},
    Name{0x00840065, "Overload"},
    Name{0x00840067, "OverTemperature"},
    Name{0x00840069, "ShutdownImminent"},
    Name{0x0084006B, "SwitchOn/Off"},
    Name{0x0084006C, "Switchable"},
    Name{0x0084006D, "Used"},
    Name{0x0084006E, "Boost"},
    Name{0x0084006F, "Buck"},
    Name{0x00840072, "AwaitingPower"},
    Name{0x00840073, "CommunicationLost"},
    Name{0x008400FE, "iProduct"},
    Name{0x008400FF, "iSerialNumber"},
    Name{0x00850029, "RemainingCapacityLimit"},
    Name{0x0085002A, "RemainingTimeLimit"},
    Name{0x0085002C, "CapacityMode"},
    Name{0x00850042, "BelowRemainingCapacityLimit"},
    Name{0x00850043, "RemainingTimeLimitExpired"},
    Name{0x00850044, "Charging"},
    Name{0x00850045, "Discharging"},
    Name{0x00850046, "FullyCharged"},
    Name{0x00850047, "FullyDischarged"},
    Name{0x0085004B, "NeedReplacement"},
    Name{0x00850066, "RemainingCapacity"},
    Name{0x00850067, "FullChargeCapacity"},
    Name{0x00850068, "RunTimeToEmpty"},
    Name{0x00850083, "DesignCapacity"},
    Name{0x00850085, "ManufacturerDate"},
    Name{0x00850089, "iDeviceChemistry"},
    Name{0x0085008B, "Rechargeable"},
    Name{0x0085008C, "WarningCapacityLimit"},
    Name{0x0085008D, "CapacityGranularity1"},
    Name{0x0085008E, "CapacityGranularity2"},
    Name{0x0085008F, "iOEMInformation"},
    Name{0x008500D0, "ACPresent"},
    Name{0x008500D1, "BatteryPresent"},
    Name{0x008500DB, "VoltageNotRegulated"},
    Name{0x00860010, "BELKINBatterySystem"},
    Name{0x0086001A, "BELKINInput"},
    Name{0x0086001C, "BELKINOutput"},
    Name{0x00860021, "BELKINPowerStatus"},
    Name{0x00860022, "BELKINBatteryStatus"},
    Name{0x00860026, "BELKINConfig"},
    Name{0x00860027, "BELKINControls"},
    Name{0x00860028, "BELKINStatus"},
    Name{0x00860029, "BELKINDevice"},
    Name{0x0086002A, "BELKINPowerState"},
    Name{0x00860030, "BELKINVoltage"},
    Name{0x00860032, "BELKINFrequency"},
    Name{0x00860035, "BELKINPercentLoad"},
    Name{0x00860039, "BELKINCharge"},
    Name{0x00860040, "BELKINConfigVoltage"},
    Name{0x00860042, "BELKINConfigFrequency"},
    Name{0x00860043, "BELKINConfigApparentPower"},
    Name{0x00860044, "BELKINConfigBatteryVoltage"},
    Name{0x00860053, "BELKINLowVoltageTransfer"},
    Name{0x00860054, "BELKINHighVoltageTransfer"},
    Name{0x00860056, "BELKINDelayBeforeStartup"},
    Name{0x00860057, "BELKINDelayBeforeShutdown"},
    Name{0x00860058, "BELKINTest"},
    Name{0x0086005A, "BELKINAudibleAlarmControl"},
    Name{0x0086007C, "BELKINUPSType"},
    Name{0xFF010043, "CPSInputSensitivity"},
    Name{0xFF0100D0, "CPSFirmwareVersion"},
    Name{0xFF860005, "APCGeneralCollection"},
    Name{0xFF860016, "APCBattReplaceDate"},
    Name{0xFF860052, "APCLineFailCause"},
    Name{0xFF860060, "APCStatusFlag"},
    Name{0xFF860061, "APCSensitivity"},
    Name{0xFF860072, "APCPanelTest"},
    Name{0xFF86007C, "APCDelayBeforeReboot"},
    Name{0xFFFF0005, "USB"},
    Name{0xFFFF0010, "DeltaCustom"},
    Name{0xFFFF0010, "TLCustom"},
    Name{0xFFFF0041, "ConverterType"},
    Name{0xFFFF0043, "AutomaticRestart"},
    Name{0xFFFF0044, "ForcedReboot"},
    Name{0xFFFF0045, "TestPeriod"},
    Name{0xFFFF0047, "StartOnBattery"},
    Name{0xFFFF0049, "DeepDischargeProtection"},
    Name{0xFFFF004C, "SensitivityMode"},
    Name{0xFFFF004D, "RemainingCapacityLimitSetting"},
    Name{0xFFFF0050, "LowVoltageBoostTransfer"},
    Name{0xFFFF0053, "HighVoltageBuckTransfer"},
    Name{0xFFFF005D, "ShutdownTimer"},
    Name{0xFFFF005E, "StartupTimer"},
    Name{0xFFFF005F, "RestartLevel"},
    Name{0xFFFF0074, "VoltageTooHigh"},
    Name{0xFFFF0075, "VoltageTooLow"},
    Name{0xFFFF007C, "UPSFirmwareVersion"},
    Name{0xFFFF007D, "CommunicationProtocolVersion"},
    Name{0xFFFF007E, "OverThreshold"},
    Name{0xFFFF0087, "ABMEnable"},
    Name{0xFFFF0092, "TLWatchdog"},
    Name{0xFFFF009B, "DeltaConfigSensitivity"},
    Name{0xFFFF00E5, "System"},
    Name{0xFFFF00F0, "iModel"},
    Name{0xFFFF00F1, "iVersion"},
};
// clang-format on

constexpr std::uint8_t kNumbered = 0x80; // collection types from here on are the vendor's
constexpr std::uint8_t kLogical = 0x02;

std::uint32_t usage_of(std::string_view name)
{
    const auto* const found =
        std::find_if(kNames.begin(), kNames.end(), [&](const Name& row) { return row.name == name; });
    if (found != kNames.end())
        return found->usage;
    std::uint32_t code = 0;
    const auto end = std::from_chars(name.data(), name.data() + name.size(), code, 16);
    if (name.size() != 8 || end.ptr != name.data() + name.size())
        throw std::invalid_argument("no usage is called " + std::string(name));
    return code;
}

} // namespace

std::vector<HidNode> hid_path(std::string_view path)
{
    std::vector<HidNode> nodes;
    for (std::size_t at = 0; at < path.size();) {
        const auto end = std::min(path.find('.', at), path.size());
        const auto word = path.substr(at, end - at);
        at = end + 1;
        if (!word.starts_with('[')) {
            nodes.push_back(
                {.usage = usage_of(word), .type = word == "PresentStatus" ? kLogical : std::uint8_t{0}});
            continue;
        }
        int number = 0;
        std::from_chars(word.data() + 1, word.data() + word.size(), number);
        nodes.back().type = static_cast<std::uint8_t>(kNumbered | number);
    }
    return nodes;
}

} // namespace upright::upsim
