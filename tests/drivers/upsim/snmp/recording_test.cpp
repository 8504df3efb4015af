// Recorded walks: what each type looks like, and what is told of lines that are no such thing.
#include "drivers/upsim/snmp/recording.hpp"

#include <gmock/gmock.h>

namespace upright::upsim::snmp {
namespace {

Value only(const std::string& text)
{
    const auto loaded = parse_recording("x.snmprec", text + "\n");
    EXPECT_TRUE(loaded.clean()) << to_string(loaded.problems.front());
    return loaded.value.size() == 1 ? loaded.value.begin()->second : Value{};
}

std::string problem(const std::string& text)
{
    const auto loaded = parse_recording("x.snmprec", text);
    return loaded.clean() ? "" : to_string(loaded.problems.front());
}

TEST(SnmpRecording, KnowsEachType)
{
    EXPECT_EQ(only("1.3.6|2|-5"), Value::of(Type::integer, -5));
    EXPECT_EQ(only(".1.3.6|4|a | b "), Value::text("a | b "));
    EXPECT_EQ(only("1.3.6|4x|00ff41"), Value::text(std::string("\x00\xff"
                                                               "A",
                                                               3)));
    EXPECT_EQ(only("1.3.6|4|"), Value::text(""));
    EXPECT_EQ(only("1.3.6|5|"), Value{});
    EXPECT_EQ(only("1.3.6|6|.1.3.6.1"), Value::identifier({1, 3, 6, 1}));
    EXPECT_EQ(only("1.3.6|64|10.0.0.255"),
              (Value{Type::address, 0, "\x0a" + std::string(2, '\0') + "\xff", {}}));
    EXPECT_EQ(only("1.3.6|64x|0a0000ff"),
              (Value{Type::address, 0, "\x0a" + std::string(2, '\0') + "\xff", {}}));
    EXPECT_EQ(only("1.3.6|65|4294967295"), Value::of(Type::counter, 4294967295));
    EXPECT_EQ(only("1.3.6|66|1"), Value::of(Type::gauge, 1));
    EXPECT_EQ(only("1.3.6|67|2"), Value::of(Type::ticks, 2));
    EXPECT_EQ(only("1.3.6|68x|9f7804"), (Value{Type::opaque, 0, "\x9f\x78\x04", {}}));
    EXPECT_EQ(only("1.3.6|70|18446744073709551615"), Value::of(Type::counter64, -1));
}

TEST(SnmpRecording, TellsOfBadLinesAndLeavesThemOut)
{
    const auto loaded =
        parse_recording("x.snmprec", "# made by hand\r\n1.3.6.1|2|1\r\nnonsense\n\n1.3.6.2|2|two\n");
    EXPECT_EQ(loaded.value.size(), 1U);
    ASSERT_EQ(loaded.problems.size(), 2U);
    EXPECT_EQ(to_string(loaded.problems[0]), "x.snmprec:3:1: error: want OID|type|value");
    EXPECT_EQ(to_string(loaded.problems[1]), "x.snmprec:5:1: error: \"two\" is no value of type 2");
}

TEST(SnmpRecording, RefusesWhatDoesNotFitTheType)
{
    for (const auto* const line : {"1.3.6|2|2147483648", "1.3.6|65|-1", "1.3.6|66|4294967296", "1.3.6|70|-1",
                                   "1.3.6|64|1.2.3", "1.3.6|64|1.2.3.4.5", "1.3.6|64|1.2.3.256", "1.3.6|4x|0",
                                   "1.3.6|4x|0g", "1.3.6|6|x", "1.3.6|2x|00"})
        EXPECT_THAT(problem(line), testing::HasSubstr("is no value of type")) << line;
    EXPECT_THAT(problem("1.3.6|3|0"), testing::HasSubstr("there is no type \"3\""));
    EXPECT_THAT(problem("1..6|2|0"), testing::HasSubstr("is no object identifier"));
    EXPECT_THAT(problem("1.3.6|2|0\n.1.3.6|2|1"), testing::HasSubstr("is there twice"));
    EXPECT_THAT(problem(std::string(70000, 'x')), testing::HasSubstr("too long"));
}

TEST(SnmpRecording, WrittenAgainIsTheSame)
{
    const std::string text = "1.3.6.1|4x|0041\n1.3.6.2|70|18446744073709551615\n1.3.6.3|6|1.3\n1.3.6.4|5|\n"
                             "1.3.6.5|2|-1\n1.3.6.10|64x|0a000001\n";
    EXPECT_EQ(to_text(parse_recording("x", text).value), text);
}

TEST(SnmpRecording, MissingFileIsAProblem)
{
    EXPECT_EQ(load_recording("/nowhere/x.snmprec").problems.size(), 1U);
}

} // namespace
} // namespace upright::upsim::snmp
