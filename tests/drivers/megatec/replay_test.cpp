// MegatecDriver on transcripts: no device, no clock.
#include "tests/drivers/megatec/fixture.hpp"

#include <filesystem>
#include <fstream>

namespace upright::megatec {
namespace {

using namespace std::chrono_literals;
using test::value;
using testing::ElementsAre;
using testing::IsEmpty;

using Options = std::map<std::string, std::optional<std::string>>;

struct Bench {
    io::ReplayLink* link = nullptr;
    std::chrono::steady_clock::time_point now{};
    std::unique_ptr<MegatecDriver> driver;

    Bench(const Bench&) = delete; // the driver's clock looks into it
    explicit Bench(const Options& options = {}, std::string_view name = "megatec")
    {
        DriverOptions given;
        given.port = "/dev/replay";
        for (const auto& [option, text] : options)
            given.set(option, text);
        auto replay = std::make_unique<io::ReplayLink>(test::transcript(name));
        link = replay.get();
        driver = std::make_unique<MegatecDriver>(given, std::move(replay), std::vector{test::dialect(name)},
                                                 [this] { return now; });
    }
    void open()
    {
        driver->open();
        driver->poll(Depth::full);
        link->forget_sent();
    }
};

std::string refusal(const Options& options)
try {
    const Bench bench(options);
    return "accepted";
} catch (const DeviceError& e) {
    EXPECT_EQ(e.kind(), DeviceError::Kind::fatal);
    return e.what();
}

// A dialect without a transcript, or one that reads something else than it did, fails here.
TEST(Transcripts, OfEveryDialectReadAsExpected)
{
    int walked = 0;
    for (const auto& entry : std::filesystem::directory_iterator(test::device_folder())) {
        const auto name = entry.path().stem().string();
        SCOPED_TRACE(name);
        Bench bench({{"protocol", name}}, name);
        bench.driver->open();
        const auto expected = read_file(upright::test::data("megatec/" + name + ".expect"));
        ASSERT_TRUE(expected);
        EXPECT_EQ(test::listed(bench.driver->poll(Depth::full)), *expected);
        ++walked;
    }
    EXPECT_EQ(walked, 21);
}

TEST(Transcript, ThatIsBrokenIsRefusedAtItsLine)
{
    const auto loaded = io::parse_transcript("t.txt", "< early\n# fine\n> Q1\n< \\x4g\n< \\x41\\\\\nwhat\n");

    EXPECT_THAT(test::texts(loaded.problems),
                ElementsAre("t.txt:1:1: error: want `> question` or, after one, `< answer`",
                            "t.txt:4:1: error: a broken \\ escape",
                            "t.txt:6:1: error: want `> question` or, after one, `< answer`"));
    EXPECT_THAT(loaded.value.answers.at("Q1"), ElementsAre("A\\"));
}

TEST(MegatecDriver, AsksOnceForWhatDoesNotChange)
{
    Bench bench;
    bench.driver->open();
    EXPECT_THAT(bench.link->sent(), ElementsAre("Q1\r", "I\r", "Q1\r", "F\r", "I\r"));
    bench.link->forget_sent();

    bench.driver->poll(Depth::full);
    bench.driver->poll(Depth::quick);
    bench.driver->poll(Depth::full);

    EXPECT_THAT(bench.link->sent(), ElementsAre("Q1\r", "Q1\r", "Q1\r"));
}

TEST(MegatecDriver, KeepsAskingForARuntimeThatTheUnitGives)
{
    Bench bench;
    bench.link->answer("I", "#MEGATEC05120042 SX-9K  900 V3.10     ");
    bench.open();
    bench.link->answer("I", "#MEGATEC05120042 SX-9K  850 V3.10     ");

    const auto quick = bench.driver->poll(Depth::quick);
    const auto full = bench.driver->poll(Depth::full);

    EXPECT_EQ(value(quick, "battery.runtime"), "900");
    EXPECT_EQ(value(full, "battery.runtime"), "850");
    EXPECT_EQ(value(full, "ups.serial"), "05120042");
    EXPECT_THAT(bench.link->sent(), ElementsAre("Q1\r", "Q1\r", "I\r"));
}

TEST(MegatecDriver, LeavesOutWhatItIsToldTo)
{
    Bench bench(Options{{"norating", {}}, {"novendor", {}}});
    bench.open();
    const auto reading = bench.driver->poll(Depth::full);

    EXPECT_EQ(value(reading, "input.voltage.nominal"), "<none>");
    EXPECT_EQ(value(reading, "device.mfr"), "<none>");
    EXPECT_EQ(value(reading, "battery.charge"), "<none>"); // nobody knows what full is
}

TEST(MegatecDriver, ClaimsOnTheThirdAttempt)
{
    Bench bench;
    auto transcript = test::transcript("megatec");
    transcript.answers["Q1"].push_front("");
    transcript.answers["Q1"].push_front("(garbage");
    DriverOptions options;
    MegatecDriver driver(options, std::make_unique<io::ReplayLink>(std::move(transcript)),
                         {test::dialect("megatec")});

    EXPECT_NO_THROW(driver.open());
}

TEST(MegatecDriver, FindsNothingBehindASilentOrForeignDevice)
{
    using Case = std::pair<const char*, std::size_t>; // answer; times it is worth asking
    for (const auto& [answer, times] : {Case{"", 3}, Case{"Q1", 1}, Case{"(NAK", 3},
                                        Case{"(226.0 195.0 226.0 014 49.0 27.5 30.0 0000100", 3}}) {
        SCOPED_TRACE(answer);
        Bench bench;
        bench.link->answer("Q1", answer);
        try {
            bench.driver->open();
            ADD_FAILURE() << "opened";
        } catch (const DeviceError& e) {
            EXPECT_EQ(e.kind(), DeviceError::Kind::lost);
            EXPECT_STREQ(e.what(), "No UPS of the Megatec family answers on /dev/replay");
        }
        EXPECT_EQ(bench.link->sent().size(), times);
    }
}

// Q1 answers these bits in turn; what the next poll makes of them.
std::string status_after(const std::vector<std::string>& bits)
{
    auto transcript = test::transcript("megatec");
    auto& answers = transcript.answers["Q1"];
    const auto calm = answers.front();
    answers.assign(8, calm); // while it is opened
    DriverOptions options;
    auto link = std::make_unique<io::ReplayLink>(std::move(transcript));
    auto& replay = *link;
    MegatecDriver driver(options, std::move(link), {test::dialect("megatec")});
    driver.open();
    driver.poll(Depth::full);
    std::deque<std::string> next;
    for (const auto& one : bits)
        next.push_back(calm.substr(0, 38) + one);
    replay.answers("Q1", next);
    try {
        return driver.poll(Depth::quick).status.joined();
    } catch (const DeviceError&) {
        return "<missed>";
    }
}

TEST(MegatecDriver, BelievesWhatAlarmsOnlyIfItIsSaidTwice)
{
    EXPECT_EQ(status_after({"11001001", "11001001"}), "OB LB");
    EXPECT_EQ(status_after({"11001001", "10001001"}), "OB");
    EXPECT_EQ(status_after({"01001001", "00001001"}), "OL");
    EXPECT_EQ(status_after({"00001011", "00001011"}), "OL FSD");
    EXPECT_EQ(status_after({"00001011", "00001001"}), "OL");
    EXPECT_EQ(status_after({"01001001", "00001011"}), "<missed>") << "another alarm each time";
    EXPECT_EQ(status_after({"11001001", "x"}), "<missed>");
    EXPECT_EQ(status_after({"10001001"}), "OB") << "needs no second word";
}

// A byte too many or too few moves the status bits, too.
TEST(MegatecDriver, CountsAsMissedWhoseColumnsHaveMoved)
{
    EXPECT_EQ(status_after({"000001000"}), "<missed>");
    EXPECT_EQ(status_after({"100001000"}), "<missed>");
    Bench bench;
    bench.open();
    for (const auto* const answer :
         {"(26.0 195.0 226.0 014 49.0 27.5 30.0 0000100011", "(0226.0 195.0 226.0 014 49.0 27.5 30.0 1000100",
          "(226.0 195.0 226.0 0144 49.0 27.5 30.0 10001001"}) {
        bench.link->answer("Q1", answer);
        EXPECT_THROW(bench.driver->poll(Depth::quick), DeviceError) << answer;
    }
}

TEST(MegatecDriver, WorksOutTheBatteryFromWhatTheUserSays)
{
    Bench bench({{"override.battery.packs", "3"}, {"battery_voltage_reports_one_pack", std::nullopt}});
    bench.driver->open();
    EXPECT_EQ(value(bench.driver->poll(Depth::full), "battery.voltage"), "81.60");

    const Options thresholds{{"default.battery.voltage.low", "22"}, {"default.battery.voltage.high", "25"}};
    Bench fixed(thresholds);
    fixed.driver->open();
    fixed.link->answer("Q1", "(229.8 230.0 229.8 033 50.0 23.5 22.1 00001001");
    EXPECT_EQ(value(fixed.driver->poll(Depth::full), "battery.charge"), "50");
}

TEST(MegatecDriver, CountsAsMissedWhatHasNoStatus)
{
    Bench bench;
    bench.open();
    for (const auto* const answer : {"", "Q1", "(226.0 195.0 226.0 014 49.0 27.5 30.0 0000100",
                                     "(226.0 195.0 226.0 014 49.0 27.5 30.0 x0001000"}) {
        SCOPED_TRACE(answer);
        bench.link->answer("Q1", answer);
        EXPECT_THROW(bench.driver->poll(Depth::quick), DeviceError);
    }
    bench.link->answer("Q1", "(000.0 195.0 230.0 050 00.0 23.0 30.0 11001001");

    const auto reading = bench.driver->poll(Depth::quick);

    EXPECT_EQ(reading.status.joined(), "OB LB");
    EXPECT_EQ(bench.driver->tolerated_failures(), 3);
}

TEST(MegatecDriver, RaisesAlarms)
{
    Bench bench;
    bench.open();
    bench.link->answer("Q1", "(000.0 195.0 230.0 050 00.0 23.0 30.0 10011010");

    const auto reading = bench.driver->poll(Depth::quick);

    EXPECT_EQ(reading.status.joined(), "OB FSD");
    EXPECT_THAT(reading.alarms, ElementsAre("UPS selftest failed!", "Shutdown imminent!"));
}

TEST(MegatecDriver, AnnouncesCommandsAndSettings)
{
    Bench bench;
    bench.open();
    const auto reading = bench.driver->poll(Depth::full);

    EXPECT_THAT(reading.commands,
                ElementsAre("beeper.disable", "beeper.enable", "beeper.toggle", "load.off", "load.on",
                            "shutdown.return", "shutdown.stayoff", "shutdown.stop", "test.battery.start",
                            "test.battery.start.deep", "test.battery.start.quick", "test.battery.stop"));
    const auto& delay = reading.variables.find("ups.delay.shutdown")->second;
    EXPECT_TRUE(delay.flags.rw && delay.flags.number && !delay.flags.text);
    EXPECT_THAT(delay.ranges, ElementsAre(Range{12, 600}));
    EXPECT_THAT(reading.variables.find("ups.delay.start")->second.ranges, ElementsAre(Range{0, 599940}));
}

TEST(MegatecDriver, SendsEachCommand)
{
    struct Case {
        std::string_view name;
        std::optional<std::string> parameter;
        std::string_view sent;
    };
    const std::array cases{Case{"load.off", {}, "S00R0000\r"},
                           Case{"LOAD.ON", {}, "C\r"},
                           Case{"shutdown.return", {}, "S.5R0003\r"},
                           Case{"shutdown.stayoff", {}, "S.5R0000\r"},
                           Case{"shutdown.stop", {}, "C\r"},
                           Case{"test.battery.start", {}, "T10\r"},
                           Case{"test.battery.start", "", "T10\r"},
                           Case{"test.battery.start", "179", "T02\r"},
                           Case{"test.battery.start.quick", {}, "T\r"},
                           Case{"test.battery.start.deep", {}, "TL\r"},
                           Case{"test.battery.stop", {}, "CT\r"},
                           Case{"beeper.toggle", {}, "Q\r"}};
    for (const auto& one : cases) {
        SCOPED_TRACE(one.sent);
        Bench bench;
        bench.link->answer("T02", "");
        bench.open();
        EXPECT_EQ(bench.driver->command(one.name, one.parameter), Outcome::handled);
        EXPECT_THAT(bench.link->sent(), ElementsAre(one.sent));
        EXPECT_EQ(bench.driver->poll_again_in(), 0ms);
    }
}

TEST(MegatecDriver, JudgesTheAnswersToCommands)
{
    Bench bench;
    bench.open();
    bench.link->answer("T", "ACK");
    EXPECT_EQ(bench.driver->command("test.battery.start.quick", {}), Outcome::handled);
    bench.link->answer("T", "T"); // the echo
    EXPECT_EQ(bench.driver->command("test.battery.start.quick", {}), Outcome::failed);
    bench.link->answer("T", "NAK");
    EXPECT_EQ(bench.driver->command("test.battery.start.quick", {}), Outcome::failed);
    EXPECT_EQ(bench.driver->command("test.battery.start", "59"), Outcome::invalid);
    EXPECT_EQ(bench.driver->command("test.battery.start", "5941"), Outcome::invalid);
    EXPECT_EQ(bench.driver->command("test.battery.start", "10m"), Outcome::invalid);
    EXPECT_EQ(bench.driver->command("load.cycle", {}), Outcome::unknown);
}

TEST(MegatecDriver, TogglesTheBeeperOnlyIfItStandsOtherwise)
{
    Bench bench; // its beeper is enabled
    bench.open();

    EXPECT_EQ(bench.driver->command("beeper.enable", {}), Outcome::handled);
    EXPECT_THAT(bench.link->sent(), ElementsAre("Q1\r"));
    EXPECT_EQ(bench.driver->command("beeper.disable", {}), Outcome::handled);
    EXPECT_THAT(bench.link->sent(), ElementsAre("Q1\r", "Q1\r", "Q\r"));
}

TEST(MegatecDriver, KeepsDelaysRounded)
{
    Bench bench(Options{{"ondelay", "0"}, {"offdelay", "100"}});
    bench.open();
    EXPECT_EQ(value(bench.driver->poll(Depth::quick), "ups.delay.shutdown"), "60");
    bench.link->answer("S01", "");
    EXPECT_EQ(bench.driver->command("shutdown.return", {}), Outcome::handled);

    EXPECT_EQ(bench.driver->set("ups.delay.shutdown", "35"), Outcome::handled);
    EXPECT_EQ(bench.driver->set("UPS.DELAY.START", "200"), Outcome::handled);
    for (const auto* const bad : {"11", "601", "", "x", "30 ", "-30", "99999999999"})
        EXPECT_EQ(bench.driver->set("ups.delay.shutdown", bad), Outcome::invalid) << bad;
    EXPECT_EQ(bench.driver->set("ups.load", "1"), Outcome::unknown);

    const auto reading = bench.driver->poll(Depth::quick);
    EXPECT_EQ(value(reading, "ups.delay.shutdown"), "30");
    EXPECT_EQ(value(reading, "ups.delay.start"), "180");
    bench.link->forget_sent();
    bench.driver->command("shutdown.return", {});
    EXPECT_THAT(bench.link->sent(), ElementsAre("S.5R0003\r"));
}

TEST(MegatecDriver, PowersOffAfterCancelling)
{
    Bench back;
    EXPECT_EQ(back.driver->power_off(), Outcome::handled); // opens the device itself
    EXPECT_EQ(back.link->sent().at(back.link->sent().size() - 2), "C\r");
    EXPECT_EQ(back.link->sent().back(), "S.5R0003\r");

    Bench away(Options{{"stayoff", {}}});
    away.open();
    EXPECT_EQ(away.driver->power_off(), Outcome::handled);
    EXPECT_THAT(away.link->sent(), ElementsAre("C\r", "S.5R0000\r"));

    Bench deaf;
    deaf.open();
    deaf.link->answer("C", "C");
    deaf.link->answer("S.5R0003", "S.5R0003");
    EXPECT_EQ(deaf.driver->power_off(), Outcome::failed);
    EXPECT_THAT(deaf.link->sent(),
                ElementsAre("C\r", "C\r", "C\r", "S.5R0003\r", "S.5R0003\r", "S.5R0003\r"));
}

TEST(MegatecDriver, EstimatesTheRuntimeAsTimePasses)
{
    Bench bench(Options{{"runtimecal", "240,100,720,50"}});
    bench.link->answer("Q1", "(230.0 230.0 230.0 050 50.0 27.2 22.1 00001001");
    bench.driver->open();
    EXPECT_EQ(value(bench.driver->poll(Depth::full), "battery.runtime"), "720");
    bench.link->answer("Q1", "(000.0 000.0 230.0 050 50.0 26.0 22.1 10001001");
    bench.now += 180s;

    const auto reading = bench.driver->poll(Depth::full);

    EXPECT_EQ(value(reading, "battery.charge"), "75");
    EXPECT_EQ(value(reading, "battery.runtime"), "540");
}

TEST(MegatecDriver, MultipliesTheVoltageOfOnePackIfToldSo)
{
    const std::string q1 = "(230.0 230.0 230.0 050 50.0 2.17 22.1 00001001";
    Bench plain;
    plain.link->answer("Q1", q1);
    plain.driver->open();
    const auto as_reported = plain.driver->poll(Depth::full);
    EXPECT_EQ(value(as_reported, "battery.voltage"), "2.17");
    EXPECT_EQ(value(as_reported, "battery.charge"), "100");

    Bench told(Options{{"battery_voltage_reports_one_pack", {}}, {"override.battery.packs", "10"}});
    told.link->answer("Q1", q1);
    told.driver->open();
    const auto multiplied = told.driver->poll(Depth::full);
    EXPECT_EQ(value(multiplied, "battery.voltage"), "21.70");
    EXPECT_EQ(value(multiplied, "battery.charge"), "17");
}

TEST(MegatecDriver, RefusesOptionsThatMakeNoSense)
{
    EXPECT_EQ(refusal({{"offdelay", "11"}}), "offdelay = \"11\" is no whole number from 12 to 600");
    EXPECT_EQ(refusal({{"ondelay", "-1"}}), "ondelay = \"-1\" is no whole number from 0 to 599940");
    for (const auto* const harmless :
         {"pollfreq", "idleload", "chargetime"}) // NUT's driver runs on with these
        EXPECT_EQ(refusal({{harmless, "often"}}), "accepted") << harmless;
    EXPECT_EQ(refusal({{"runtimecal", "240,100"}}),
              "runtimecal = 240,100: wants four numbers: seconds,load %,seconds,load %");
    EXPECT_EQ(refusal({}), "accepted");
}

TEST(MegatecDriver, TellsALostDeviceAndOpensItAgain)
{
    Bench bench;
    bench.open();
    bench.driver->set("ups.delay.shutdown", "60");
    bench.link->lose();
    try {
        bench.driver->poll(Depth::quick);
        ADD_FAILURE() << "polled a lost device";
    } catch (const DeviceError& e) {
        EXPECT_EQ(e.kind(), DeviceError::Kind::lost);
    }
    EXPECT_THROW(bench.driver->open(), DeviceError);
    EXPECT_THROW(bench.driver->poll(Depth::quick), DeviceError);
    bench.link->restore();

    bench.driver->open();

    EXPECT_EQ(value(bench.driver->poll(Depth::quick), "ups.delay.shutdown"),
              "60"); // what was set by hand stays
}

// What megatec itself does not need, but other dialects do.
TEST(MegatecDriver, WritesSettingsThatTheDeviceKeeps)
{
    const auto loaded = parse_dialect("x.toml", R"(name = "x"
probe = 1
claim = ["S?"]
[replies]
accepted = ["(ACK"]
refused = ["(NAK"]
wants_answer = true
[constants]
"device.mfr" = "Ippon"
[[query]]
ask = "S?\r"
length = 5
when = "change"
rows = [
    { variable = "outlet.1.delay.shutdown", at = [1, 3], as = "number" },
    { variable = "ups.start.auto", at = [4, 4], as = "word", words = { E = "yes", D = "no" } },
]
[[setting]]
variable = "outlet.1.delay.shutdown"
send = "PSK1{value}\r"
digits = 3
range = [0, 999]
[[setting]]
variable = "ups.start.auto"
send = "P{value}R\r"
enums = ["yes", "no"]
)");
    ASSERT_THAT(test::texts(loaded.problems), IsEmpty());
    io::Transcript transcript;
    transcript.answers = {{"S?", {"(060E"}}, {"PSK1007", {"(ACK"}}, {"PSK1008", {""}}, {"PnoR", {"(NAK"}}};
    transcript.answers["S?"] = {"(060E", "(060E", "(007D"};
    auto replay = std::make_unique<io::ReplayLink>(transcript);
    auto* const link = replay.get();
    MegatecDriver driver(DriverOptions{}, std::move(replay), {loaded.value});
    driver.open();

    const auto before = driver.poll(Depth::quick);
    link->forget_sent();
    driver.poll(Depth::quick);
    EXPECT_THAT(link->sent(), IsEmpty()); // nothing has changed
    EXPECT_EQ(driver.set("outlet.1.delay.shutdown", "7"), Outcome::handled);
    EXPECT_EQ(driver.set("outlet.1.delay.shutdown", "8"),
              Outcome::failed); // this family member always answers
    EXPECT_EQ(driver.set("outlet.1.delay.shutdown", "1000"), Outcome::invalid);
    EXPECT_EQ(driver.set("ups.start.auto", "maybe"), Outcome::invalid);
    EXPECT_EQ(driver.set("ups.start.auto", "no"), Outcome::failed);
    const auto after = driver.poll(Depth::quick);

    EXPECT_EQ(value(before, "device.mfr"), "Ippon");
    EXPECT_EQ(value(after, "outlet.1.delay.shutdown"), "7");
    EXPECT_EQ(value(after, "ups.start.auto"), "no");
    EXPECT_THAT(after.variables.find("ups.start.auto")->second.enums, ElementsAre("yes", "no"));
    EXPECT_THAT(link->sent(), ElementsAre("PSK1007\r", "PSK1008\r", "PnoR\r", "S?\r"));
}

TEST(MegatecDriver, TakesANewPollfreq)
{
    Bench bench;
    DriverOptions options;
    options.set("pollfreq", "7");
    EXPECT_EQ(bench.driver->full_poll_interval(), 30s);
    bench.driver->reload(options);
    EXPECT_EQ(bench.driver->full_poll_interval(), 7s);
}

} // namespace
} // namespace upright::megatec
