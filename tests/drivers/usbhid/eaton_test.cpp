// Eaton's conversions and guards, which look at other fields of the device.
#include "tests/drivers/usbhid/fixture.hpp"

namespace upright::usbhid {
namespace {

using test::FakeContext;

constexpr auto kEnable = "UPS.BatterySystem.Charger.ABMEnable";
constexpr auto kMode = "UPS.BatterySystem.Charger.Mode";

struct Eaton : FakeContext {
    explicit Eaton(const std::string& product, const std::string& kind = "")
    {
        description.product = product;
        if (!kind.empty()) {
            fields["UPS.PowerSummary.iModel"] = 7;
            string_descriptors[7] = kind;
        }
    }

    bool holds(std::string_view guard) { return find_guard(guard)->holds(*this); }
};

TEST(EatonConversions, NeedNoOtherField)
{
    Eaton device("Ellipse PRO", "650");

    EXPECT_EQ(device.read("eaton-battery-capacity", 32400), "9.00");
    EXPECT_EQ(device.read("eaton-powerfactor", 85), "0.85");
    EXPECT_EQ(device.read("eaton-country", 1), "US");
    EXPECT_EQ(device.read("eaton-country", 9), "-");
}

TEST(EatonConversions, BelieveTheBatterysVoltageOfSomeFamilies)
{
    for (const auto* const product : {"Evolution", "Pulsar M", "Eaton 5P", "Eaton 9E", "5P", "9E2000i"}) {
        Eaton device(product, "1550");
        EXPECT_EQ(device.read("eaton-battery-voltage", 40.25), "40.2") << product;
        EXPECT_EQ(device.read("eaton-battery-voltage-nominal", 36), "36") << product;
    }
    Eaton device("Ellipse PRO", "650");
    EXPECT_EQ(device.read("eaton-battery-voltage", 40.25), "-");
    EXPECT_EQ(device.read("eaton-battery-voltage-nominal", 36), "-");
}

TEST(EatonConversions, WorkOutTheRealPower)
{
    Eaton device("5PX");
    EXPECT_EQ(device.read("eaton-realpower", 1500), "-");
    device.fields["UPS.PowerSummary.PercentLoad"] = 50;
    EXPECT_EQ(device.read("eaton-realpower", 1500), "600");
    device.fields["UPS.PowerConverter.Output.PowerFactor"] = 90;
    EXPECT_EQ(device.read("eaton-realpower", 1500), "675");
    device.fields["UPS.PowerConverter.Output.PowerFactor"] = 0;
    EXPECT_EQ(device.read("eaton-realpower", 1500), "600");
}

TEST(EatonConversions, AskTheChargerIfItManagesTheBattery)
{
    Eaton device("Eaton 9PX");
    device.fields[kEnable] = 1;

    EXPECT_EQ(device.read("eaton-abm-enabled", 1), "enabled");
    const std::vector<std::tuple<int, const char*, const char*>> modes{{1, "charging", "chrg !dischrg"},
                                                                       {2, "discharging", "dischrg !chrg"},
                                                                       {3, "floating", "!dischrg !chrg"},
                                                                       {4, "resting", "!dischrg !chrg"},
                                                                       {5, "-", "-"},
                                                                       {6, "off", "!dischrg !chrg"},
                                                                       {7, "-", "-"}};
    for (const auto& [mode, word, flags] : modes) {
        EXPECT_EQ(device.read("eaton-abm-mode", mode), word) << mode;
        EXPECT_EQ(device.read("eaton-abm-mode-flags", mode), flags) << mode;
    }
    EXPECT_EQ(device.read("eaton-abm-status", 2), "floating");
    EXPECT_EQ(device.read("eaton-abm-status-flags", 4), "dischrg !chrg");
    EXPECT_EQ(device.read("eaton-abm-chrg", 1), "-");
    EXPECT_EQ(device.read("eaton-abm-dischrg", 0), "-");

    device.fields[kMode] = 1; // counts more
    EXPECT_EQ(device.read("eaton-abm-status-flags", 4), "-");
}

TEST(EatonConversions, AskTheBitsOtherwise)
{
    Eaton device("Ellipse PRO");
    for (const bool told : {false, true}) {
        if (told)
            device.fields[kEnable] = 0;
        EXPECT_EQ(device.read("eaton-abm-chrg", 1), "chrg");
        EXPECT_EQ(device.read("eaton-abm-dischrg", 0), "!dischrg");
        EXPECT_EQ(device.read("eaton-abm-mode-flags", 1), "-");
        EXPECT_EQ(device.read("eaton-abm-status-flags", 1), "-");
        EXPECT_EQ(device.read("eaton-abm-mode", 4), told ? "-" : "resting");
    }
}

TEST(EatonConversions, TellBypassFromBattery)
{
    Eaton device("Eaton 9SX");
    EXPECT_EQ(device.read("eaton-converter-online", 1), "online");
    EXPECT_EQ(device.read("eaton-converter-online", 0), "!online");
    device.fields["UPS.PowerConverter.Input.[5].PresentStatus.Used"] = 1;
    EXPECT_EQ(device.read("eaton-converter-online", 0), "-");
}

TEST(EatonConversions, LetNobodyOnABypassThatIsOutOfRange)
{
    Eaton device("Eaton 9SX");
    EXPECT_EQ(device.write("eaton-bypass-on", "on"), std::nullopt);
    device.fields = {{"UPS.PowerConverter.Input.[2].Voltage", 231},
                     {"UPS.PowerConverter.Input.[2].Frequency", 50},
                     {"UPS.Flow.[4].ConfigVoltage", 230},
                     {"UPS.Flow.[4].ConfigFrequency", 50}};

    EXPECT_EQ(device.write("eaton-bypass-on", "on"), 1);
    EXPECT_EQ(device.write("eaton-eco-command", "1"), 1);
    EXPECT_EQ(device.read("eaton-bypass-on", 1), "on");
    device.fields["UPS.PowerConverter.Input.[2].Voltage"] = 250;
    EXPECT_EQ(device.write("eaton-bypass-on", "on"), 1);
    EXPECT_EQ(device.write("eaton-eco-command", "1"), std::nullopt);
    device.fields["UPS.PowerConverter.Output.HighVoltageBypassTransfer"] = 245;
    EXPECT_EQ(device.write("eaton-bypass-on", "on"), std::nullopt);
    EXPECT_EQ(device.read("eaton-bypass-on", 1), "-");
    EXPECT_EQ(device.write("eaton-bypass-on", "disabled"), 0);
    EXPECT_EQ(device.read("eaton-bypass-on", 0), "disabled");
    EXPECT_EQ(device.write("eaton-eco-command", "0"), 0);
    EXPECT_EQ(device.write("eaton-eco-command", "2"), std::nullopt);
    EXPECT_EQ(device.write("eaton-bypass-on", "yes"), std::nullopt);
}

TEST(EatonGuards, KnowRegionsAndFamilies)
{
    Eaton device("Ellipse ECO", "800");
    EXPECT_TRUE(device.holds("eaton-pegasus"));
    EXPECT_FALSE(device.holds("eaton-output-220"));
    for (const auto& [volts, guard] : std::vector<std::pair<int, const char*>>{
             {127, "eaton-output-100"}, {208, "eaton-output-200"}, {220, "eaton-output-220"}}) {
        device.fields["UPS.Flow.[4].ConfigVoltage"] = volts;
        for (const auto* const one : {"eaton-output-100", "eaton-output-200", "eaton-output-220"})
            EXPECT_EQ(device.holds(one), std::string_view(one) == guard) << volts;
    }
    EXPECT_FALSE(Eaton("Ellipse PRO", "650").holds("eaton-pegasus"));
    EXPECT_EQ(guard_names().size(), 4U);
    EXPECT_EQ(find_guard("eaton"), nullptr);
}

} // namespace
} // namespace upright::usbhid
