// From a family and a device to variables.
#include "tests/drivers/snmp/one_family.hpp"

namespace upright::snmp {
namespace {

using test::family_of;
using test::told;
using Variables = std::map<std::string, std::string>;

TEST(Discovery, TakesTheFirstRowThatSaysSomething)
{
    const auto family = family_of(R"(version = "1"
values = [
    { variable = "input.voltage", oid = "1.1.0", scale = 0.1, none = [-1] },
    { variable = "input.voltage", oid = "1.2.0" },
    { variable = "output.voltage", oid = "1.3.0", scale = 0.1 },
    { variable = "output.voltage", oid = "1.2.0" },
])");
    Objects objects;
    objects.set("1.1.0", -1);
    objects.set("1.2.0", 230);
    objects.set("1.3.0", 2315);
    EXPECT_EQ(told(objects, {&family}), (Variables{{"input.voltage", "230"}, {"output.voltage", "231.50"}}));
}

TEST(Discovery, FillsWhatTheFirstFamilyLacksFromTheNext)
{
    const auto first = family_of("version = \"1\"\nconstants = { \"device.mfr\" = \"Acme\" }\n"
                                 "values = [{ variable = \"ups.load\", oid = \"1.1.0\" }]\n");
    const auto second = family_of("version = \"1\"\nvalues = [{ variable = \"ups.load\", oid = \"2.1.0\" },"
                                  "{ variable = \"device.mfr\", oid = \"2.2.0\", text = true }]\n");
    Objects objects;
    objects.set("1.1.0", 20);
    objects.set("2.1.0", 21);
    objects.set("2.2.0", std::string("Somebody"));
    EXPECT_EQ(told(objects, {&first, &second}), (Variables{{"device.mfr", "Somebody"}, {"ups.load", "20"}}));
}

constexpr std::string_view kOutlets = R"(version = "1"
[[tables]]
prefix = "outlet.{n}."
count = "outlet.count"
values = [
    { variable = "name", oid = "1.5.2", text = true },
    { variable = "current", oid = "1.5.3", scale = 0.1 },
]
)";

TEST(Discovery, FindsTheRowsOfATableByAnyOfItsColumns)
{
    const auto family = family_of(kOutlets);
    Objects objects;
    objects.set("1.5.2.1", std::string("router"));
    objects.set("1.5.3.1", 12);
    objects.set("1.5.3.4", 3);
    objects.set("1.5.3.5.7", 3); // no index of this table
    EXPECT_EQ(told(objects, {&family}), (Variables{{"outlet.1.current", "1.20"},
                                                   {"outlet.1.name", "router"},
                                                   {"outlet.4.current", "0.30"},
                                                   {"outlet.count", "2"}}));
}

TEST(Discovery, CountsFromOneIfAnIndexIsZero)
{
    const auto family = family_of(kOutlets);
    Objects objects;
    objects.set("1.5.2.0", std::string("first"));
    objects.set("1.5.2.1", std::string("second"));
    EXPECT_EQ(told(objects, {&family}),
              (Variables{{"outlet.1.name", "first"}, {"outlet.2.name", "second"}, {"outlet.count", "2"}}));
}

TEST(Discovery, LetsAFurtherZeroPass)
{
    const auto family = family_of(kOutlets);
    Objects objects;
    objects.set("1.5.3.1.0", 5);
    objects.set("1.5.3.2.0", 6);
    EXPECT_EQ(told(objects, {&family}),
              (Variables{{"outlet.1.current", "0.50"}, {"outlet.2.current", "0.60"}, {"outlet.count", "2"}}));
}

TEST(Discovery, TakesEmptyRowsForNone)
{
    const auto family = family_of(kOutlets);
    Objects objects;
    objects.set("1.5.2.1", std::string("one"));
    objects.set("1.5.2.2", std::string());
    EXPECT_EQ(told(objects, {&family}), (Variables{{"outlet.1.name", "one"}, {"outlet.count", "1"}}));
}

constexpr std::string_view kLines = R"(version = "1"
values = [
    { variable = "output.phases", oid = "1.1.0" },
    { variable = "ups.load", oid = "1.4.5.1", output_phases = 1 },
]
[[tables]]
index = "{line}"
count = "output.phases"
values = [
    { variable = "output.{LN}voltage", oid = "1.4.2" },
    { variable = "output.{L}current", oid = "1.4.3", scale = 0.1 },
    { variable = "output.{LL}voltage", oid = "1.4.6" },
    { variable = "output.{L}power.percent", oid = "1.4.5", output_phases = 3 },
]
)";

TEST(Discovery, NamesPhasesOnlyIfThereAreSeveral)
{
    const auto family = family_of(kLines);
    Objects objects;
    objects.set("1.4.2.1", 230);
    objects.set("1.4.3.1", 15);
    objects.set("1.4.5.1", 20);
    EXPECT_EQ(told(objects, {&family}), (Variables{{"output.current", "1.50"},
                                                   {"output.phases", "1"},
                                                   {"output.voltage", "230"},
                                                   {"ups.load", "20"}}));
    for (int line = 2; line <= 3; ++line) {
        objects.set(std::string("1.4.2.") + std::to_string(line), 230 + line);
        objects.set(std::string("1.4.5.") + std::to_string(line), 20 + line);
    }
    EXPECT_EQ(told(objects, {&family}), (Variables{{"output.L1-N.voltage", "230"},
                                                   {"output.L2-N.voltage", "232"},
                                                   {"output.L3-N.voltage", "233"},
                                                   {"output.L1.current", "1.50"},
                                                   {"output.L1.power.percent", "20"},
                                                   {"output.L2.power.percent", "22"},
                                                   {"output.L3.power.percent", "23"},
                                                   {"output.phases", "3"}}));
}

TEST(Discovery, NumbersRowsWithinADeviceOfAChain)
{
    const auto family = family_of(R"(version = "1"
[[tables]]
prefix = "outlet.{n}."
index = "{device}.*.{n}"
number = "row"
count = "outlet.count"
values = [{ variable = "current", oid = "1.5.3" }]
)");
    Objects objects;
    objects.set("1.5.3.0.1.1", 11);
    objects.set("1.5.3.0.2.1", 12);
    EXPECT_EQ(told(objects, {&family}), (Variables{{"device.count", "1"},
                                                   {"outlet.1.current", "11"},
                                                   {"outlet.2.current", "12"},
                                                   {"outlet.count", "2"}}));
    objects.set("1.5.3.3.1.1", 21);
    EXPECT_EQ(told(objects, {&family}), (Variables{{"device.1.outlet.1.current", "11"},
                                                   {"device.1.outlet.2.current", "12"},
                                                   {"device.1.outlet.count", "2"},
                                                   {"device.2.outlet.1.current", "21"},
                                                   {"device.2.outlet.count", "1"},
                                                   {"device.count", "2"},
                                                   {"outlet.1.current", "11"},
                                                   {"outlet.2.current", "12"},
                                                   {"outlet.count", "2"}}));
}

TEST(Discovery, SaysDeviceOnceInNamesOfAChain)
{
    const auto family = family_of(R"(version = "1"
[[tables]]
index = "{device}"
values = [{ variable = "device.model", oid = "1.2", text = true }]
)");
    Objects objects;
    objects.set("1.2.0", std::string("first"));
    objects.set("1.2.1", std::string("second"));
    EXPECT_EQ(told(objects, {&family}), (Variables{{"device.1.model", "first"},
                                                   {"device.2.model", "second"},
                                                   {"device.count", "2"},
                                                   {"device.model", "first"}}));
}

TEST(Discovery, GoesOnCountingWithAnotherSeries)
{
    const auto family = family_of(R"(version = "1"
[[tables]]
prefix = "ambient.{n}."
values = [{ variable = "temperature", oid = "1.1" }]
[[tables]]
prefix = "ambient.{n}."
values = [{ variable = "humidity", oid = "1.2" }]
[[tables]]
prefix = "ambient.{n}."
series = "uio"
values = [{ variable = "temperature", oid = "1.3" }]
)");
    Objects objects;
    objects.set("1.1.1", 20);
    objects.set("1.2.1", 40);
    objects.set("1.3.1", 25);
    EXPECT_EQ(told(objects, {&family}), (Variables{{"ambient.1.humidity", "40"},
                                                   {"ambient.1.temperature", "20"},
                                                   {"ambient.2.temperature", "25"}}));
}

TEST(Discovery, LooksAtConditionsRowByRow)
{
    const auto family = family_of(R"(version = "1"
values = [
    { variable = "a", oid = "2.1.0", where = { oid = "2.2.0", is = [1] } },
    { variable = "b", oid = "2.1.0", where = { oid = "2.3.0", not = [1] } },
]
[[tables]]
prefix = "outlet.group.{n}."
where = { oid = "1.1", is = [2] }
values = [{ variable = "current", oid = "1.2" }, { variable = "temperature", oid = "1.3", celsius = { oid = "1.4", is = [1] } }]
)");
    Objects objects;
    objects.set("2.1.0", 5);
    objects.set("2.2.0", 2);
    objects.set("1.1.1", 1);
    objects.set("1.2.1", 10);
    objects.set("1.1.2", 2);
    objects.set("1.2.2", 20);
    objects.set("1.3.2", 68);
    EXPECT_EQ(
        told(objects, {&family}),
        (Variables{{"b", "5"}, {"outlet.group.2.current", "20"}, {"outlet.group.2.temperature", "20"}}));
    objects.set("1.4.2", 1);
    EXPECT_EQ(told(objects, {&family})["outlet.group.2.temperature"], "68");
}

TEST(Discovery, ReadsDecimalsFromAnotherColumn)
{
    const auto family = family_of(R"(version = "1"
[[tables]]
index = "{n}"
values = [{ variable = "input.current", oid = "1.4.{index}.1", digits = "1.7.{index}.1" }]
)");
    Objects objects;
    objects.set("1.4.1.1", 3497);
    objects.set("1.7.1.1", 3);
    EXPECT_EQ(told(objects, {&family}), (Variables{{"input.current", "3.497"}}));
}

Snapshot snapshot(Objects& objects, const std::vector<const Family*>& families)
{
    Agent agent(std::make_unique<RecordedAgent>(objects));
    return snapshot_of(discover(agent, families), {});
}

TEST(Status, IsToldByTheFirstFamilyThatKnowsTheSource)
{
    const auto first = family_of(R"(version = "1"
status = [{ oid = "1.1.0", words = { 1 = "OL", 2 = "OB", 9 = "" } }, { oid = "1.2.0", words = { 1 = "LB" } }])");
    const auto second = family_of(R"(version = "1"
status = [{ oid = "2.1.0", words = { 1 = "OL", 2 = "OB" } }, { oid = "2.2.0", words = { 1 = "RB" } }])");
    Objects objects;
    objects.set("1.1.0", 2);
    objects.set("1.2.0", 1);
    objects.set("2.1.0", 1);
    objects.set("2.2.0", 1);
    EXPECT_EQ(snapshot(objects, {&first, &second}).status.joined(), "OB LB RB");
    objects.set("1.1.0", 9);
    EXPECT_EQ(snapshot(objects, {&first, &second}).status.joined(), "OL LB RB") << "the first doesn't know";
}

TEST(Alarms, OfATableSayWhatTheyAreAbout)
{
    const auto family = family_of(R"(version = "1"
alarms = [{ oid = "2.1.0", words = { 2 = "Fan failed" } }]
[[tables]]
prefix = "outlet.group.{n}."
alarms = [{ oid = "1.1", words = { 4 = "overload" } }]
)");
    Objects objects;
    objects.set("2.1.0", 2);
    objects.set("1.1.1", 1);
    objects.set("1.1.2", 4);
    EXPECT_EQ(snapshot(objects, {&family}).alarms,
              (std::vector<std::string>{"Fan failed", "outlet group 2: overload"}));
}

TEST(Commands, AreOfferedIfTheirObjectIsThere)
{
    const auto family = family_of(R"(version = "1"
commands = [
    { name = "load.off", oid = "1.1.0", value = 1 },
    { name = "load.on", oid = "1.2.0", value = 1 },
    { name = "beeper.mute", oid = "1.3.0", value = 1, always = true },
]
[[tables]]
prefix = "outlet.{n}."
values = [{ variable = "status", oid = "2.1", words = { 1 = "on" } }]
commands = [{ name = "load.on", oid = "2.2", value = 1 }, { name = "load.off", oid = "2.1", value = 2 }]
)");
    Objects objects;
    objects.set("1.1.0", 0);
    objects.set("2.1.3", 1);
    const auto commands = snapshot(objects, {&family}).commands;
    EXPECT_EQ(std::vector<std::string>(commands.begin(), commands.end()),
              (std::vector<std::string>{"beeper.mute", "load.off", "outlet.3.load.off"}));
}

} // namespace
} // namespace upright::snmp
