#include "common/text/case_less.hpp"
#include "common/text/nearest.hpp"
#include "common/text/number.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace upright {
namespace {

TEST(Number, WholeNumbersOnly)
{
    EXPECT_EQ(to_int("42"), 42);
    EXPECT_EQ(to_int("+42"), 42);
    EXPECT_EQ(to_int("-7"), -7);
    for (const auto* const text : {"", "+", "-", "4x", " 4", "4 ", "0x4", "99999999999", "+-4", "--4"})
        EXPECT_EQ(to_int(text), std::nullopt) << text;
    EXPECT_EQ(to_double("1.5"), 1.5);
    for (const auto* const text : {"", "nan", "inf", "1e999", "1.5V", "1,5"})
        EXPECT_EQ(to_double(text), std::nullopt) << text;
}

TEST(Number, LeadingDigitsAsNutReadsThem)
{
    EXPECT_EQ(leading_int("15s"), 15);
    EXPECT_EQ(leading_int("  -3"), -3);
    EXPECT_EQ(leading_int("soon"), 0);
    EXPECT_EQ(leading_int("99999999999"), std::numeric_limits<int>::max());
    EXPECT_EQ(leading_int("-99999999999"), std::numeric_limits<int>::min());
}

TEST(Number, Booleans)
{
    for (const auto* const text : {"true", "ON", "Yes", "1", "7"})
        EXPECT_EQ(to_bool(text), true) << text;
    for (const auto* const text : {"false", "off", "NO", "0"})
        EXPECT_EQ(to_bool(text), false) << text;
    EXPECT_EQ(to_bool("maybe"), std::nullopt);
}

TEST(Number, EscapedTextIsOneHarmlessLine)
{
    EXPECT_EQ(escaped("a\nb\x1b[1m\xff"), "a\\x0ab\\x1b[1m\\xff");
    EXPECT_EQ(escaped("abcdef", 3), "abc...");
}

TEST(CaseLess, ComparesAsciiOnly)
{
    EXPECT_TRUE(equal_ignoring_case("Ups.STATUS", "ups.status"));
    EXPECT_FALSE(equal_ignoring_case("\xc3\x84", "\xc3\xa4"));
    EXPECT_TRUE(starts_ignoring_case("DEFAULT.x", "default."));
    EXPECT_FALSE(starts_ignoring_case("def", "default."));
    EXPECT_LT(compare_ignoring_case("a", "B"), 0);
    EXPECT_GT(compare_ignoring_case("ab", "A"), 0);
}

TEST(Nearest, SuggestsOnlyWhatIsNear)
{
    constexpr std::array<std::string_view, 3> kWords{"MAXAGE", "LISTEN", "STATEPATH"};

    EXPECT_EQ(did_you_mean("maxaeg", kWords), " (did you mean \"MAXAGE\"?)");
    EXPECT_EQ(did_you_mean("LISTN", kWords), " (did you mean \"LISTEN\"?)");
    EXPECT_EQ(did_you_mean("CERTFILE", kWords), "");
    EXPECT_EQ(did_you_mean("", kWords), "");
}

} // namespace
} // namespace upright
