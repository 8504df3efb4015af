#include "drivers/megatec/dialect.hpp"
#include "tests/drivers/megatec/fixture.hpp"

namespace upright::megatec {
namespace {

using test::texts;
using testing::ElementsAre;

constexpr std::string_view kRest = R"([[query]]
ask = "Q1\r"
length = 46
rows = []
)";

std::vector<std::string> errors_of(std::string_view toml)
{
    return texts(parse_dialect("x.toml", toml).problems);
}

TEST(DialectFile, PointsAtEveryBadCellOfARow)
{
    EXPECT_THAT(
        errors_of(R"(name = "x"
probe = 1
claim = ["Q1"]
[[query]]
ask = "Q1\r"
length = 46
rows = [
  { variable = "ups.load", at = [19, 99], as = "nunber" },
  { variable = "ups.load", at = [21, 19], as = "number", digit = 1 },
  { as = "number", digits = 9, at = [1, 2] },
  { variable = "a", as = "number" },
  { variable = "a", as = "word", field = 2 },
  { variable = "a", at = "1", as = "flag", on = 7 },
]
)"),
        ElementsAre("x.toml:8:33: error: columns 19..99 do not fit an answer of 46",
                    "x.toml:8:48: error: no conversion is called \"nunber\" (did you mean \"number\"?)",
                    "x.toml:9:33: error: columns 21..19 do not fit an answer of 46",
                    "x.toml:9:58: error: nothing is called digit here (did you mean \"digits\"?)",
                    "x.toml:10:3: error: variable is missing",
                    "x.toml:10:29: error: digits wants a whole number in 0..6",
                    "x.toml:11:3: error: a wants either at = [from, to] or field = <number>",
                    "x.toml:12:3: error: word wants words = { raw = \"value\" }",
                    "x.toml:12:42: error: field wants a separator in the query",
                    "x.toml:13:26: error: at wants [from, to]: columns counted from 0",
                    "x.toml:13:49: error: on wants a text in quotes"));
}

TEST(DialectFile, PointsAtBadClaimsCommandsAndSettings)
{
    EXPECT_THAT(errors_of(R"(nmae = "x"
claim = ["Q2", { ask = "QPI", begins = ["(PI98"] }, { ask = "M\r" }]
silence_ms = 5
)" + std::string(kRest) + R"([[command]]
name = "shutdown.return"
send = "S{ofdelay}\r"
[[command]]
send = "C"
seconds = { min = 60, max = 10 }
[[setting]]
variable = "ups.delay.start"
default = 5
range = [9, 2]
round = "minute"
[[setting]]
variable = "battery.packs"
)"),
                ElementsAre(
                    "x.toml:1:1: error: name is missing", "x.toml:1:1: error: probe is missing",
                    "x.toml:1:1: error: nothing is called nmae here (did you mean \"name\"?)",
                    "x.toml:2:10: error: no query is called \"Q2\" (did you mean \"Q1\"?)",
                    "x.toml:2:24: error: ask must end with \\r", "x.toml:2:53: error: begins is missing",
                    "x.toml:3:14: error: silence_ms wants a whole number in 100..10000",
                    "x.toml:10:8: error: nothing is filled in for {ofdelay}",
                    "x.toml:11:1: error: name is missing", "x.toml:12:8: error: send must end with \\r",
                    "x.toml:13:29: error: max wants a whole number in 60..599940",
                    "x.toml:17:9: error: range wants [lowest, highest] within 0..599940",
                    "x.toml:18:9: error: no rounding is called \"minute\" (did you mean \"minutes\"?)",
                    "x.toml:19:1: error: a setting wants send, or a default to begin with"));
}

TEST(DialectFile, PointsAtBrokenToml)
{
    const auto errors = errors_of("name = \"x\"\nprobe = = 1\n");
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_THAT(errors[0], testing::StartsWith("x.toml:2:"));
}

TEST(DialectFile, HoldsClaimsByTextRepliesAndConstants)
{
    const auto loaded = parse_dialect("x.toml", R"(name = "x"
probe = 7
silence_ms = 3000
claim = ["Q1", { ask = "QPI\r", begins = ["(PI98", "(NAK"] }]
[replies]
accepted = ["(ACK"]
refused = ["(NAK"]
wants_answer = true
[constants]
"device.mfr" = "Ippon"
)" + std::string(kRest));

    ASSERT_THAT(texts(loaded.problems), testing::IsEmpty());
    ASSERT_EQ(loaded.value.claims.size(), 2U);
    EXPECT_EQ(loaded.value.claims[0].query, "Q1");
    EXPECT_THAT(loaded.value.claims[1].begins, ElementsAre("(PI98", "(NAK"));
    EXPECT_FALSE(loaded.value.replies.silence_accepts);
    EXPECT_EQ(loaded.value.constants.at("device.mfr"), "Ippon");
    EXPECT_EQ(loaded.value.silence_ms, 3000);
}

TEST(DialectFile, OfTheUserTakesThePlaceOfOurs)
{
    const upright::test::Scratch scratch;
    const auto file = [](std::string_view name, int probe) {
        return fmt::format("name = \"{}\"\nprobe = {}\nclaim = [\"Q1\"]\n{}", name, probe, kRest);
    };
    scratch.write("ours/a.toml", file("a", 2));
    scratch.write("ours/b.toml", file("b", 1));
    scratch.write("theirs/a.toml", file("mine", 3));
    scratch.write("theirs/readme.txt", "no dialect");

    const auto loaded =
        load_dialects({scratch.file("theirs"), scratch.file("ours"), scratch.file("missing")});

    EXPECT_THAT(texts(loaded.problems), testing::IsEmpty());
    std::vector<std::string> names;
    for (const auto& one : loaded.value)
        names.push_back(one.name);
    EXPECT_THAT(names, ElementsAre("b", "mine"));
}

TEST(DialectFile, BuildsOnAnother)
{
    const upright::test::Scratch scratch;
    scratch.write("ours/base.toml", R"(name = "base"
probe = 5
claim = ["Q1"]
[[query]]
ask = "Q1\r"
length = 10
lead = "("
rows = [ { variable = "a.b", at = [1, 2], as = "number" } ]
[[query]]
ask = "F\r"
length = 10
rows = []
[[command]]
name = "load.on"
send = "C\r"
[[command]]
name = "load.off"
send = "S\r"
)");
    scratch.write("ours/derived.toml", R"(name = "derived"
like = "base"
probe = 4
claim = ["QS"]
without = ["F", "load.on"]
[[query]]
like = "Q1"
ask = "QS\r"
more_rows = [ { variable = "c.d", at = [3, 4], as = "number" } ]
[[command]]
name = "load.off"
send = ["An\r", "S.1\r"]
)");
    scratch.write("theirs/base.toml", "name = \"base\"\nlike = \"base\"\nprobe = 9\nclaim = [\"F\"]\n");

    const auto loaded = load_dialects({scratch.file("theirs"), scratch.file("ours")});

    EXPECT_THAT(texts(loaded.problems), testing::IsEmpty());
    ASSERT_EQ(loaded.value.size(), 2U);
    const auto& derived = loaded.value[0];
    EXPECT_EQ(derived.name, "derived");
    ASSERT_EQ(derived.queries.size(), 1U);
    EXPECT_EQ(derived.queries[0].name, "QS");
    EXPECT_EQ(derived.queries[0].lead, "(");
    EXPECT_EQ(derived.queries[0].rows.size(), 2U);
    ASSERT_EQ(derived.commands.size(), 1U);
    EXPECT_THAT(derived.commands[0].send, ElementsAre("An\r", "S.1\r"));
    EXPECT_EQ(loaded.value[1].probe, 9) << "the user's base, made from ours";
    EXPECT_EQ(loaded.value[1].queries.size(), 2U);
}

TEST(DialectFile, DoesNotBuildOnItself)
{
    const upright::test::Scratch scratch;
    scratch.write("a.toml", "name = \"a\"\nlike = \"b\"\nprobe = 1\nclaim = [\"Q1\"]\n" + std::string(kRest));
    scratch.write("b.toml", "name = \"b\"\nlike = \"a\"\nprobe = 1\nclaim = [\"Q1\"]\n" + std::string(kRest));

    const auto errors = texts(load_dialects({scratch.file(".")}).problems);

    ASSERT_EQ(errors.size(), 1U);
    EXPECT_THAT(errors[0], testing::EndsWith("b.toml:2:8: error: there is no dialect \"a\" to build on"));
}

// Every mutation of the installed file is either read or refused with a place.
TEST(DialectFile, SurvivesAnyGarbage)
{
    const auto text = read_file(test::device_folder() + "/megatec.toml");
    ASSERT_TRUE(text);
    std::uint32_t state = 12345;
    const auto any = [&state](std::size_t below) {
        state = state * 1664525U + 1013904223U;
        return (state >> 8) % below;
    };
    int refused = 0;
    for (int round = 0; round < 400; ++round) {
        auto mutant = *text;
        mutant[any(mutant.size())] = static_cast<char>(any(256));
        mutant.erase(any(mutant.size()), any(3));
        const auto loaded = parse_dialect("m.toml", mutant);
        refused += loaded.clean() ? 0 : 1;
        for (const auto& problem : loaded.problems)
            ASSERT_GE(problem.line, 1) << to_string(problem);
    }
    EXPECT_GT(refused, 50);
}

} // namespace
} // namespace upright::megatec
