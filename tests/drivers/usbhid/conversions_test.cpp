#include "tests/drivers/usbhid/fixture.hpp"

#include "drivers/usbhid/status_flags.hpp"

#include <cmath>
#include <limits>
#include <set>

namespace upright::usbhid {
namespace {

using test::FakeContext;

struct Case {
    const char* conversion;
    double value;
    const char* text;
};

void expect_all(FakeContext& device, const std::vector<Case>& cases)
{
    for (const auto& one : cases)
        EXPECT_EQ(device.read(one.conversion, one.value), one.text) << one.conversion << " of " << one.value;
}

// Whatever a device writes into its fields.
TEST(Conversions, SurviveAnyValueAndText)
{
    std::set<std::string_view> names;
    for (const auto name : conversion_names()) {
        SCOPED_TRACE(name);
        EXPECT_TRUE(names.insert(name).second);
        const auto* const conversion = find_conversion(name);
        for (const double value :
             {-1e30, -1.0, 0.0, 0.5, 1.0, 255.0, 256.0, 65535.0, 4294967295.0, 1e30,
              std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
            FakeContext device;
            const auto text = conversion->read(value, device);
            EXPECT_TRUE(!text || !text->empty());
        }
        for (const auto* const text : {"", "-1", "x", "99999999999", "2013-05-18", "on", "13:00:00"}) {
            FakeContext device;
            const auto value = conversion->write != nullptr ? conversion->write(text, device) : std::nullopt;
            EXPECT_TRUE(!value || std::isfinite(*value)) << text;
        }
    }
}

TEST(Conversions, OfAllDevices)
{
    FakeContext device;
    device.string_descriptors[4] = "PbAc";
    expect_all(device, {{"text", 4, "PbAc"},
                        {"text", 0, "-"},
                        {"text", 5, "-"},
                        {"text", 256, "-"},
                        {"celsius", 298.15, "25.0"},
                        {"celsius", 25, "25.0"},
                        {"celsius", 273, "-0.1"},
                        {"celsius", 373.1, "373.1"},
                        {"date", 0, "not set"},
                        {"date", 17074, "2013/05/18"},
                        {"date", 0x4000, "-"},
                        {"apc-date", 0x092501, "2001/09/25"},
                        {"apc-date", 0x122099, "1999/12/20"},
                        {"apc-date", 459524, "2004/07/03"}, // a Back-UPS CS 500, with the next
                        {"date", 12515, "2004/07/03"},
                        {"apc-date", 0, "not set"},
                        {"apc-date", 0xA5A5A5, "-"},
                        {"apc-date", 0x133201, "-"},
                        {"tenths", 1364, "136.4"},
                        {"hundredths", 5998, "60.0"},
                        {"times-10", 23, "230.0"},
                        {"times-100000", 0.000137, "13.7"},
                        {"times-1000000", 0.00023, "230.0"},
                        {"times-10000000", 0.000023, "230.0"},
                        {"minutes", 42, "2520"},
                        {"delta-ups-type", 2, "line-interactive"},
                        {"delta-ups-type", 9, "-"}});
}

TEST(Conversions, OfDatesGoBothWays)
{
    FakeContext device;
    device.fields["UPS.PowerSummary.Time"] = 1'577'795'894;

    EXPECT_EQ(device.write("date", "2013/05/18"), 17074);
    EXPECT_EQ(device.write("date", "2013-05-18"), 17074);
    for (const auto* const text : {"", "2013/13/01", "1979/01/01", "2013/05", "2013-05/18", "2108/01/01"})
        EXPECT_EQ(device.write("date", text), std::nullopt) << text;
    const auto date = device.read("unix-date", 1'577'795'894);
    const auto time = device.read("unix-time", 1'577'795'894);
    EXPECT_EQ(device.write("unix-date", date), 1'577'795'894);
    EXPECT_EQ(device.write("unix-time", time), 1'577'795'894);
    EXPECT_EQ(device.read("unix-date", device.write("unix-date", "2024/02/29").value_or(0)), "2024/02/29");
    EXPECT_EQ(device.read("unix-time", device.write("unix-time", "07:08:09").value_or(0)), "07:08:09");
    EXPECT_EQ(device.write("unix-time", "24:00:00"), std::nullopt);
    EXPECT_EQ(device.write("unix-time", "7:08:09"), std::nullopt);
    EXPECT_EQ(device.read("unix-date", -1), "-");
}

TEST(Conversions, OfCapacitiesFollowTheirMode)
{
    FakeContext device;
    EXPECT_EQ(device.read("percent-of-full", 87), "87");
    EXPECT_EQ(device.read("percent-of-full", 104), "100");

    device.fields["UPS.PowerSummary.FullChargeCapacity"] = 9000;
    EXPECT_EQ(device.read("percent-of-full", 87), "87");
    device.fields["UPS.PowerSummary.CapacityMode"] = 0;
    EXPECT_EQ(device.read("percent-of-full", 4500), "50");
}

TEST(Conversions, OfCyberPower)
{
    FakeContext device;
    expect_all(device, {{"cps-battcharge", 101, "100"},
                        {"cps-battcharge", 99, "99"},
                        {"cps-battstatus", 100, "100%"},
                        {"cps-battvolt", 36, "36.0"},
                        {"cps-input-freq", 499, "49.9"},
                        {"cps-input-freq", 49.9, "49.9"},
                        {"cps-output-freq", 630, "63.0"},
                        {"cps-output-freq", 631, "631.0"}});
}

TEST(Conversions, OfCyberPowersBatteryAreDecidedOnce)
{
    FakeContext device;
    device.told_quirk = "cps-battery-scale";
    EXPECT_EQ(device.read("cps-battvolt", 41), "41.0"); // no nominal voltage yet
    device.fields["UPS.PowerSummary.ConfigVoltage"] = 24;

    EXPECT_EQ(device.read("cps-battvolt", 40.5), "27.0");
    EXPECT_EQ(device.read("cps-battvolt", 30), "20.0");

    FakeContext right;
    right.told_quirk = "cps-battery-scale";
    right.fields["UPS.PowerSummary.ConfigVoltage"] = 24;
    EXPECT_EQ(right.read("cps-battvolt", 27), "27.0");
    EXPECT_EQ(right.read("cps-battvolt", 36), "36.0");
}

TEST(Conversions, OfTrippLiteFollowTheModel)
{
    FakeContext device;
    device.string_descriptors[3] = "PbAC";
    device.description.product_id = 0x3015;
    expect_all(device, {{"tripplite-battvolt", 13.7, "13.7"},
                        {"tripplite-iovolt", 119.2, "119.2"},
                        {"tripplite-iofreq", 60.2, "60.2"},
                        {"tripplite-ioamp", 2, "2.00"},
                        {"tripplite-chemistry", 3, "PbAC"}});
    device.told_quirk = "battery-scale-0dot1";
    device.description.product_id = 0x1003;
    expect_all(device, {{"tripplite-battvolt", 137, "13.7"},
                        {"tripplite-iovolt", 119.2, "119.2"},
                        {"tripplite-chemistry", 3, "-"}});
    device.told_quirk = "smart1500lcdt-scale";
    expect_all(device, {{"tripplite-battvolt", 0.000137, "13.7"},
                        {"tripplite-iovolt", 0.001192, "119.2"},
                        {"tripplite-iofreq", 6020, "60.2"},
                        {"tripplite-ioamp", 90, "0.90"}});
}

TEST(Conversions, OfBelkinAndLiebert)
{
    FakeContext device;
    expect_all(device, {{"belkin-online", 0, "online"},
                        {"belkin-online", 1, "offline"},
                        {"belkin-overload", 0x10, "overload"},
                        {"belkin-overheat", 0x40, "overheat"},
                        {"belkin-commfault", 0x80, "commfault"},
                        {"belkin-awaitingpower", 0x2001, "awaitingpower"},
                        {"belkin-awaitingpower", 1, "!awaitingpower"},
                        {"belkin-lowbatt", 4, "lowbatt"},
                        {"belkin-depleted", 0x40, "depleted"},
                        {"belkin-replacebatt", 0x80, "replacebatt"},
                        {"belkin-replacebatt", 4, "!replacebatt"},
                        {"belkin-sensitivity", 1, "reduced"},
                        {"belkin-firmware", 0x21, "2"},
                        {"belkin-upstype", 0x21, "offline"},
                        {"liebert-config-voltage", 1.2e-7, "12"},
                        {"liebert-config-voltage", 24, "24"},
                        {"liebert-line-voltage", 1.2e-5, "120.0"},
                        {"liebert-line-voltage", 2.71e-6, "27.1"},
                        {"liebert-line-voltage", 2.3e-3, "230.0"},
                        {"liebert-line-voltage", 118.5, "118.5"},
                        {"liebert-online", 1e-7, "online"},
                        {"liebert-online", 0, "offline"},
                        {"liebert-discharging", 1, "dischrg"},
                        {"liebert-charging", 0, "!chrg"},
                        {"liebert-lowbatt", 1, "lowbatt"},
                        {"liebert-replacebatt", 0, "!replacebatt"},
                        {"liebert-shutdownimm", 1, "shutdownimm"}});
    for (const auto* const word : {"normal", "reduced", "low"})
        EXPECT_EQ(device.read("belkin-sensitivity", device.write("belkin-sensitivity", word).value_or(9)),
                  word);
    EXPECT_EQ(device.write("belkin-sensitivity", "high"), std::nullopt);
}

TEST(Conversions, OfOpenUps)
{
    FakeContext device;
    device.description.product_id = 0xD004;
    expect_all(device, {{"openups-scale-vin", 6.76, "23.96"},
                        {"openups-scale-vout", 4.67, "12.01"},
                        {"openups-scale-ccharge", 5.106, "4.225"},
                        {"openups-scale-cdischarge", 0.67, "1.080"},
                        {"openups-temperature", 5.12, "25.00"},
                        {"openups-temperature", 0, "-"},
                        {"openups-temperature", 10.24, "-"},
                        {"openups-off", 0, "off"},
                        {"openups-off", 1, "!off"},
                        {"openups-charging", 2, "chrg"},
                        {"openups-discharging", 0, "!dischrg"},
                        {"openups-online", 1, "online"}});
    device.description.product_id = 0xD005;
    expect_all(device, {{"openups-scale-vin", 171.1, "17.11"}, {"openups-scale-vout", 119.9, "11.99"}});
}

TEST(Conversions, OfEver)
{
    FakeContext device;
    expect_all(device, {{"ever-format-version", 0x0207, "2.7"},
                        {"ever-ip-address", 0x0A01A8C0, "192.168.1.10"},
                        {"ever-on-off", 0, "off"},
                        {"ever-on-off", 1, "!off"}});
}

TEST(Conversions, OfPowercomsDelays)
{
    FakeContext device;
    expect_all(device, {{"powercom-startup", 0x0100, "60"},
                        {"powercom-startup", 0x0201, "15480"},
                        {"powercom-shutdown", 0x0154, "80"},
                        {"powercom-shutdown", 0x0094, "20"}});
    EXPECT_EQ(device.write("powercom-startup", "60"), 0x0100);
    EXPECT_EQ(device.write("powercom-startup", "61"), 0x0200);
    EXPECT_EQ(device.write("powercom-startup", ""), std::nullopt);
    EXPECT_EQ(device.write("powercom-shutdown", "80"), 0x0154);
    EXPECT_EQ(device.write("powercom-stayoff", "20"), 0x0094);
    EXPECT_EQ(device.write("powercom-shutdown", "-1"), std::nullopt);
    EXPECT_EQ(device.write("powercom-shutdown", "5941"), std::nullopt);

    device.variables = {{"ups.delay.start", "120"}, {"ups.delay.shutdown", "20"}};
    EXPECT_EQ(device.write("powercom-startup", ""), 0x0200);
    EXPECT_EQ(device.write("powercom-stayoff", ""), 0x0094);

    device.told_options.set("powercom_sdcmd_byte_order_fallback", std::nullopt);
    EXPECT_EQ(device.write("powercom-shutdown", "80"), 0x5401);
    EXPECT_EQ(device.read("powercom-shutdown", 0x5401), "80");
    device.told_options.erase("powercom_sdcmd_byte_order_fallback");
    device.told_options.set("powercom_sdcmd_discrete_delay", std::nullopt);
    EXPECT_EQ(device.write("powercom-shutdown", "12"), 1);
    EXPECT_EQ(device.write("powercom-shutdown", "13"), 2);
    EXPECT_EQ(device.write("powercom-shutdown", "54"), 8);
    EXPECT_EQ(device.write("powercom-stayoff", "5000"), 0x80 | 18);
}

TEST(Conversions, OfPowercomsOtherFields)
{
    FakeContext device;
    expect_all(device, {{"powercom-voltage", 57, "228"},
                        {"powercom-voltage", 230, "230"},
                        {"powercom-battery-voltage", 1, "-"},
                        {"powercom-upsfail", 1, "commfault"},
                        {"powercom-replacebatt", 2, "replacebatt"},
                        {"powercom-test", 4, "calib"},
                        {"powercom-shutdownimm", 0x10, "shutdownimm"},
                        {"powercom-online", 1, "offline"},
                        {"powercom-lowbatt", 2, "lowbatt"},
                        {"powercom-trim", 0x08, "trim"},
                        {"powercom-trim", 0x18, "!trim"},
                        {"powercom-boost", 0x18, "boost"},
                        {"powercom-boost", 0x08, "!boost"},
                        {"powercom-overload", 0x20, "overload"}});
    device.reports[0xA4] = std::string("\xA4") + "27.31" + std::string(3, '\0');
    EXPECT_EQ(device.read("powercom-battery-voltage", 1), "27.31");
    device.reports[0xA4] = "\xA4volts";
    EXPECT_EQ(device.read("powercom-battery-voltage", 1), "-");
}

// A row of the status must not say what nobody understands.
TEST(Conversions, OfStatusRowsSayKnownFlags)
{
    for (const auto& map : test::our_maps())
        for (const auto& row : map.status)
            for (unsigned value = 0; row.meaning.conversion != nullptr && value < 256; ++value) {
                FakeContext device;
                std::string said = row.meaning.conversion->read(value, device).value_or("");
                for (std::size_t at = 0; at < said.size();) {
                    const auto word = said.substr(at, said.find(' ', at) - at);
                    EXPECT_TRUE(StatusFlags::knows(word)) << row.meaning.conversion->name << ": " << word;
                    at += word.size() + 1;
                }
            }
}

} // namespace
} // namespace upright::usbhid
