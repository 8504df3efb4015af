// HID UPSes without a bus: their report descriptors, reports, and what writing to them does.
#include "drivers/upsim/hid/hid_function.hpp"
#include "drivers/upsim/hid/quantities.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace upright::upsim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string hex(std::string_view bytes)
{
    std::string text;
    for (const char c : bytes)
        text += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return text;
}

// One make, its UPS, and the time.
struct Ups {
    explicit Ups(HidProfile make)
        : profile(std::move(make)), model(profile.rating, 1),
          function(profile, [this]() -> Model& { return model; })
    {
        model.set_steady(true);
    }

    std::string get(std::uint8_t id)
    {
        const auto report = function.control_in(
            {.type = 0xA1, .request = 1, .value = static_cast<std::uint16_t>(0x0300 | id), .length = 64});
        return report ? hex(*report) : "stall";
    }
    bool set(std::uint8_t id, std::string_view bytes)
    {
        return function.control_out(
            {.type = 0x21, .request = 9, .value = static_cast<std::uint16_t>(0x0300 | id)}, bytes);
    }
    std::vector<std::string> sent()
    {
        function.notice_changes();
        std::vector<std::string> all;
        while (const auto packet = function.packet())
            all.push_back(hex(*packet));
        return all;
    }

    HidProfile profile;
    Model model;
    HidFunction function;
};

Ups ups_of(std::string_view name) { return Ups(*find_hid_profile(name)); }

TEST(HidDescriptor, IsMadeFromTheRows)
{
    const std::vector<Field> fields{
        {"UPS.PowerSummary.Voltage", 9, 16, HidKind::feature, 0, 65535, HidUnit::volt, -2,
         quantity::battery_volts},
        {"UPS.PowerSummary.PresentStatus.ACPresent", 1, 1, HidKind::both, 0, 1, HidUnit::none, 0,
         quantity::ac},
        {"UPS.Flow.[4].ConfigVoltage",
         2,
         8,
         HidKind::feature,
         0,
         255,
         HidUnit::volt,
         0,
         quantity::fixed(230),
         {},
         {},
         {.forgot_sign = true, .constant = true}},
    };
    EXPECT_EQ(hex(report_descriptor(fields, false)), "05840904a101" // UPS
                                                     "0924a100"     // PowerSummary
                                                     "8509"
                                                     "7510"
                                                     "9501"
                                                     "1500"
                                                     "27ffff0000"
                                                     "6721d1f000"
                                                     "5505"
                                                     "0930b1a2" // Voltage
                                                     "0902a102" // PresentStatus
                                                     "8501"
                                                     "7501"
                                                     "2501"
                                                     "6500"
                                                     "5500"
                                                     "0585"
                                                     "09d081a2"
                                                     "95078101" // input, padding
                                                     "9501"
                                                     "09d0b1a2"
                                                     "9507b101" // feature, padding
                                                     "c0c0"
                                                     "0584"
                                                     "091ea184" // Flow.[4]
                                                     "8502"
                                                     "7508"
                                                     "9501"
                                                     "25ff"
                                                     "6721d1f000"
                                                     "5507"
                                                     "0940b1a3"
                                                     "c0c0");
}

TEST(HidDescriptor, PutsNeighboursIntoOneItem)
{
    const std::vector<Field> fields{
        {"UPS.PowerSummary.PresentStatus.Charging",
         0,
         4,
         HidKind::input,
         0,
         1,
         HidUnit::none,
         0,
         quantity::ac,
         {},
         {},
         {.range = true}},
        {"UPS.PowerSummary.PresentStatus.Discharging",
         0,
         4,
         HidKind::input,
         0,
         1,
         HidUnit::none,
         0,
         quantity::ac,
         {},
         {},
         {.range = true}},
    };
    EXPECT_EQ(hex(report_descriptor(fields, true)), "05840904a1010924a1000902a102"
                                                    "7504"
                                                    "9502"
                                                    "1500"
                                                    "2501"
                                                    "6500"
                                                    "5500"
                                                    "0585"
                                                    "1944"
                                                    "2945"
                                                    "81a2"
                                                    "c0c0c0");
}

TEST(HidProfiles, HaveDescriptorsThatDriversAccept)
{
    for (const auto& profile : hid_profiles()) {
        SCOPED_TRACE(profile.name);
        const auto bytes = report_descriptor(profile.fields, profile.in_arrays);
        EXPECT_LE(bytes.size(), 0x1800U);
        EXPECT_LE(profile.fields.size(), 250U);
        const auto layout = hid_layout(profile.fields);
        for (const auto& [id, report] : layout.features.by_id)
            EXPECT_LE(report.bits, 8 * 63) << int{id};
    }
}

TEST(HidReports, TellWhatTheModelIs)
{
    auto ups = ups_of("apc");
    EXPECT_EQ(ups.get(0x0F), "0fb2"); // 50 and a bit of garbage
    EXPECT_EQ(ups.get(0x31), "31e600");
    EXPECT_EQ(ups.get(0x16), "160c00"); // mains, a battery
    EXPECT_EQ(ups.get(0x15), "15ffff");
    EXPECT_EQ(ups.get(0x99), "stall");

    ups.model.set_mains(0);
    EXPECT_EQ(ups.get(0x31), "310000");
    EXPECT_EQ(ups.get(0x16), "160a00");
}

TEST(HidReports, ScaleAsTheMakesDo)
{
    auto cps = ups_of("cps");
    EXPECT_EQ(cps.get(0x09), "09f000"); // 24.0 V
    EXPECT_EQ(cps.get(0x11), "11f401"); // 500 for 50 Hz
    auto generic = ups_of("generic");
    generic.model.set_mains(230);
    EXPECT_EQ(generic.get(0x10), "103f02"); // 575 of 1000 steps of 400 V
    EXPECT_EQ(generic.get(0x12), "1217");   // tens of volts
}

TEST(HidReports, AreSentWhenTheyChangeAndOnlyThen)
{
    auto ups = ups_of("apc");
    EXPECT_THAT(ups.sent(), IsEmpty());
    ups.model.set_mains(0);
    EXPECT_THAT(ups.sent(), ElementsAre("06000108", "160a00"));
    EXPECT_THAT(ups.sent(), IsEmpty());
    ups.model.advance(1);
    ups.function.notice_changes();
    ups.model.set_mains(230);
    EXPECT_THAT(ups.sent(), testing::Contains("160d00")) << "what is sent is what is now";
}

TEST(HidReports, AreSentAgainBySomeMakesThoughNothingChanges)
{
    auto ups = ups_of("cps");
    ups.model.advance(1);
    EXPECT_THAT(ups.sent(), ElementsAre(testing::StartsWith("0864"), "0b11", "0c02"));
}

TEST(HidReports, HaveNoByteForAnIdIfThereIsNone)
{
    auto ups = ups_of("noid");
    EXPECT_THAT(ups.get(0), testing::StartsWith("01"
                                                "64"));
    ups.model.set_mains(0);
    EXPECT_THAT(ups.sent(), ElementsAre(testing::StartsWith("04"
                                                            "64")));
    EXPECT_TRUE(ups.set(0, std::string("\x04\x64", 2) + std::string(12, '\0')));
    EXPECT_THAT(ups.function.writes().text(), testing::StartsWith("00 04 64 "));
}

TEST(HidReports, ThatAreLongerThanAPacketAreCutAsTheBusDoes)
{
    auto profile = *find_hid_profile("apc");
    profile.identity.endpoints = {{0x81, 2}};
    Ups ups(profile);
    ups.model.set_mains(0);
    EXPECT_THAT(ups.sent(), ElementsAre("0600", "0108", "160a", "00"));
}

TEST(HidWrites, AreObeyedAndKeptInOrder)
{
    auto ups = ups_of("apc");
    EXPECT_TRUE(ups.set(0x14, std::string("\x14\x1e\x00", 3)));
    EXPECT_TRUE(ups.set(0x15, std::string("\x15\x14\x00", 3)));
    EXPECT_FALSE(ups.set(0x99, "\x99\x01"));
    EXPECT_FALSE(ups.set(0x15, std::string("\x14\x14\x00", 3)));

    EXPECT_EQ(ups.function.writes().text(), "14 1e 00\n15 14 00\n");
    EXPECT_EQ(ups.model.seconds_to_off(), 20);
    EXPECT_EQ(ups.get(0x15), "151400");
    ups.model.advance(21);
    EXPECT_EQ(ups.model.output(), Output::off_until_time);
    ups.model.advance(60);
    EXPECT_EQ(ups.model.output(), Output::on);
}

TEST(HidWrites, TestTheBatteryAndTellHowItWent)
{
    auto ups = ups_of("apc");
    EXPECT_EQ(ups.get(0x21), "2106");
    ups.set(0x21, "\x21\x01");
    EXPECT_EQ(ups.get(0x21), "2105");
    ups.model.advance(20);
    EXPECT_EQ(ups.get(0x21), "2101");
    ups.set(0x21, "\x21\x01"); // the value that it has, and an order nevertheless
    EXPECT_EQ(ups.get(0x21), "2105");
    ups.set(0x21, "\x21\x03");
    EXPECT_EQ(ups.get(0x21), "2104");
}

TEST(HidWrites, RoundDelaysToMinutesWhereTheMakeDoes)
{
    auto ups = ups_of("cps");
    ups.set(0x15, std::string("\x15\x59\x00", 3)); // 89 s
    EXPECT_EQ(ups.model.seconds_to_off(), 60);
    ups.set(0x15, "\x15\xff\xff");
    EXPECT_EQ(ups.model.seconds_to_off(), std::nullopt);
}

TEST(HidWrites, ChangeOneFieldOfAReport)
{
    auto ups = ups_of("cps");
    EXPECT_EQ(ups.get(0x07), "076405"
                             "0a14"
                             "0a64");
    ups.set(0x07, "\x07\x64\x05\x0a\x14\x1e\x64");
    EXPECT_EQ(ups.get(0x07), "076405"
                             "0a14"
                             "1e64");
    EXPECT_EQ(ups.function.truth().at("battery.charge.low"), "30");
}

TEST(HidDescriptors, OfTrippLiteLieAboutTheLength)
{
    auto ups = ups_of("tripplite");
    const auto hid = ups.function.control_in({.type = 0x81, .request = 6, .value = 0x2100, .length = 9});
    const auto report =
        ups.function.control_in({.type = 0x81, .request = 6, .value = 0x2200, .length = 0x1800});
    ASSERT_TRUE(hid && report);
    const auto told = static_cast<unsigned char>((*hid)[7]) | static_cast<unsigned char>((*hid)[8]) << 8;
    EXPECT_NE(told, static_cast<int>(report->size()));
    EXPECT_EQ(*report, ups.function.report_descriptor());
}

} // namespace
} // namespace upright::upsim
