#include "common/config/document.hpp"
#include "drivers/usbhid/hid_maps.hpp"
#include "drivers/usbhid/status_flags.hpp"
#include "tests/drivers/usbhid/fixture.hpp"

#include <random>
#include <set>

namespace upright::usbhid {
namespace {

using test::texts;
using test::usages;
using testing::ElementsAre;

std::vector<std::string> errors_of(std::string_view toml)
{
    return texts(parse_hid_map("x.toml", toml, usages()).problems);
}

TEST(HidMapFile, OfEveryMakerIsRead)
{
    std::vector<std::string> names;
    for (const auto& map : test::our_maps()) {
        SCOPED_TRACE(map.name);
        names.push_back(map.name);
        EXPECT_THAT(map.version, testing::ContainsRegex("^[^0-9]+ HID [0-9.]+$"));
        EXPECT_NE(map.identity, nullptr);
        EXPECT_FALSE(map.status.empty());
        EXPECT_EQ(map.values.empty(), map.name == "explore");
        for (const auto& row : map.values)
            EXPECT_GE(row.path.size(), 2U) << row.variable;
    }
    EXPECT_THAT(names, ElementsAre("apc", "arduino", "belkin", "cps", "delta_ups", "ecoflow", "ever",
                                   "explore", "generic", "idowell", "legrand", "liebert", "mge", "openups",
                                   "powercom", "powervar", "salicru", "tripplite"));
}

// A row that can never count would be a mistake.
TEST(HidMapFile, HasNoRowTwice)
{
    for (const auto& map : test::our_maps()) {
        std::set<std::pair<std::string, hid::UsagePath>> seen;
        for (const auto& row : map.values) {
            if (row.only_if != nullptr)
                continue;
            EXPECT_TRUE(seen.emplace(row.variable, row.path).second)
                << map.name << ": " << row.variable << " " << map.usages.text(row.path);
        }
        seen.clear();
        for (const auto& row : map.commands)
            EXPECT_TRUE(seen.emplace(row.name, row.path).second) << map.name << ": " << row.name;
    }
}

TEST(HidMapFile, TellsTheMainsAndTheBattery)
{
    for (const auto& map : test::our_maps()) {
        SCOPED_TRACE(map.name);
        std::set<std::string> words;
        for (const auto& row : map.status)
            for (const auto& [number, word] : row.meaning.words)
                words.insert(word);
        if (map.name != "openups" && map.name != "belkin") {
            EXPECT_TRUE(words.contains("online"));
        }
        EXPECT_TRUE(words.contains("lowbatt") || map.name == "belkin");
    }
}

TEST(HidMapFile, HoldsWhatARowSays)
{
    const auto loaded = parse_hid_map("mine.toml", R"(
version = "Mine HID 1"
usages = ["apc"]
identity = "apc"
repairs = ["apc", "cps"]
manufacturer = "Me"
full_poll_interval = 12
start_delay = 120
shutdown_delay = 60
no_interrupts = true
values = [
  { variable = "ups.load", path = "UPS.Output.PercentLoad", decimals = 1, poll = "quick" },
  { variable = "x.y", path = "UPS.PowerSummary.Test", words = { 2 = "b", 1 = "a" }, writable = 3, enums = true, only_if = "eaton-pegasus" },
  { variable = "battery.mfr.date", path = "UPS.Battery.ManufacturerDate", convert = "date", writable = 10, poll = "once" },
]
status = [
  { path = "UPS.PowerSummary.APCStatusFlag", words = { 8 = "!off", 0 = "off chrg" } },
  { path = "UPS.PowerSummary.PresentStatus.ACPresent", flag = "online", poll = "quick" },
]
commands = [ { name = "load.off", path = "UPS.Output.DelayBeforeShutdown", value = -1 } ]
settings = [ { variable = "outlet.desc", path = "UPS.Output", default = "Main", writable = 20 } ]
)",
                                      usages());

    ASSERT_THAT(texts(loaded.problems), testing::IsEmpty());
    const auto& map = loaded.value;
    EXPECT_EQ(map.name, "mine");
    EXPECT_EQ(map.identity, find_identity("apc"));
    EXPECT_THAT(map.repairs, ElementsAre(find_repair("apc"), find_repair("cps")));
    EXPECT_EQ(map.full_poll_interval, std::chrono::seconds(12));
    EXPECT_EQ(map.start_delay, 120);
    EXPECT_EQ(map.shutdown_delay, 60);
    EXPECT_TRUE(map.no_interrupts);
    EXPECT_EQ(map.values[0].meaning.decimals, 1);
    EXPECT_EQ(map.values[0].poll, Poll::quick);
    EXPECT_FALSE(map.values[0].writable);
    EXPECT_THAT(map.values[1].meaning.words, ElementsAre(std::pair(1, "a"), std::pair(2, "b")));
    EXPECT_THAT(map.values[1].enums, ElementsAre("a", "b"));
    EXPECT_EQ(map.values[1].max_length, 3);
    EXPECT_EQ(map.values[1].only_if, find_guard("eaton-pegasus"));
    EXPECT_EQ(map.values[2].meaning.conversion, find_conversion("date"));
    EXPECT_THAT(map.status[0].meaning.words, ElementsAre(std::pair(0, "off chrg"), std::pair(8, "!off")));
    EXPECT_THAT(map.status[1].meaning.words, ElementsAre(std::pair(0, "offline"), std::pair(1, "online")));
    EXPECT_EQ(map.commands[0].value, -1);
    EXPECT_EQ(map.settings[0].fallback, "Main");
    EXPECT_EQ(map.settings[0].max_length, 20);
}

TEST(HidMapFile, PointsAtEveryMistakeOfTheDevice)
{
    EXPECT_THAT(
        errors_of(R"(verson = "x"
usages = ["acp", 7]
identity = "ap"
repairs = ["apd"]
full_poll_interval = 0
no_interrupts = 1
values = 5
)"),
        ElementsAre("x.toml:1:1: error: version is missing", "x.toml:1:1: error: status is missing",
                    "x.toml:1:1: error: nothing is called verson here (did you mean \"version\"?)",
                    "x.toml:2:10: error: no table of usages is called \"acp\" (did you mean \"apc\"?)",
                    "x.toml:2:18: error: usages wants texts in quotes",
                    "x.toml:3:12: error: no identity is called \"ap\" (did you mean \"apc\"?)",
                    "x.toml:4:11: error: no repair is called \"apd\" (did you mean \"apc\"?)",
                    "x.toml:5:22: error: full_poll_interval wants a whole number in 1..3600",
                    "x.toml:6:17: error: no_interrupts wants true or false",
                    "x.toml:7:10: error: values wants a list of tables"));
}

TEST(HidMapFile, PointsAtEveryMistakeOfARow)
{
    EXPECT_THAT(
        errors_of(R"(version = "x"
values = [
  { variable = "ups.load", path = "UPS.Output.PercentLod", decimals = 9, pol = 1 },
  { variable = "a b", path = "UPS.Output", convert = "celsus", poll = "often" },
  { path = "UPS.Output", words = { x = "y", 1 = 2 }, decimals = 1, enums = true },
  { variable = "a", path = "UPS.Output", convert = "celsius", writable = 5, only_if = "eaton-pegasos" },
  { variable = "a", path = "UPS.Output", words = "beper" },
]
status = [ { path = "UPS.Output", flag = "onlin" }, { path = "UPS.Output", words = { 1 = "chrg !dischr" } }, { path = "UPS.Output" } ]
)"),
        ElementsAre(
            "x.toml:3:35: error: no usage is called \"PercentLod\" (did you mean \"PercentLoad\"?)",
            "x.toml:3:71: error: decimals wants a whole number in 0..6",
            "x.toml:3:74: error: nothing is called pol here (did you mean \"poll\"?)",
            "x.toml:4:16: error: variable wants letters, digits, dots and dashes",
            "x.toml:4:54: error: no conversion is called \"celsus\" (did you mean \"celsius\"?)",
            "x.toml:4:71: error: poll wants quick, full, after-change or once",
            "x.toml:5:3: error: variable is missing",
            "x.toml:5:3: error: a row has decimals, words or convert: one of them",
            "x.toml:5:3: error: enums wants words and writable",
            "x.toml:5:40: error: words wants { number = \"text\" }",
            "x.toml:5:49: error: words wants texts of 1..120 characters",
            "x.toml:6:52: error: celsius can't be written",
            "x.toml:6:87: error: no guard is called \"eaton-pegasos\" (did you mean \"eaton-pegasus\"?)",
            "x.toml:7:50: error: no list of words is called \"beper\" (did you mean \"beeper\"?)",
            "x.toml:9:42: error: no flag is called \"onlin\" (did you mean \"online\"?)",
            "x.toml:9:84: error: no flag is called \"!dischr\" (did you mean \"dischrg\"?)",
            "x.toml:9:110: error: a row of the status has flag, words or convert: one of them"));
}

TEST(HidMapFile, PointsAtBadCommandsAndSettings)
{
    EXPECT_THAT(
        errors_of(R"(version = "x"
status = []
commands = [ { name = "a", path = "UPS.Output" }, { name = "a", path = "UPS", value = -2 }, { name = "a", path = "UPS", convert = "date", value = 1 }, { path = "UPS", convert = "celsius" } ]
settings = [ { variable = "a", path = "UPS" }, { variable = "a", path = "UPS", default = "abc", writable = 2 }, { variable = "a", path = "UPS", default = 1.5, writable = 0 } ]
)"),
        ElementsAre("x.toml:3:14: error: a command wants value, or convert",
                    "x.toml:3:87: error: value wants a whole number in -1..1000000",
                    "x.toml:3:152: error: name is missing", "x.toml:3:178: error: celsius can't be written",
                    "x.toml:4:14: error: default is missing", "x.toml:4:14: error: writable is missing",
                    "x.toml:4:90: error: default is longer than 2 characters",
                    "x.toml:4:155: error: default wants a text in quotes",
                    "x.toml:4:171: error: writable wants a whole number in 1..200"));
}

TEST(HidMapFile, RefusesWhatIsTooMuch)
{
    EXPECT_THAT(errors_of("version = "), ElementsAre(testing::StartsWith("x.toml:1:")));
    EXPECT_THAT(errors_of("a = " + std::string(5000, '[')),
                ElementsAre(testing::HasSubstr("this is no map file")));
    EXPECT_THAT(errors_of(std::string(2U << 20U, '#')),
                ElementsAre(testing::HasSubstr("this is no map file")));
    std::string rows = "version = \"x\"\nstatus = [\n";
    for (int i = 0; i < 2001; ++i)
        rows += "{ path = \"UPS\", flag = \"online\" },\n";
    EXPECT_THAT(errors_of(rows + "]\n"), ElementsAre("x.toml:2:10: error: status has more than 2000 rows"));
}

TEST(HidMapFile, OfTheUserTakesThePlaceOfOurs)
{
    const upright::test::Scratch scratch;
    scratch.write("ours/a.toml", "version = \"ours\"\nstatus = []\n");
    scratch.write("ours/b.toml", "version = \"b\"\nstatus = []\n");
    scratch.write("ours/usages.toml", "[standard]\nUPS = 1\n");
    scratch.write("theirs/a.toml", "version = \"theirs\"\nstatus = []\n");
    scratch.write("theirs/readme.txt", "no map");

    HidMaps maps({scratch.file("theirs"), scratch.file("ours"), scratch.file("missing")});

    EXPECT_THAT(maps.names(), ElementsAre("a", "b"));
    EXPECT_EQ(maps.get("a").version, "theirs");
    EXPECT_EQ(maps.get("b").version, "b");
    EXPECT_THROW(maps.get("c"), DeviceError);
}

// One maker's file must not stop the driver of another's device.
TEST(HidMapFile, MayBeWrongWhereItIsNotWanted)
{
    const upright::test::Scratch scratch;
    scratch.write("a.toml", "version = \"x\"\nstatus = []\n");
    scratch.write("b.toml", "verzion = \"x\"\n");
    scratch.write("usages.toml", "[standard]\nUPS = 1\n");
    HidMaps maps({scratch.path()});

    EXPECT_EQ(maps.get("a").version, "x");
    try {
        maps.get("b");
        FAIL() << "it was taken";
    } catch (const DeviceError& e) {
        EXPECT_EQ(e.kind(), DeviceError::Kind::fatal);
        EXPECT_THAT(e.what(), testing::HasSubstr("b.toml:1:1: error: "));
    }
}

TEST(HidMapFile, KeepsDelaysInStep)
{
    for (const auto& map : test::our_maps())
        for (const auto& row : map.settings) {
            SCOPED_TRACE(map.name + ": " + row.variable);
            if (row.variable == "ups.delay.start") {
                EXPECT_EQ(row.fallback, std::to_string(map.start_delay));
            }
            if (row.variable == "ups.delay.shutdown") {
                EXPECT_EQ(row.fallback, std::to_string(map.shutdown_delay));
            }
        }
}

TEST(HidMapFile, MayUseWhatIsDocumentedOnly)
{
    const auto page = *read_file(upright::test::source_dir() + "/docs/usbhid-device-files.md");
    for (const auto& names :
         {conversion_names(), guard_names(), identity_names(), repair_names(), StatusFlags::names()})
        for (const auto name : names)
            EXPECT_NE(page.find("`" + std::string(name) + "`"), page.npos) << name;
}

// Whatever is done to a file, it is read, or each mistake has its place.
TEST(HidMapFile, SurvivesDamage)
{
    std::mt19937 random(7);
    const auto whole = *read_file(test::device_folder() + "/tripplite.toml");
    for (int round = 0; round < 60; ++round) {
        auto text = whole;
        for (int i = 0; i < 3; ++i) {
            const auto at = random() % text.size();
            if (random() % 2 == 0)
                text[at] = static_cast<char>(random() % 128);
            else
                text.erase(at, random() % 40);
        }
        const auto loaded = parse_hid_map("x.toml", text, usages());
        for (const auto& problem : loaded.problems) {
            EXPECT_GE(problem.line, 1);
            EXPECT_FALSE(problem.text.empty());
        }
        EXPECT_TRUE(!loaded.clean() || !loaded.value.version.empty());
    }
}

} // namespace
} // namespace upright::usbhid
