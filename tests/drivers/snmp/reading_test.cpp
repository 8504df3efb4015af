#include "drivers/snmp/reading.hpp"

#include <gtest/gtest.h>

namespace upright::snmp {
namespace {

std::string text(const Meaning& meaning, const Value& value, const Circumstances& circumstances = {})
{
    const auto result = shown(meaning, value, circumstances);
    if (result.kind == Shown::Kind::text)
        return result.text;
    return result.kind == Shown::Kind::nothing ? "(nothing)" : "(senseless)";
}

Meaning scaled(double scale, int decimals = 2)
{
    Meaning meaning;
    meaning.scale = scale;
    meaning.decimals = decimals;
    return meaning;
}

TEST(Readings, AreWholeOrHaveTwoDecimals)
{
    EXPECT_EQ(text(scaled(0.1), Value::of(2300)), "230");
    EXPECT_EQ(text(scaled(0.1), Value::of(2305)), "230.50");
    EXPECT_EQ(text(scaled(0.1), Value::of(-1)), "-0.10");
    EXPECT_EQ(text(scaled(60), Value::of(42)), "2520");
    EXPECT_EQ(text(scaled(0.001, 3), Value::of(3497)), "3.497");
    EXPECT_EQ(text(scaled(0.001, 3), Value::of(3400)), "3.40");
    EXPECT_EQ(text(scaled(1), Value::of(std::string("0.0"))), "0");
    EXPECT_EQ(text(scaled(-1), Value::of(0)), "0");
    EXPECT_EQ(text(scaled(1e300), Value::of(97)), "(nothing)");
    EXPECT_EQ(text(scaled(1e308), Value::of(97)), "(nothing)");
    auto meaning = scaled(0.1, 1);
    meaning.exactly = true;
    EXPECT_EQ(text(meaning, Value::of(230)), "23.0");
}

TEST(Readings, OfTheWrongKindAreSenseless)
{
    EXPECT_EQ(text(scaled(1), Value::of(std::string("?"))), "(senseless)");
    EXPECT_EQ(text(scaled(1), Value::of(Oid{1, 3})), "(senseless)");
    EXPECT_EQ(text(scaled(1), Value::of(std::string())), "(nothing)");
}

TEST(Readings, MayMeanThatThereIsNothing)
{
    auto meaning = scaled(0.1);
    meaning.none = {"-1", "65535", "N/A"};
    EXPECT_EQ(text(meaning, Value::of(-1)), "(nothing)");
    EXPECT_EQ(text(meaning, Value::of(65535, Value::Type::gauge)), "(nothing)");
    EXPECT_EQ(text(meaning, Value::of(std::string("N/A"))), "(nothing)");
    EXPECT_EQ(text(meaning, Value::of(std::string("65535"))), "(nothing)");
    EXPECT_EQ(text(meaning, Value::of(10)), "1");
    meaning.min = 0;
    meaning.max = 100;
    EXPECT_EQ(text(meaning, Value::of(1001)), "(nothing)");
    EXPECT_EQ(text(meaning, Value::of(-2)), "(nothing)");
    EXPECT_EQ(text(meaning, Value::of(1000)), "100");
}

TEST(Readings, BecomeWords)
{
    Meaning meaning;
    meaning.words = {{"1", "online"}, {"on", "yes"}, {"3", ""}};
    EXPECT_EQ(text(meaning, Value::of(1)), "online");
    EXPECT_EQ(text(meaning, Value::of(std::string("on"))), "yes");
    EXPECT_EQ(text(meaning, Value::of(3)), "(nothing)");
    EXPECT_EQ(text(meaning, Value::of(9)), "9");
}

TEST(Readings, InFahrenheitBecomeCelsius)
{
    EXPECT_EQ(text(scaled(1), Value::of(68), {true, 0}), "20");
    EXPECT_EQ(text(scaled(0.1), Value::of(701), {true, 0}), "21.17");
}

TEST(Readings, MayHaveTheirDecimalsElsewhere)
{
    EXPECT_EQ(text(scaled(1, 6), Value::of(3497), {false, 3}), "3.497");
    EXPECT_EQ(text(scaled(1, 6), Value::of(209), {false, 0}), "209");
}

TEST(Readings, HoldNothingThatEndsALine)
{
    Meaning meaning;
    meaning.text = true;
    EXPECT_EQ(text(meaning, Value::of(std::string("a\nb\x7f"
                                                  "c"))),
              "a b c");
    EXPECT_EQ(text(meaning, Value::of(std::string(1000, 'x'))).size(), 255U);
}

TEST(Conversions, OfDates)
{
    Meaning meaning;
    meaning.conversion = find_conversion("date-mdy");
    EXPECT_EQ(text(meaning, Value::of(std::string("11/21/2026"))), "2026-11-21");
    EXPECT_EQ(text(meaning, Value::of(std::string("02/30/26"))), "02/30/26") << "no date: as it is";
    EXPECT_EQ(text(meaning, Value::of(std::string("unknown"))), "unknown");
    EXPECT_EQ(text(meaning, Value::of(std::string("3/4/98"))), "1998-03-04");
    meaning.conversion = find_conversion("date-dmy");
    EXPECT_EQ(text(meaning, Value::of(std::string("21.11.2026"))), "2026-11-21");
}

TEST(Conversions, OfTheRest)
{
    const auto converted = [](std::string_view name, const Value& value) {
        Meaning meaning;
        meaning.conversion = find_conversion(name);
        return text(meaning, value);
    };
    EXPECT_EQ(converted("mac", Value::of(std::string("\x00\xc0\xb7\x01\x02\xff", 6))), "00:c0:b7:01:02:ff");
    EXPECT_EQ(converted("octets", Value::of(std::string("\x01\xab"))), "01ab");
    EXPECT_EQ(converted("clock", Value::of(std::string("1:02:03"))), "3723");
    EXPECT_EQ(converted("minutes", Value::of(3)), "180");
    EXPECT_EQ(converted("hours", Value::of(std::string("1.5"))), "5400");
    EXPECT_EQ(converted("minutes", Value::of(-1)), "(nothing)");
    EXPECT_EQ(converted("yes-no", Value::of(2)), "yes");
    EXPECT_EQ(converted("first-word", Value::of(std::string("Galaxy 7000"))), "Galaxy");
    EXPECT_EQ(find_conversion("nonsense"), nullptr);
}

ValueRow writable(Value::Type as, double scale = 1)
{
    ValueRow row;
    row.meaning.scale = scale;
    row.write = Write{as, {}, {}, 8};
    return row;
}

TEST(Writing, UndoesScaleAndWords)
{
    EXPECT_EQ(written(writable(Value::Type::integer, 0.1), "230.5"), Value::of(2305));
    EXPECT_EQ(written(writable(Value::Type::ticks), "120"), Value::of(12000, Value::Type::ticks));
    EXPECT_EQ(written(writable(Value::Type::text), "rack 7"), Value::of(std::string("rack 7")));
    auto row = writable(Value::Type::integer);
    row.meaning.words = {{"1", "off"}, {"2", "on"}};
    EXPECT_EQ(written(row, "ON"), Value::of(2));
    EXPECT_FALSE(written(row, "3"));
}

TEST(Writing, RefusesWhatDoesNotFit)
{
    EXPECT_FALSE(written(writable(Value::Type::integer), "many"));
    EXPECT_FALSE(written(writable(Value::Type::integer), "3000000000"));
    EXPECT_FALSE(written(writable(Value::Type::gauge), "-1"));
    EXPECT_FALSE(written(writable(Value::Type::text), "longer than that"));
    EXPECT_FALSE(written(writable(Value::Type::integer, 60), "-1"));
    EXPECT_FALSE(written(ValueRow{}, "1"));
    auto row = writable(Value::Type::integer);
    row.write->low = 10;
    row.write->high = 20;
    EXPECT_FALSE(written(row, "9"));
    EXPECT_FALSE(written(row, "21"));
    EXPECT_TRUE(written(row, "20"));
    EXPECT_FALSE(written(row, "nan"));
}

TEST(Words, FromNumbersFlagsAndBits)
{
    WordRow row;
    row.words = {{"3", "OL"}, {"5", "OB"}, {"1", ""}};
    EXPECT_EQ(words_in(row, Value::of(5)), std::vector<std::string>{"OB"});
    EXPECT_TRUE(words_in(row, Value::of(1)).empty());
    EXPECT_TRUE(words_in(row, Value::of(4)).empty());
    row.words.clear();
    row.flags = {{2, "OB"}, {4, "OL"}, {9, "BYPASS"}};
    EXPECT_EQ(words_in(row, Value::of(std::string("0101"))), (std::vector<std::string>{"OB", "OL"}));
    row.flags.clear();
    row.bits = {{0, "first"}, {9, "tenth"}};
    EXPECT_EQ(words_in(row, Value::of(std::string("\x80\x40"))),
              (std::vector<std::string>{"first", "tenth"}));
    EXPECT_EQ(words_in(row, Value::of(513)), (std::vector<std::string>{"first", "tenth"}));
    EXPECT_TRUE(words_in(row, Value{}).empty());
}

} // namespace
} // namespace upright::snmp
