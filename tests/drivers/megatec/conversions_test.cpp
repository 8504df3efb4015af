// Each conversion as a device file uses it.
#include "tests/drivers/megatec/fixture.hpp"

#include "drivers/megatec/answer.hpp"

namespace upright::megatec {
namespace {

using testing::ElementsAre;
using testing::Pair;

const HasFlag kNoFlags = [](std::string_view) { return false; };

// What one answer of 10 characters or more reads by `rows`.
Result<Readings> read(std::string_view rows, std::string_view answer, const Words& known = {},
                      std::string_view more = "length = 10")
{
    const auto text = fmt::format(
        "name = \"x\"\nprobe = 1\nclaim = [\"Q\"]\n[[query]]\nask = \"Q\\r\"\n{}\nrows = [\n{}\n]\n", more,
        rows);
    const auto loaded = parse_dialect("x.toml", text);
    EXPECT_THAT(test::texts(loaded.problems), testing::IsEmpty());
    return read_answer(loaded.value.queries.at(0), answer, known, kNoFlags);
}

std::string one(std::string_view row, std::string_view answer, const Words& known = {})
{
    const auto readings = read(fmt::format("{{ variable = \"a.b\", {} }}", row), answer, known);
    if (!readings)
        return "<refused>";
    return readings->values.empty() ? "<none>" : readings->values.begin()->second;
}

TEST(Conversions, OfNumbers)
{
    EXPECT_EQ(one("at = [0, 4], as = \"number\", digits = 1", "012.5     "), "12.5");
    EXPECT_EQ(one("at = [0, 4], as = \"number\", factor = 60", "00025     "), "1500");
    EXPECT_EQ(one("at = [0, 4], as = \"number\", digits = 1", "-12.5     "), "<none>");
    EXPECT_EQ(one("at = [0, 4], as = \"number\", digits = 1, sign = true", "-12.5     "), "-12.5");
    EXPECT_EQ(one("at = [0, 4], as = \"number\", digits = 1, sign = true", "+12.5     "), "12.5");
    EXPECT_EQ(one("at = [0, 4], as = \"number\", range = [1, 12]", "012.5     "), "<none>");
    EXPECT_EQ(one("at = [0, 4], as = \"number\", times = \"c.d\"", "002.5     ", {{"c.d", "12"}}), "30");
    EXPECT_EQ(one("at = [0, 4], as = \"number\", times = \"c.d\"", "002.5     "), "<none>");
    EXPECT_EQ(one("at = [0, 4], as = \"number\", per = \"c.d\"", "030.0     ", {{"c.d", "12"}}), "2");
    EXPECT_EQ(one("at = [0, 4], as = \"number\", per = \"c.d\"", "030.0     ", {{"c.d", "0"}}), "<none>");
    EXPECT_EQ(one("at = [0, 9], as = \"any-number\"", "A  700  + "), "700");
    EXPECT_EQ(one("at = [0, 9], as = \"any-number\"", "no number "), "<none>");
    EXPECT_EQ(one("at = [0, 9], as = \"leading-number\"", "1125VA/048"), "1125");
}

TEST(Conversions, AlongACurve)
{
    const auto along = [](std::string_view raw) {
        return one("at = [0, 3], as = \"number\", curve = [[1, 0], [2, 50], [3, 100]]", raw);
    };
    EXPECT_EQ(along("0.50      "), "0");
    EXPECT_EQ(along("1.00      "), "0");
    EXPECT_EQ(along("1.50      "), "25");
    EXPECT_EQ(along("2.00      "), "50");
    EXPECT_EQ(along("2.90      "), "95");
    EXPECT_EQ(along("9.00      "), "100");
}

// A byte that was lost moves everything behind it.
TEST(Conversions, OfANumberWithDigitsBesideItSpoilTheAnswer)
{
    EXPECT_EQ(one("at = [1, 3], as = \"number\"", "(2226.0   "), "<refused>");
    EXPECT_EQ(one("at = [2, 4], as = \"number\"", "(2226.0   "), "<refused>");
    EXPECT_EQ(one("at = [1, 3], as = \"number\", joined = true", "(2226.0   "), "222");
    EXPECT_EQ(one("at = [1, 4], as = \"number\"", "(2226 0   "), "2226");
}

TEST(Conversions, OfWhatNoUpsCanMeasureAreNone)
{
    for (const auto* const row : {"{ variable = \"ups.load\", at = [0, 2], as = \"number\" }",
                                  "{ variable = \"battery.charge\", at = [0, 2], as = \"number\" }",
                                  "{ variable = \"input.frequency\", at = [0, 2], as = \"number\" }"}) {
        EXPECT_TRUE(read(row, "999       ")->values.empty()) << row;
        EXPECT_EQ(read(row, "050       ")->values.begin()->second, "50") << row;
    }
}

TEST(Conversions, OfTimesAndDates)
{
    EXPECT_EQ(one("at = [0, 5], as = \"time\"", "017.03    "), "1023");
    EXPECT_EQ(one("at = [0, \"end\"], as = \"time\"", "0012:03:04:05"), "1047845");
    EXPECT_EQ(one("at = [0, 5], as = \"time\"", "017       "), "<none>");
    EXPECT_EQ(one("at = [0, 5], as = \"time\"", "17.-3     "), "<none>");
    EXPECT_EQ(one("at = [0, 7], as = \"date\"", "20240131  "), "2024-01-31");
    EXPECT_EQ(one("at = [0, 7], as = \"date\"", "20240229  "), "2024-02-29");
    EXPECT_EQ(one("at = [0, 7], as = \"date\"", "20230229  "), "<none>");
    EXPECT_EQ(one("at = [0, 7], as = \"date\"", "2024013x  "), "<none>");
}

TEST(Conversions, OfLettersBitsAndCapabilities)
{
    const auto readings = read(
        R"({ variable = "ups.status", at = [0, 3], as = "letters", unless_any_of = "A", otherwise = "OL", words = { A = "OB", B = "LB" } },
           { variable = "ups.alarm", at = [4, 7], as = "bits", words = { 0 = "first", 3 = "last" } },
           { variable = "x.e", at = [8, "end"], as = "capability", letter = "r", on = "yes", off = "no" },
           { variable = "x.d", at = [8, "end"], as = "capability", letter = "o", on = "yes", off = "no" },
           { variable = "x.none", at = [8, "end"], as = "capability", letter = "z", on = "yes", off = "no" })",
        "AB  1001EprDo");

    ASSERT_TRUE(readings);
    EXPECT_EQ(readings->status.joined(), "OB LB");
    EXPECT_THAT(readings->alarms, ElementsAre("first", "last"));
    EXPECT_THAT(readings->values, ElementsAre(Pair("x.d", "no"), Pair("x.e", "yes")));

    const auto letters = [](std::string_view answer) {
        const auto status = read(
            R"({ variable = "ups.status", at = [0, 3], as = "letters", unless_any_of = "A", otherwise = "OL", words = { A = "OB" } })",
            answer);
        return status ? status->status.joined() : "<refused>";
    };
    EXPECT_EQ(letters("IM        "), "OL");
    EXPECT_EQ(letters("i1        "), "<refused>");
}

TEST(Conversions, OfNumbersInHexadecimal)
{
    EXPECT_EQ(one("at = [0, 6], as = \"hex-volts\", digits = 1", "6C01 35   "), "112.2");
    EXPECT_EQ(one("at = [0, \"end\"], as = \"hex-ratio\", digits = 1", "519A 1312D0"), "59.8");
    EXPECT_EQ(one("at = [0, 4], as = \"hex-product\", digits = 2, factor = 0.00196078431", "E6 1E     "),
              "13.53");
    EXPECT_EQ(one("at = [0, 3], as = \"hex\", digits = 1, factor = 0.1", "01F4      "), "50.0");
    EXPECT_EQ(one("at = [0, 3], as = \"hex\"", "01G4      "), "<none>");
    EXPECT_EQ(one("at = [0, \"end\"], as = \"hex-ratio\"", "0000 1312D0"), "<none>");
}

TEST(Rows, CountByWhatOtherRowsSay)
{
    const auto status = [](const Words& known, std::string_view bits) {
        const auto readings = read(
            R"({ variable = "ups.status", at = [0, 0], as = "flag", off = "OL", on = "OB" },
               { variable = "ups.status", at = [1, 1], as = "flag", on = "TRIM", unless_status = ["OB"], unless_reading = { "x.model" = ["PRO", "PR2"] } },
               { variable = "ups.status", at = [1, 1], as = "flag", off = "TRIM", unless_status = ["OB"], if_reading = { "x.model" = ["PRO", "PR2"] } },
               { variable = "ups.status", at = [2, 2], as = "flag", on = "BYPASS", if_reading = { "x.model" = [] } })",
            bits, known);
        return readings ? readings->status.joined() : "<refused>";
    };
    EXPECT_EQ(status({}, "011       "), "OL TRIM");
    EXPECT_EQ(status({{"x.model", "FOR"}}, "011       "), "OL TRIM BYPASS");
    EXPECT_EQ(status({{"x.model", "PRO"}}, "010       "), "OL");
    EXPECT_EQ(status({{"x.model", "PR2"}}, "000       "), "OL TRIM");
    EXPECT_EQ(status({}, "110       "), "OB");
}

TEST(Conversions, OfRegulationMayTellOfEqualVoltagesOnly)
{
    const auto alarm = [](std::string_view answer) {
        const auto readings = read(
            R"({ variable = "input.voltage", at = [0, 4], as = "number" },
               { variable = "output.voltage", at = [6, 10], as = "number" },
               { variable = "ups.status", at = [12, 12], as = "regulation", equal = "" },
               { variable = "ups.alarm", at = [12, 12], as = "regulation", equal = "AVR is on.", only_equal = true })",
            answer, {}, "length = 13");
        return readings
                   ? readings->status.joined() + "|" + (readings->alarms.empty() ? "" : readings->alarms[0])
                   : "<refused>";
    };
    EXPECT_EQ(alarm("230.0 230.0 1"), "|AVR is on.");
    EXPECT_EQ(alarm("200.0 230.0 1"), "BOOST|");
    EXPECT_EQ(alarm("230.0 230.0 0"), "|");
}

TEST(Rows, ThatAreHiddenAreThereForOthersOnly)
{
    const auto readings = read(
        R"({ variable = "x.cells", at = [0, 2], as = "number", hidden = true },
           { variable = "battery.voltage", at = [4, 7], as = "number", digits = 2, times = "x.cells" })",
        "012 2.30  ");

    ASSERT_TRUE(readings);
    EXPECT_THAT(readings->values, ElementsAre(Pair("battery.voltage", "27.60")));
    EXPECT_THAT(readings->hidden, ElementsAre(Pair("x.cells", "12")));
}

TEST(Rows, ThatAreRequiredSpoilTheAnswer)
{
    EXPECT_EQ(one("at = [0, 0], as = \"word\", required = true, words = { A = \"yes\" }", "A         "),
              "yes");
    EXPECT_EQ(one("at = [0, 0], as = \"word\", required = true, words = { A = \"yes\" }", "B         "),
              "<refused>");
    EXPECT_EQ(one("at = [0, 0], as = \"word\", otherwise = \"other\", words = { A = \"yes\" }", "B         "),
              "other");
}

TEST(Answers, ThatAreSaidTwiceAreNone)
{
    constexpr std::string_view kRow = "{ variable = \"a.b\", at = [1, 2], as = \"number\" }";
    constexpr std::string_view kMore = "length = 5\nlead = \"(\"";
    EXPECT_TRUE(read(kRow, "(05 x", {}, kMore));
    EXPECT_TRUE(read(kRow, "(05 x and more (", {}, kMore));
    EXPECT_FALSE(read(kRow, "(05 x(05 x", {}, kMore));
    EXPECT_FALSE(read(kRow, "(05 x y(05 x", {}, kMore));
}

TEST(Answers, OfAnyBytesHaveTheirLength)
{
    constexpr std::string_view kRows = "{ variable = \"a.b\", at = [2, 5], as = \"hex\" }";
    constexpr std::string_view kMore = "exactly = 4\nlead = \"(\"\ndecode = \"hex\"";
    using namespace std::string_literals;

    EXPECT_EQ(read(kRows, "(\x01\r\n"s, {}, kMore)->values.at("a.b"), "269");
    EXPECT_FALSE(read(kRows, "(\x01\r"s, {}, kMore));
    EXPECT_FALSE(read(kRows, "(\x01\r\n\n"s, {}, kMore));
}

} // namespace
} // namespace upright::megatec
