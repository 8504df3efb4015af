// Device files: what is in them, and what is told of a wrong one.
#include "drivers/snmp/families.hpp"

#include "drivers/runtime/driver.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

namespace upright::snmp {
namespace {

std::vector<std::string> mistakes(std::string_view toml)
{
    std::vector<std::string> texts;
    for (const auto& problem : parse_family("acme.toml", toml).problems)
        texts.push_back(to_string(problem));
    return texts;
}

using Texts = std::vector<std::string>;

constexpr std::string_view kSound = R"(version = "acme MIB 1.0"
names = ["acme_old"]
order = 300
oids = { acme = "1.3.6.1.4.1.99999.1" }
object_ids = ["1.3.6.1.4.1.99999.1.5", "1.3.6.1.4.1.99999.7.*"]
probes = ["acme.1.1.0"]
trees = ["acme"]
supplements = ["acme_sensors"]
constants = { "device.mfr" = "Acme" }

values = [
    { variable = "battery.charge", oid = "acme.2.1.0", poll = "quick", none = [-1] },
    { variable = "ups.delay.shutdown", oid = "acme.2.2.0", write = "integer", low = 0, high = 600 },
]
status = [{ oid = "acme.4.1.0", words = { 1 = "OL", 2 = "OB" } }]
commands = [
    { name = "load.off", oid = "acme.6.1.0", value = 2 },
    { name = "shutdown.return", set = [{ oid = "acme.6.2.0", value = "ondelay" }, { oid = "acme.6.3.0", value = "offdelay" }] },
]

[[alarm_lists]]
count = "acme.7.1.0"
oid = "acme.7.2.1.2"
known = { "acme.7.3.1" = { alarm = "Battery bad!", status = "RB" } }

[[tables]]
prefix = "outlet.{n}."
index = "{device}.*.{n}"
number = "row"
count = "outlet.count"
where = [{ oid = "acme.5.1.9", is = [1] }, { oid = "acme.5.1.8", not = ["x"] }]
values = [{ variable = "current", oid = "acme.5.{index}.4", scale = 0.01 }]
)";

TEST(FamilyFiles, HoldAFamily)
{
    const auto loaded = parse_family("/x/acme.toml", kSound);
    ASSERT_TRUE(loaded.clean()) << to_string(loaded.problems.front());
    const auto& family = loaded.value;
    const Oid acme{1, 3, 6, 1, 4, 1, 99999, 1};
    EXPECT_EQ(family.name, "acme");
    EXPECT_TRUE(family.is_called("acme_old"));
    EXPECT_EQ(family.order, 300);
    EXPECT_EQ(family.object_ids.size(), 1U);
    EXPECT_EQ(family.object_id_beginnings, (std::vector{Oid{1, 3, 6, 1, 4, 1, 99999, 7}}));
    EXPECT_EQ(family.trees, std::vector{acme});
    ASSERT_EQ(family.values.size(), 2U);
    EXPECT_EQ(family.values[0].poll, Poll::quick);
    EXPECT_EQ(family.values[0].place.before, *Oid::parse("1.3.6.1.4.1.99999.1.2.1.0"));
    EXPECT_EQ(family.values[1].write->high, 600);
    EXPECT_EQ(family.status[0].words.size(), 2U);
    EXPECT_EQ(family.commands[1].steps[0].from, Step::From::on_delay);
    EXPECT_EQ(family.alarm_lists[0].known[0].key, ".1.3.6.1.4.1.99999.1.7.3.1");
    const auto& table = family.tables[0];
    EXPECT_EQ(table.index.size(), 3U);
    EXPECT_EQ(table.where.size(), 2U);
    EXPECT_TRUE(table.where[1].negated);
    EXPECT_EQ(table.values[0].place.after, Oid{4});
    EXPECT_EQ(to_string(table.values[0].place.at(std::vector<std::uint32_t>{1, 2, 3})),
              ".1.3.6.1.4.1.99999.1.5.1.2.3.4");
}

TEST(FamilyFiles, HaveAHeadThatIsReadAlone)
{
    const auto head = parse_family_head("/x/acme.toml", kSound);
    ASSERT_TRUE(head.clean());
    EXPECT_EQ(head.value.name, "acme");
    EXPECT_EQ(head.value.probes.size(), 1U);
    EXPECT_EQ(head.value.constants.at("device.mfr"), "Acme");
}

TEST(FamilyFiles, TellEachMistakeAtItsPlace)
{
    EXPECT_EQ(mistakes("version = \"1\"\nvalues = [{ variable = \"a b\", oid = \"1.x\" }]\n"),
              (Texts{"acme.toml:2:24: error: variable wants letters, digits, dots and dashes",
                     "acme.toml:2:37: error: 1.x is no OID"}));
    EXPECT_EQ(
        mistakes("version = \"1\"\noids = { acme = \"1.3\" }\nvalues = [{ variable = \"a\", oid = "
                 "\"acne.1\" }]\n"),
        Texts{"acme.toml:3:35: error: no beginning in oids is called \"acne\" (did you mean \"acme\"?)"});
    EXPECT_EQ(
        mistakes("version = \"1\"\nvalues = [{ variable = \"a\", oid = \"1.3\", pol = \"quick\" }]\n").size(),
        1U);
    EXPECT_EQ(mistakes("version = \"1\"\nvalues = [{ variable = \"a\", oid = \"1.3\", poll = \"often\" }]\n"),
              Texts{"acme.toml:2:49: error: poll wants quick, full, seldom or once"});
    EXPECT_EQ(
        mistakes(
            "version = \"1\"\nvalues = [{ variable = \"a\", oid = \"1.3\", convert = \"date-mdyy\" }]\n"),
        Texts{"acme.toml:2:52: error: no conversion is called \"date-mdyy\" (did you mean \"date-mdy\"?)"});
    EXPECT_EQ(mistakes("version = \"1\"\nstatus = [{ oid = \"1.3\" }]\n"),
              Texts{"acme.toml:2:11: error: one of words, flags and bits is wanted"});
    EXPECT_EQ(mistakes("version = \"1\"\n[[tables]]\nindex = \"{m}\"\n").size(), 3U);
    EXPECT_EQ(mistakes("version = \"1\"\nvalues = [{ variable = \"a\", oid = \"9.99.1\" }]\n"),
              Texts{"acme.toml:2:35: error: 9.99.1 is no OID"});
    EXPECT_EQ(mistakes("values = []\n").size(), 1U) << "no version";
    EXPECT_EQ(mistakes("version = \n").size(), 1U) << "no TOML";
    EXPECT_EQ(
        mistakes("version = \"1\"\ncommands = [{ name = \"load.off\", oid = \"1.3\", value = \"now\" }]\n")
            .size(),
        1U);
    EXPECT_EQ(mistakes("version = \"1\"\nvalues = [{ variable = \"a\", oid = \"1.3\", scale = 0 }]\n").size(),
              1U);
    EXPECT_EQ(mistakes("version = \"1\"\nvalues = [{ variable = \"a\", oid = 1.3 }]\n").size(), 1U);
    EXPECT_EQ(
        mistakes(
            "version = \"1\"\nvalues = [{ variable = \"a\", oid = \"1.3\", where = { oid = \"1.4\" } }]\n")
            .size(),
        1U);
    EXPECT_EQ(mistakes("version = \"1\"\nvalues = [{ variable = \"a\", oid = \"1.3\", low = 1 }]\n").size(),
              1U);
}

TEST(FamilyFiles, TakeTheNumberOfAProductFromSysObjectId)
{
    const std::string_view toml = R"(version = "1"
oids = { gude = "1.3.6.1.4.1.28507.*.1" }
values = [{ variable = "a", oid = "gude.2.0" }]
)";
    const auto family = parse_family("gude.toml", toml, Oid{1, 3, 6, 1, 4, 1, 28507, 43});
    ASSERT_TRUE(family.clean());
    EXPECT_EQ(to_string(family.value.values[0].place.before), ".1.3.6.1.4.1.28507.43.1.2.0");
}

TEST(FamilyFiles, OfTheUserHideOurs)
{
    const test::Scratch scratch;
    for (const auto* const folder : {"ours", "own"})
        std::filesystem::create_directory(scratch.file(folder));
    scratch.write("ours/acme.toml", "version = \"ours\"\n");
    scratch.write("ours/other.toml", "version = \"other\"\norder = 1\n");
    scratch.write("own/acme.toml", "version = \"own\"\n");
    scratch.write("own/wrong.toml", "version = 5\n");
    Families families({scratch.file("own"), scratch.file("ours"), scratch.file("none")});
    ASSERT_EQ(families.heads().size(), 2U);
    EXPECT_EQ(families.heads()[0].version, "other");
    EXPECT_EQ(families.heads()[1].version, "own");
    ASSERT_EQ(families.problems().size(), 1U);
    EXPECT_EQ(families.get("acme", {}).version, "own");
    EXPECT_THROW(families.get("wrong", {}), DeviceError);
    EXPECT_THROW(families.get("none", {}), DeviceError);
}

// Every one of ours is sound.
TEST(FamilyFiles, ThatComeWithUprightAreSound)
{
    const Families families({std::string(UPRIGHT_SNMP_DEVICES)});
    for (const auto& problem : families.check())
        ADD_FAILURE() << to_string(problem);
    EXPECT_GT(families.heads().size(), 40U);
    std::set<std::string> names;
    for (const auto& head : families.heads()) {
        names.insert(head.name);
        EXPECT_FALSE(head.supplement_only
                         ? head.trees.empty() && head.probes.empty()
                         : head.object_ids.empty() && head.trees.empty() && head.probes.empty())
            << head.name << " can't be recognised";
    }
    for (const auto& head : families.heads())
        for (const auto& supplement : head.supplements)
            EXPECT_TRUE(names.contains(supplement)) << head.name << " wants " << supplement;
}

} // namespace
} // namespace upright::snmp
