#include "drivers/usbhid/usbhid_driver.hpp"

#include "tests/drivers/usbhid/fake_ups.hpp"

#include <gmock/gmock.h>

using namespace upright;
using namespace std::chrono_literals;
using test::DescriptorWriter;
using test::FakeSource;
using test::FakeUps;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using usbhid::Meaning;
using usbhid::Poll;

namespace {

constexpr hid::Usage kUps = 0x00840004;
constexpr hid::Usage kSummary = 0x00840024;
constexpr hid::Usage kCharge = 0x00850066;
constexpr hid::Usage kRuntime = 0x00850068;
constexpr hid::Usage kLowCharge = 0x00850029;
constexpr hid::Usage kChemistry = 0x00850089;
constexpr hid::Usage kOffIn = 0x00840057;
constexpr hid::Usage kOnIn = 0x00840056;
constexpr hid::Usage kMains = 0x008500D0;
constexpr hid::Usage kDischarging = 0x00850045;
constexpr hid::Usage kLow = 0x00850042;
constexpr hid::Usage kNeedsBattery = 0x0085004B;

hid::UsagePath in_summary(hid::Usage usage) { return {kUps, kSummary, usage}; }

// Reports: 1 charge; 2 runtime and the low mark; 3 flags, as input, too; 4 and 5 delays; 6 a text.
std::string descriptor()
{
    return DescriptorWriter()
        .page(0x84)
        .usage(0x04)
        .begin(1)
        .usage(0x24)
        .begin(0)
        .report(1)
        .usage(kCharge)
        .limits(0, 100)
        .shape(8, 1)
        .feature()
        .report(2)
        .usage(kRuntime)
        .limits(0, 0x7FFF)
        .shape(16, 1)
        .feature()
        .usage(kLowCharge)
        .limits(0, 100)
        .shape(8, 1)
        .feature()
        .report(3)
        .limits(0, 1)
        .shape(1, 4)
        .usage(kMains)
        .usage(kDischarging)
        .usage(kLow)
        .usage(kNeedsBattery)
        .feature()
        .usage(kMains)
        .usage(kDischarging)
        .usage(kLow)
        .usage(kNeedsBattery)
        .input()
        .report(4)
        .limits(-1, 0x7FFF)
        .shape(16, 1)
        .usage(kOffIn)
        .feature()
        .report(5)
        .usage(kOnIn)
        .feature()
        .report(6)
        .limits(0, 255)
        .shape(8, 1)
        .usage(kChemistry)
        .feature(0x03)
        .end()
        .end()
        .bytes();
}

FakeUps healthy()
{
    FakeUps ups;
    ups.descriptor = descriptor();
    ups.features = {{1, "\x01\x64"},     {2, std::string("\x02\x58\x02\x0A", 4)},
                    {3, "\x03\x01"},     {4, "\x04\xFF\xFF"},
                    {5, "\x05\xFF\xFF"}, {6, "\x06\x07"}};
    ups.texts = {{7, "PbAc"}};
    return ups;
}

usbhid::ValueRow value(std::string variable, hid::Usage usage, Poll poll = Poll::full)
{
    usbhid::ValueRow row;
    row.variable = std::move(variable);
    row.path = in_summary(usage);
    row.poll = poll;
    return row;
}

usbhid::StatusRow flag(hid::Usage usage, std::string set, std::string clear, Poll poll = Poll::quick)
{
    return {in_summary(usage), Meaning{0, {{1, std::move(set)}, {0, std::move(clear)}}, nullptr}, poll};
}

usbhid::HidMap generic()
{
    usbhid::HidMap map;
    map.name = "generic";
    map.version = "Generic HID 1";
    map.values = {value("battery.charge", kCharge), value("battery.runtime", kRuntime)};
    auto low = value("battery.charge.low", kLowCharge, Poll::after_change);
    low.writable = true;
    low.max_length = 3;
    map.values.push_back(low);
    auto chemistry = value("battery.type", kChemistry, Poll::once);
    chemistry.meaning.conversion = usbhid::find_conversion("text");
    map.values.push_back(chemistry);
    map.status = {flag(kMains, "online", "offline"), flag(kDischarging, "dischrg", "!dischrg"),
                  flag(kLow, "lowbatt", "!lowbatt"),
                  flag(kNeedsBattery, "replacebatt", "!replacebatt", Poll::full)};
    const auto command = [](std::string name, hid::Usage usage, int number) {
        usbhid::CommandRow row;
        row.name = std::move(name);
        row.path = in_summary(usage);
        row.value = number;
        return row;
    };
    map.commands = {command("load.off.delay", kOffIn, 20), command("load.on.delay", kOnIn, 30),
                    command("shutdown.stop", kOffIn, -1)};
    map.settings = {{"ups.delay.start", in_summary(kOnIn), "30", 5},
                    {"ups.delay.shutdown", in_summary(kOffIn), "20", 5}};
    return map;
}

usbhid::HidMaps maps(usbhid::HidMap map)
{
    std::vector<usbhid::HidMap> all;
    all.push_back(std::move(map));
    return usbhid::HidMaps(std::move(all));
}

struct Driven {
    explicit Driven(FakeUps& ups, DriverOptions options = {}, usbhid::HidMap map = generic())
        : driver(options, std::make_unique<FakeSource>(ups), maps(std::move(map)), [this] { return now; })
    {
    }
    Snapshot first()
    {
        driver.open();
        return driver.poll(Depth::full);
    }

    std::chrono::steady_clock::time_point now{1h};
    usbhid::UsbHidDriver driver;
};

std::string text(const Snapshot& snapshot, const std::string& name)
{
    const auto it = snapshot.variables.find(name);
    return it == snapshot.variables.end() ? "(none)" : it->second.value;
}

TEST(UsbHidDriver, PublishesWhatItsMapTells)
{
    auto ups = healthy();
    Driven driven(ups);
    const auto read = driven.first();
    EXPECT_EQ("100", text(read, "battery.charge"));
    EXPECT_EQ("600", text(read, "battery.runtime"));
    EXPECT_EQ("PbAc", text(read, "battery.type"));
    EXPECT_EQ("10", text(read, "battery.charge.low"));
    EXPECT_TRUE(read.variables.at("battery.charge.low").flags.rw);
    EXPECT_EQ("Maker", text(read, "ups.mfr"));
    EXPECT_EQ("Thing", text(read, "ups.model"));
    EXPECT_EQ("S1", text(read, "ups.serial"));
    EXPECT_EQ("1209", text(read, "ups.vendorid"));
    EXPECT_EQ("Generic HID 1", text(read, "driver.version.data"));
    EXPECT_EQ("OL", read.status.joined());
    EXPECT_TRUE(read.commands.contains("shutdown.return"));
}

TEST(UsbHidDriver, AsksInEachPollOnlyForWhatItsClassWants)
{
    auto ups = healthy();
    Driven driven(ups);
    driven.first();
    ups.asked.clear();
    driven.driver.poll(Depth::quick);
    EXPECT_THAT(ups.asked, ElementsAre(3));
    ups.asked.clear();
    driven.driver.poll(Depth::full);
    EXPECT_THAT(ups.asked, ElementsAre(1, 2, 3));
}

TEST(UsbHidDriver, TellsAtOnceWhatTheUpsSaysByItself)
{
    auto ups = healthy();
    Driven driven(ups);
    int told = 0;
    driven.driver.on_event([&] { ++told; });
    driven.first();
    ups.heard("\x03\x02"); // no mains, discharging
    EXPECT_EQ(1, told);
    const auto heard = driven.driver.heard();
    ASSERT_TRUE(heard);
    EXPECT_EQ("OB DISCHRG", heard->status.joined());
    EXPECT_EQ("600", text(*heard, "battery.runtime"));
    ups.heard("\x03\x02");
    EXPECT_EQ(1, told) << "nothing changed";
}

TEST(UsbHidDriver, LetsWhatIsNewCountMoreThanWhatIsOld)
{
    auto map = generic();
    // A second row that also tells of mains, read in full polls only.
    map.status.push_back(flag(kNeedsBattery, "!online", "online", Poll::full));
    auto ups = healthy();
    Driven driven(ups, {}, std::move(map));
    EXPECT_EQ("OL", driven.first().status.joined());
    ups.features[3] = "\x03\x02";
    ups.heard("\x03\x02");
    EXPECT_EQ("OL DISCHRG", driven.driver.heard()->status.joined()) << "both came with this report";
}

TEST(UsbHidDriver, IsGoneAtOnceWhenItIsUnplugged)
{
    auto ups = healthy();
    Driven driven(ups);
    int told = 0;
    driven.driver.on_event([&] { ++told; });
    driven.first();
    ups.heard(std::nullopt);
    EXPECT_EQ(1, told);
    EXPECT_THROW(driven.driver.heard(), DeviceError);
    EXPECT_THROW(driven.driver.poll(Depth::quick), DeviceError);
    EXPECT_EQ("OL", driven.first().status.joined());
}

TEST(UsbHidDriver, StartsTheCountdownToOnBeforeThatToOff)
{
    auto ups = healthy();
    Driven driven(ups);
    driven.first();
    EXPECT_EQ(Outcome::handled, driven.driver.command("shutdown.return", std::nullopt));
    EXPECT_THAT(ups.written, ElementsAre(std::string("\x05\x1E\x00", 3), std::string("\x04\x14\x00", 3)));
    ups.written.clear();
    EXPECT_EQ(Outcome::handled, driven.driver.command("shutdown.stayoff", std::nullopt));
    EXPECT_THAT(ups.written, ElementsAre("\x05\xFF\xFF", std::string("\x04\x14\x00", 3)));
    ups.written.clear();
    EXPECT_EQ(Outcome::handled, driven.driver.command("load.off", std::nullopt));
    EXPECT_THAT(ups.written, ElementsAre(std::string("\x04\x00\x00", 3)));
    ups.written.clear();
    EXPECT_EQ(Outcome::handled, driven.driver.command("shutdown.stop", std::nullopt));
    EXPECT_THAT(ups.written, ElementsAre("\x04\xFF\xFF"));
    EXPECT_EQ(Outcome::unknown, driven.driver.command("test.battery.start", std::nullopt));
    EXPECT_EQ(Outcome::invalid, driven.driver.command("load.off.delay", "soon"));
    ups.written.clear();
    for (const auto& [command, value] :
         std::vector<std::pair<std::string, std::string>>{{"shutdown.stop", "0"},
                                                          {"load.off", "100"},
                                                          {"load.off.delay", "0.5"},
                                                          {"load.off.delay", "-2"},
                                                          {"load.off.delay", "99999999999"},
                                                          {"shutdown.return", "soon"}})
        EXPECT_EQ(Outcome::invalid, driven.driver.command(command, value)) << command << " " << value;
    EXPECT_THAT(ups.written, IsEmpty()) << "not even the half of it";
}

TEST(UsbHidDriver, NeverTurnsAStopIntoAnImmediateShutdown)
{
    auto ups = healthy();
    // The same device, but its delay has no sign.
    const auto at = ups.descriptor.find("\x15\xFF");
    ASSERT_NE(ups.descriptor.npos, at);
    ups.descriptor[at + 1] = '\x00';
    Driven driven(ups);
    driven.first();
    EXPECT_EQ(Outcome::invalid, driven.driver.command("shutdown.stop", std::nullopt));
    EXPECT_THAT(ups.written, IsEmpty());
}

TEST(UsbHidDriver, KeepsDelaysItself)
{
    auto ups = healthy();
    DriverOptions options;
    options.set("offdelay", "45");
    Driven driven(ups, options);
    EXPECT_EQ("45", text(driven.first(), "ups.delay.shutdown"));
    EXPECT_EQ(Outcome::handled, driven.driver.set("ups.delay.start", "90"));
    EXPECT_EQ(Outcome::invalid, driven.driver.set("ups.delay.start", "later"));
    EXPECT_EQ("90", text(driven.driver.poll(Depth::quick), "ups.delay.start"));
    EXPECT_EQ(Outcome::handled, driven.driver.power_off());
    EXPECT_THAT(ups.written, ElementsAre(std::string("\x05\x5A\x00", 3), std::string("\x04\x2D\x00", 3)));
    ups.written.clear();
    EXPECT_EQ(Outcome::handled, driven.driver.command("shutdown.return", "")) << "a blank value is none";
    EXPECT_THAT(ups.written, ElementsAre(std::string("\x05\x5A\x00", 3), std::string("\x04\x2D\x00", 3)));
}

TEST(UsbHidDriver, WritesASettingWithoutTouchingItsNeighbours)
{
    auto ups = healthy();
    Driven driven(ups);
    driven.first();
    EXPECT_EQ(Outcome::handled, driven.driver.set("battery.charge.low", "35"));
    EXPECT_THAT(ups.written, ElementsAre("\x02\x58\x02\x23"));
    EXPECT_EQ("35", text(driven.driver.poll(Depth::quick), "battery.charge.low"));
    EXPECT_EQ(Outcome::invalid, driven.driver.set("battery.charge.low", "300"));
    EXPECT_EQ(Outcome::invalid, driven.driver.set("battery.charge.low", "much"));
    EXPECT_EQ(Outcome::unknown, driven.driver.set("battery.charge", "50"));
    EXPECT_EQ(1U, ups.written.size());
}

TEST(UsbHidDriver, SkipsAReportThatIsNotAnsweredAndForgetsItInTime)
{
    auto ups = healthy();
    Driven driven(ups);
    driven.first();
    ups.silent = {2};
    EXPECT_EQ("600", text(driven.driver.poll(Depth::full), "battery.runtime"));
    driven.driver.poll(Depth::full);
    const auto third = driven.driver.poll(Depth::full);
    EXPECT_EQ("(none)", text(third, "battery.runtime"));
    EXPECT_EQ("100", text(third, "battery.charge"));
    ups.silent.clear();
    EXPECT_EQ("600", text(driven.driver.poll(Depth::full), "battery.runtime"));
}

TEST(UsbHidDriver, DoesNotGoOnClaimingThatThereIsMains)
{
    auto ups = healthy();
    Driven driven(ups);
    driven.first();
    ups.silent = {3};
    driven.driver.poll(Depth::full);
    driven.driver.poll(Depth::full);
    EXPECT_THROW(driven.driver.poll(Depth::full), DeviceError);
}

TEST(UsbHidDriver, ResetsAUpsThatAnswersNothingAnyMore)
{
    auto ups = healthy();
    Driven driven(ups);
    driven.first();
    ups.dumb = true;
    ups.asked.clear();
    EXPECT_THROW(driven.driver.poll(Depth::full), DeviceError);
    EXPECT_EQ(1U, ups.asked.size()) << "each silence costs seconds";
    EXPECT_EQ(0, ups.resets);
    try {
        driven.driver.poll(Depth::full);
        FAIL() << "it answered nothing";
    } catch (const DeviceError& e) {
        EXPECT_EQ(DeviceError::Kind::lost, e.kind());
    }
    EXPECT_EQ(1, ups.resets);
    ups.dumb = false;
    EXPECT_EQ("OL", driven.first().status.joined());
}

TEST(UsbHidDriver, WaitsBeforeItReconnectsIfItShall)
{
    auto ups = healthy();
    DriverOptions options;
    options.set("waitbeforereconnect", "5");
    Driven driven(ups, options);
    driven.first();
    EXPECT_THROW(driven.driver.open(), DeviceError);
    driven.now += 4s;
    EXPECT_THROW(driven.driver.open(), DeviceError);
    driven.now += 1s;
    EXPECT_NO_THROW(driven.driver.open());
}

TEST(UsbHidDriver, OnlyListensOrOnlyPollsIfItShall)
{
    auto ups = healthy();
    DriverOptions polling;
    polling.set("pollonly", std::nullopt);
    Driven polled(ups, polling);
    polled.first();
    EXPECT_FALSE(ups.heard);

    DriverOptions listening;
    listening.set("interruptonly", std::nullopt);
    Driven heard(ups, listening);
    ups.asked.clear();
    heard.driver.open();
    ups.heard("\x03\x02");
    EXPECT_EQ("OB DISCHRG", heard.driver.poll(Depth::full).status.joined());
    EXPECT_THAT(ups.asked, IsEmpty());
}

TEST(UsbHidDriver, ReconnectsToAUpsThatSaysNothingByItselfIfItShall)
{
    auto ups = healthy();
    DriverOptions options;
    options.set("interrupt_pipe_no_events_tolerance", "2");
    Driven driven(ups, options);
    driven.first();
    driven.driver.poll(Depth::quick);
    EXPECT_THROW(driven.driver.poll(Depth::quick), DeviceError);
}

TEST(UsbHidDriver, WritesTheLowMarkOfUpsConf)
{
    auto ups = healthy();
    DriverOptions options;
    options.set("lowbatt", "25");
    Driven driven(ups, options);
    driven.first();
    EXPECT_THAT(ups.written, ElementsAre("\x02\x58\x02\x19"));
}

} // namespace
