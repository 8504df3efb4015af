// nutdrv_qx as a whole: its socket, its options, its end; upsim is the device.
#include "tests/support/simulator.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

namespace upright::test {
namespace {

using testing::Contains;
using testing::HasSubstr;

struct Nutdrv : testing::Test {
    Simulator simulator;

    void SetUp() override { ASSERT_TRUE(simulator.ready()) << simulator.process().err(); }

    const Scratch& scratch() const { return simulator.scratch(); }
    void configure(std::string_view lines = "") const
    {
        scratch().write("ups.conf", "user = root\npollinterval = 1\n[qx]\ndriver = nutdrv_qx\nport = "
                                        + simulator.port() + "\n" + std::string(lines));
    }
    std::vector<std::string> command(const std::vector<std::string>& more) const
    {
        std::vector<std::string> words{program("nutdrv_qx"), "-a", "qx"};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }
    Finished finish(const std::vector<std::string>& more) const
    {
        return run(command(more), scratch().environment());
    }
};

// The driver running in the foreground, and a client of its socket.
struct Running {
    Process driver;
    std::unique_ptr<RawClient> client;

    explicit Running(const Nutdrv& test) : driver(test.command({"-F"}), test.scratch().environment())
    {
        eventually([&] {
            client = std::make_unique<RawClient>(test.scratch().file("nutdrv_qx-qx"));
            return client->connected() || !driver.running();
        });
    }
    // Something beginning so is announced soon, among the readings that go by.
    std::string hears(std::string_view start) const
    {
        std::string last;
        const bool heard = eventually([&] {
            last = client->line(1s).value_or("");
            return last.starts_with(start);
        });
        return heard ? last : "<nothing>";
    }
};

TEST_F(Nutdrv, PublishesWhatTheUpsSays)
{
    configure();
    Running running(*this);
    ASSERT_TRUE(running.client->connected()) << running.driver.err();

    running.client->send("DUMPALL\n");
    const auto lines = running.client->until("DUMPDONE");

    for (const auto* const line : {"SETINFO ups.status \"OL\"", "SETINFO device.mfr \"UPRIGHT\"",
                                   "SETINFO battery.voltage.low \"20.80\"", "SETINFO battery.charge \"100\"",
                                   "SETINFO ups.delay.shutdown \"30\"", "ADDRANGE ups.delay.shutdown 12 600",
                                   "SETFLAGS ups.delay.start RW NUMBER", "ADDCMD shutdown.return",
                                   "ADDCMD test.battery.start.quick", "DATAOK"})
        EXPECT_THAT(lines, Contains(line));

    simulator.ctl({"ups1", "mains", "off"});
    EXPECT_THAT(running.hears("SETINFO ups.status"), HasSubstr("OB"));

    running.driver.signal(SIGTERM);
    EXPECT_EQ(running.driver.wait().exit_code, 0);
}

TEST_F(Nutdrv, CarriesOutCommandsAndSettings)
{
    configure();
    Running running(*this);
    ASSERT_TRUE(running.client->connected()) << running.driver.err();
    running.client->send("DUMPALL\n");
    running.client->until("DUMPDONE");

    running.client->send("SET ups.delay.shutdown 47 TRACKING a1\n");
    EXPECT_EQ(running.hears("TRACKING"), "TRACKING a1 0");
    EXPECT_EQ(running.hears("SETINFO ups.delay.shutdown"), "SETINFO ups.delay.shutdown \"42\"");
    running.client->send("SET ups.delay.shutdown 7 TRACKING a2\n");
    EXPECT_EQ(running.hears("TRACKING"), "TRACKING a2 2");
    running.client->send("INSTCMD shutdown.return TRACKING a3\n");
    EXPECT_EQ(running.hears("TRACKING"), "TRACKING a3 0");
    EXPECT_THAT(simulator.status("shutdown"), testing::StartsWith("in "));
    EXPECT_THAT(running.hears("SETINFO ups.status"), HasSubstr("\"ALARM OL FSD"));
    running.client->send("INSTCMD shutdown.stop TRACKING a4\n");
    EXPECT_EQ(running.hears("TRACKING"), "TRACKING a4 0");
    EXPECT_THAT(running.hears("SETINFO ups.status \"OL"), testing::Not(HasSubstr("FSD")));
}

TEST_F(Nutdrv, ComesBackAfterTheCableWasPulled)
{
    configure();
    Running running(*this);
    ASSERT_TRUE(running.client->connected()) << running.driver.err();
    running.client->send("DUMPALL\n");
    running.client->until("DUMPDONE");

    simulator.ctl({"ups1", "fault", "drop"});
    simulator.ctl({"ups1", "mains", "off"});

    EXPECT_THAT(running.hears("SETINFO ups.status"), HasSubstr("OB"));
}

TEST_F(Nutdrv, SwitchesTheLoadOff)
{
    configure("offdelay = 60\nondelay = 0\n");
    const auto done = finish({"-k"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(simulator.status("shutdown"), testing::MatchesRegex("in [56][0-9] s"));
}

TEST_F(Nutdrv, RefusesWhatItCanNotServe)
{
    struct Case {
        std::string_view lines, complaint;
    };
    for (const auto& one :
         {Case{"offdelay = 5\n", "offdelay = \"5\" is no whole number from 12 to 600"},
          Case{"protocol = megatek\n",
               "protocol = megatek: there is none of that name (did you mean \"megatec\"?)"},
          Case{"eco_mode = maybe\n", "eco_mode = maybe: want one of disabled, enabled"},
          Case{"battery_number = 77\n", "battery_number"}, Case{"slave_addr = 999\n", "slave_addr"},
          Case{"ser_baud_rate = 2401\n", "ser_baud_rate = 2401: want one of 300, 600, 1200, 2400,"},
          Case{"ser_data_bit = 9\n", "ser_data_bit"},
          Case{"ser_parity = n\n", "ser_parity = n: want N, E or O"},
          Case{"cablepower = on\n", "cablepower = on: want normal, reverse, both or none"},
          Case{"runtimecal = 1,2,3\n", "runtimecal = 1,2,3: wants four numbers"}}) {
        configure(one.lines);
        const auto done = finish({"-d", "1"});
        EXPECT_EQ(done.exit_code, 1) << one.lines;
        EXPECT_THAT(done.err, HasSubstr(one.complaint));
    }
}

TEST_F(Nutdrv, TakesTheUsersDeviceFileInsteadOfOurs)
{
    configure();
    const auto path = scratch().write("devices/megatec/megatec.toml", "name = \"megatec\"\nprobe = \"x\"\n");
    const auto refused = finish({"-d", "1"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr(path + ":2:9: error: probe wants a whole number in 0..9999"));

    scratch().write("devices/megatec/megatec.toml", R"(name = "megatec"
version = "mine"
probe = 1
claim = ["I"]
[[query]]
ask = "I\r"
lead = "#"
length = 10
rows = [ { variable = "device.mfr", at = [1, 3], as = "text" } ]
)");
    const auto taken = finish({"-d", "1"});
    EXPECT_EQ(taken.exit_code, 0) << taken.err;
    EXPECT_THAT(taken.out, HasSubstr("device.mfr: UPR\n"));
}

// The example of docs/megatec-device-files.md, asking what the simulated UPS knows.
TEST_F(Nutdrv, LearnsADialectFromAFileOfTheUser)
{
    std::ifstream file(source_dir() + "/docs/megatec-device-files.md");
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    const auto from = page.find("    name  = \"mine\"\n");
    ASSERT_NE(from, page.npos);
    const auto example = page.substr(from, page.find("\n\n`nutdrv_qx", from) - from);
    auto asking_q1 = example;
    for (auto at = asking_q1.find("QT"); at != asking_q1.npos; at = asking_q1.find("QT"))
        asking_q1.replace(at, 2, "Q1");
    scratch().write("devices/megatec/mine.toml", asking_q1);
    configure();

    const auto done = finish({"-d", "1"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("driver.version.data: mine\n"));
    EXPECT_THAT(done.out, HasSubstr("ups.status: OL\n"));
    EXPECT_THAT(finish({"--list-dialects"}).out, HasSubstr("mine  "));

    scratch().write("devices/megatec/mine.toml", example);
    const auto explained = finish({"--explain"});
    EXPECT_EQ(explained.exit_code, 0);
    EXPECT_THAT(explained.out, HasSubstr("mine: refused\n  > QT\n  < QT\n  QT is not supported\n"));
    EXPECT_THAT(explained.out, HasSubstr("\nmegatec: taken\n  > Q1\n  < ("));
    EXPECT_THAT(explained.out, HasSubstr(" speaks megatec (Megatec 0.07)\n"));
}

TEST_F(Nutdrv, TellsTheBatteryWhatTheUserFixed)
{
    configure("override.battery.packs = 3\nbattery_voltage_reports_one_pack\n");
    EXPECT_THAT(finish({"-d", "1"}).out, HasSubstr("battery.voltage: 81.6"));
}

TEST_F(Nutdrv, RefusesAFileThatIsNone)
{
    std::string deep = "a";
    for (int i = 0; i < 100'000; ++i)
        deep += ".a";
    configure();
    const auto path = scratch().write("devices/megatec/x.toml", deep + " = 1\n");
    const auto done = finish({"-d", "1"});
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_THAT(done.err, HasSubstr(path + ":1:1: error: this is no device file"));
}

TEST_F(Nutdrv, PointsAtEveryMistakeInAFileOfTheUser)
{
    using Case =
        std::pair<std::string_view, std::string_view>; // what replaces a line of a good file, complaint
    const std::vector<Case> cases{
        {"name = ", ":1:8: error: "},
        {"name = 5", ":1:8: error: name wants a text in quotes"},
        {"name = \"x\"\nlike = \"megatek\"", ":2:8: error: there is no dialect \"megatek\" to build on"},
        {"name = \"x\"\nprob = 3", ":2:1: error: nothing is called prob here (did you mean \"probe\"?)"},
        {"name = \"x\"\nwithout = [\"F\"]",
         ":2:11: error: no other dialect has no query, command or setting"},
        {"name = \"x\"\nsilence_ms = 5", ":2:14: error: silence_ms wants a whole number in 100..10000"},
        {"name = \"x\"\n[[command]]\nname = \"a\"\nsend = \"C\"", ":5:8: error: send must end with \\r"},
        {"name = \"x\"\n[[command]]\nname = \"a\"",
         ":3:1: error: a command wants either send, or by and choices"},
        {"name = \"x\"\n[[setting]]\nvariable = \"a.b\"\nround = \"hours\"",
         ":5:9: error: no rounding is called \"hours\""},
        {"name = \"x\"\n[[query]]\nask = \"F\\r\"\nlength = 9\nrows = [ { variable = \"a.b\", at = [3, 9], "
         "as = "
         "\"number\" } ]",
         ":6:35: error: columns 3..9 do not fit an answer of 9"},
        {"name = \"x\"\n[[query]]\nask = \"F\\r\"\nlength = 9\nrows = [ { variable = \"a.b\", at = [3, 4], "
         "as = "
         "\"volts\" } ]",
         ":6:48: error: no conversion is called \"volts\""},
    };
    configure();
    for (const auto& [head, complaint] : cases) {
        SCOPED_TRACE(head);
        auto text = std::string(head);
        // Tables come last in a file.
        const auto table = std::min(text.find("\n[["), text.size());
        text.insert(table, head.find("prob") == head.npos ? "\nprobe = 3" : "");
        const auto path = scratch().write("devices/megatec/x.toml", text + "\n");
        const auto done = finish({"-d", "1"});
        EXPECT_EQ(done.exit_code, 1);
        EXPECT_THAT(done.err, HasSubstr(path + std::string(complaint)));
    }
}

TEST_F(Nutdrv, GoesByItsOldName)
{
    configure();
    scratch().write("ups.conf", "user = root\n[qx]\ndriver = blazer_ser\nport = " + simulator.port() + "\n");
    const auto done = run({program("blazer_ser"), "-a", "qx", "-d", "1"}, scratch().environment());
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("driver.name: blazer_ser\n"));
}

} // namespace
} // namespace upright::test
