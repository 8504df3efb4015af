// ups.conf and -x, resolved for one driver: what is taken, what is refused and where it points.
#include "drivers/runtime/settings.hpp"

#include <gmock/gmock.h>

namespace upright {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::Pair;

DriverProgram program()
{
    return {.names = {"test-ups"},
            .title = "Test",
            .version = "1",
            .options = {{"mode", DriverOption::Kind::value, "a value"},
                        {"fast", DriverOption::Kind::flag, "a flag"},
                        {"delay", DriverOption::Kind::value, "can change", true},
                        {"password", DriverOption::Kind::value, "a secret", false, true}},
            .create = {}};
}

CommandLine options(std::vector<std::string> words)
{
    words.insert(words.begin(), "test-ups");
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    return parse_command_line(static_cast<int>(words.size()), argv.data()).value();
}

Result<Loaded<DriverSettings>> resolve(const std::string& conf,
                                       const CommandLine& line = options({"-a", "u"}))
{
    return resolve_settings(parse_ups_conf("ups.conf", conf).value, line, program(), "test-ups");
}

std::string section(const std::string& lines) { return "[u]\ndriver = test-ups\nport = auto\n" + lines; }

DriverSettings settings(const std::string& conf, const CommandLine& line = options({"-a", "u"}))
{
    auto loaded = resolve(conf, line);
    EXPECT_TRUE(loaded) << loaded.error().what;
    return loaded ? std::move(loaded->value) : DriverSettings{};
}

std::string complaint(const std::string& conf, const CommandLine& line = options({"-a", "u"}))
{
    const auto loaded = resolve(conf, line);
    return loaded ? "<accepted>" : loaded.error().what;
}

TEST(DriverSettings, HaveNutsDefaults)
{
    const auto s = settings(section(""));

    EXPECT_EQ(s.options.ups, "u");
    EXPECT_EQ(s.options.port, "auto");
    EXPECT_EQ(s.poll_interval, std::chrono::seconds(2));
    EXPECT_EQ(s.reconnect_max_tries, -1);
    EXPECT_EQ(s.reconnect_report_freq, -1);
    EXPECT_EQ(s.debug_min, 0);
    EXPECT_EQ(s.allow_killpower, 0);
    EXPECT_FALSE(s.ignorelb || s.nolock);
    EXPECT_THAT(s.published,
                ElementsAre(Pair("driver.parameter.pollinterval", "2"), Pair("driver.parameter.port", "auto"),
                            Pair("driver.parameter.synchronous", "auto")));
}

TEST(DriverSettings, LetTheSectionBeatTheGlobalAndTheCommandLineBoth)
{
    const std::string globals = "pollinterval = 9\nuser = one\ngroup = g\nDEBUG_MIN = 2\nchroot = /jail\n"
                                "statepath = /state\n";
    EXPECT_EQ(settings(globals + section("")).poll_interval, std::chrono::seconds(9));

    const auto s = settings(globals + section("pollinterval = 7\nuser = two\ndebug_min = 4\n"));
    EXPECT_EQ(s.poll_interval, std::chrono::seconds(7));
    EXPECT_EQ(s.user, "two");
    EXPECT_EQ(s.group, "g");
    EXPECT_EQ(s.debug_min, 4);
    EXPECT_EQ(s.chroot, "/jail");
    EXPECT_EQ(s.state_path, "/state");

    const auto line = options({"-a", "u", "-x", "mode=x", "-x", "port=/dev/y", "-i", "3", "-r", "/other",
                               "-u", "three", "-g", "h"});
    const auto c = settings(globals + section("mode = file\n"), line);
    EXPECT_EQ(c.poll_interval, std::chrono::seconds(3));
    EXPECT_EQ(c.options.poll_interval, std::chrono::seconds(3));
    EXPECT_EQ(c.options.text("mode"), "x");
    EXPECT_EQ(c.options.port, "/dev/y");
    EXPECT_EQ(c.user.value_or("") + c.group.value_or("") + c.chroot.value_or(""), "threeh/other");
    EXPECT_THAT(c.published, Contains(Pair("driver.parameter.pollinterval", "3")));
}

TEST(DriverSettings, NeedNoFileWithAFreeName)
{
    const auto line = options({"-s", "free", "-x", "port=x.dev", "-x", "fast"});
    const auto s = settings("", line);

    EXPECT_EQ(s.options.ups, "free");
    EXPECT_EQ(s.options.port, "x.dev");
    EXPECT_TRUE(s.options.flag("fast"));
}

TEST(DriverSettings, PublishEveryOptionButSecretsAndWhatIsNotTheDrivers)
{
    const auto s =
        settings(section("desc = \"a desk\"\nsdorder = 1\nuser = root\nmode = m\nfast\npassword = hush\n"
                         "default.ups.mfr = A\noverride.battery.charge.low = 30\nignorelb\n"
                         "allow_killpower = 1\n"));

    EXPECT_THAT(s.published,
                ElementsAre(Pair("driver.flag.fast", "enabled"), Pair("driver.flag.ignorelb", "enabled"),
                            Pair("driver.parameter.default.ups.mfr", "A"), Pair("driver.parameter.mode", "m"),
                            Pair("driver.parameter.override.battery.charge.low", "30"),
                            Pair("driver.parameter.pollinterval", "2"), Pair("driver.parameter.port", "auto"),
                            Pair("driver.parameter.synchronous", "auto")));
    EXPECT_EQ(s.options.text("password"), "hush");
    EXPECT_EQ(s.allow_killpower, 1);
    EXPECT_TRUE(s.ignorelb);
}

TEST(DriverSettings, TakeDefaultsAndOverridesInAnyCase)
{
    const auto s =
        settings(section("default.battery.charge.low = 20\nOverride.Ups.Model = X\nDEFAULT.a = b\n"));

    EXPECT_THAT(s.defaults, ElementsAre(Pair("a", "b"), Pair("battery.charge.low", "20")));
    EXPECT_THAT(s.overrides, ElementsAre(Pair("Ups.Model", "X")));
}

TEST(DriverSettings, SplitTheCommandsForShutdown)
{
    EXPECT_THAT(settings(section("sdcommands = \" a.b , c.d,,e \"\n")).sdcommands,
                ElementsAre("a.b", "c.d", "e"));
    EXPECT_THAT(settings(section("")).sdcommands, IsEmpty());
}

TEST(DriverSettings, EndWithNutsWordsOnWhatCanNotWork) // D27
{
    EXPECT_EQ(complaint("[other]\n"), "Error: Section u not found in ups.conf");
    EXPECT_EQ(complaint("[U]\ndriver = test-ups\nport = x\n"), "Error: Section u not found in ups.conf");
    EXPECT_EQ(complaint("[u]\ndriver = other-ups\nport = x\n"),
              "Error: UPS [u] is for driver 'other-ups', but I'm test-ups!");
    EXPECT_EQ(
        complaint("[u]\ndriver = test-ups\n"),
        "Error: you must specify a port name in ups.conf or in '-x port=...' argument.\nTry -h for help.");
    EXPECT_EQ(complaint(section("nonsense = 1\n")),
              "Fatal error: 'nonsense' is not a valid variable name for this driver.\n"
              "ups.conf:4:1: error: this setting is refused");
    EXPECT_EQ(complaint(section("  nonsense\n")),
              "Fatal error: 'nonsense' is not a valid flag for this driver.\n"
              "ups.conf:4:3: error: this setting is refused");
    EXPECT_EQ(complaint(section("\nmoed = x\n")),
              "Fatal error: 'moed' is not a valid variable name for this driver. (did you mean \"mode\"?)\n"
              "ups.conf:5:1: error: this setting is refused");
    EXPECT_EQ(complaint(section("mode\n")),
              "Fatal error: 'mode' needs a value.\nups.conf:4:1: error: this setting is refused");
    EXPECT_EQ(complaint(section(""), options({"-a", "u", "-x", "bogus=1"})),
              "Fatal error: 'bogus' is not a valid variable name for this driver.");
    EXPECT_EQ(
        complaint("", options({"-s", "f"})),
        "Error: you must specify a port name in ups.conf or in '-x port=...' argument.\nTry -h for help.");
}

TEST(DriverSettings, RefuseAPollIntervalThatIsNone)
{
    for (const std::string bad : {"0", "-1", "x", "0.5", "\"\""})
        EXPECT_THAT(complaint(section("pollinterval = " + bad + "\n")),
                    testing::MatchesRegex("Error: invalid pollinterval: .*\nups.conf:4:1: error: .*"))
            << bad;
    EXPECT_THAT(complaint("pollinterval = 0\n" + section("")),
                testing::StartsWith("Error: invalid pollinterval: 0\nups.conf:1:1:"));
    EXPECT_EQ(complaint(section(""), options({"-a", "u", "-x", "pollinterval=0"})),
              "Error: invalid pollinterval: 0");
}

TEST(DriverSettings, GoOnWithTheDefaultWhereANumberIsWrong) // Trap 78
{
    const auto loaded = resolve(section("reconnect_max_tries = often\ndebug_min = -1\n"));

    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->value.reconnect_max_tries, -1);
    std::vector<std::string> problems;
    for (const auto& problem : loaded->problems)
        problems.push_back(to_string(problem));
    EXPECT_THAT(
        problems,
        ElementsAre(
            "ups.conf:4:23: error: Invalid reconnect_max_tries value found in ups.conf: \"often\" is no "
            "whole number from -1 to 1000000; using -1",
            "ups.conf:5:13: error: Invalid debug_min value found in ups.conf: \"-1\" is no whole number "
            "from 0 to 100; using 0"));
}

// Whoever writes fast = no does not get what they meant.
TEST(DriverSettings, WarnOfAFlagThatHasAValue)
{
    const auto loaded = resolve(section("fast = no\n"));
    ASSERT_TRUE(loaded);
    EXPECT_TRUE(loaded->value.options.flag("fast"));
    ASSERT_EQ(loaded->problems.size(), 1U);
    EXPECT_EQ(to_string(loaded->problems[0]),
              "ups.conf:4:8: warning: fast is a flag: it is set, whatever stands behind it");
}

TEST(DriverOptionsNumbers, AreCheckedWhereTheDriverAsksForThem)
{
    const auto s = settings(section("mode = 5\ndelay = x\n"));

    EXPECT_EQ(s.options.number("mode", 1, 9, 3), 5);
    EXPECT_EQ(s.options.number("absent", 1, 9, 3), 3);
    for (const auto* const name : {"delay", "mode"}) {
        try {
            s.options.number(name, 6, 9, 7);
            FAIL() << name;
        } catch (const DeviceError& e) {
            EXPECT_EQ(e.kind(), DeviceError::Kind::fatal);
            EXPECT_THAT(e.what(), testing::HasSubstr(": error: " + std::string(name) + " = "));
        }
    }
}

TEST(DriverReload, SortsWhatChangedByWhetherItCan)
{
    const auto running = settings(section("mode = a\nfast\ndelay = 1\n"));
    const auto changed = [&](const std::string& lines, const std::string& head = "") {
        return compare(running, settings(head + section(lines)), program());
    };

    EXPECT_THAT(changed("mode = a\nfast\ndelay = 1\n").fixed, IsEmpty());
    EXPECT_THAT(changed("mode = a\nfast\ndelay = 1\n").reloadable, IsEmpty());
    EXPECT_THAT(changed("mode = b\ndelay = 1\n").fixed, ElementsAre("mode", "fast"));
    EXPECT_THAT(changed("mode = a\nfast\n").reloadable, ElementsAre("delay"));
    const auto core =
        changed("mode = a\nfast\ndelay = 1\npollinterval = 9\ndebug_min = 1\nallow_killpower\n"
                "sdcommands = x\ndefault.a = b\noverride.c = d\nreconnect_max_tries = 3\n"
                "reconnect_report_freq = 4\nport = other\nignorelb\nuser = z\ngroup = g\nnolock\n");
    EXPECT_THAT(core.fixed, ElementsAre("port", "ignorelb", "nolock", "user", "group"));
    EXPECT_THAT(core.reloadable,
                ElementsAre("pollinterval", "debug_min", "allow_killpower", "sdcommands",
                            "reconnect_max_tries", "reconnect_report_freq", "default.*", "override.*"));
}

TEST(DriverReload, PublishesOnlyWhatIsInEffect)
{
    auto running = settings(section("mode = a\nfast\ndelay = 1\ndefault.a = 1\n"));
    const auto wanted = settings(section("mode = b\ndelay = 2\npollinterval = 9\nport = other\n"));
    const auto published = published_after_reload(running, wanted, compare(running, wanted, program()));

    EXPECT_THAT(published, Contains(Pair("driver.parameter.mode", "a")));
    EXPECT_THAT(published, Contains(Pair("driver.flag.fast", "enabled")));
    EXPECT_THAT(published, Contains(Pair("driver.parameter.port", "auto")));
    EXPECT_THAT(published, Contains(Pair("driver.parameter.delay", "2")));
    EXPECT_THAT(published, Contains(Pair("driver.parameter.pollinterval", "9")));
    EXPECT_THAT(published, Not(Contains(Key("driver.parameter.default.a"))));
}

TEST(DriverSettings, AreCheckedToTheEnd)
{
    const auto checked = check_settings(
        parse_ups_conf("ups.conf",
                       "pollinterval = 0\n" + section("mdoe = x\nmode\nfsat\nreconnect_max_tries = y\n"))
            .value,
        options({"-a", "u"}), program(), "test-ups");
    std::vector<std::string> problems;
    for (const auto& problem : checked.problems)
        problems.push_back(to_string(problem));

    EXPECT_THAT(
        problems,
        testing::UnorderedElementsAre(
            "ups.conf:1:1: error: invalid pollinterval: 0",
            "ups.conf:5:1: error: 'mdoe' is not a valid variable name for this driver. (did you mean "
            "\"mode\"?)",
            "ups.conf:6:1: error: 'mode' needs a value.",
            "ups.conf:7:1: error: 'fsat' is not a valid flag for this driver. (did you mean \"fast\"?)",
            testing::StartsWith("ups.conf:8:23: error: Invalid reconnect_max_tries")));
    EXPECT_EQ(checked.value.options.port, "auto");
}

TEST(DriverSettings, OfAMissingSectionOrAnotherDriverAreCheckedToo)
{
    const auto first = [](const std::string& conf, const char* ups) {
        return to_string(check_settings(parse_ups_conf("ups.conf", conf).value, options({"-a", ups}),
                                        program(), "test-ups")
                             .problems.at(0));
    };

    EXPECT_EQ(first(section(""), "v"), "ups.conf: error: Section v not found in ups.conf");
    EXPECT_EQ(first("\n [u]\ndriver = other\nport = x\n", "u"),
              "ups.conf:2:2: error: UPS [u] is for driver 'other', but I'm test-ups!");
    EXPECT_EQ(first("[u]\ndriver = test-ups\n", "u"),
              "ups.conf:1:1: error: you must specify a port name in ups.conf or in '-x port=...' argument.");
}

} // namespace
} // namespace upright
