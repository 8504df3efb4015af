#include "clients/upsc/report.hpp"

#include <gtest/gtest.h>

namespace upright::upsc {
namespace {

TEST(UpscReport, ListIsOneNameOnALine)
{
    EXPECT_EQ(list_text({{"dummy", "desc"}, {"UPS1", ""}}, false), "dummy\nUPS1\n");
    EXPECT_EQ(list_text({}, false), "");
}

TEST(UpscReport, JsonListHasTwoBlanksAndNoTrailingComma) // Trap 57
{
    EXPECT_EQ(list_text({{"dummy"}, {"UPS1"}}, true), "[\n  \"dummy\",\n  \"UPS1\"\n]\n");
    EXPECT_EQ(list_text({}, true), "[\n\n]\n");
}

TEST(UpscReport, PairsAreNameColonValue)
{
    EXPECT_EQ(pairs_text({{"a.b", "1"}, {"c.d", ""}}, false), "a.b: 1\nc.d: \n");
    EXPECT_EQ(pairs_text({{"a.b", "1"}, {"c.d", ""}}, true), "{\n  \"a.b\": \"1\",\n  \"c.d\": \"\"\n}\n");
}

TEST(UpscReport, JsonValueKeepsItsQuotes) // Trap 58
{
    EXPECT_EQ(value_text("Dummy UPS", true), "\"Dummy UPS\"\n");
    EXPECT_EQ(value_text("Dummy UPS", false), "Dummy UPS\n");
}

TEST(UpscReport, ErrorsAreJsonOnlyIfAskedFor) // Traps 55 and 56
{
    EXPECT_EQ(error_text("Driver not connected", false, true), "");
    EXPECT_EQ(error_text("Driver not connected", true, true),
              "{\n  \"error\": \"Driver not connected\"\n}\n");
    EXPECT_EQ(error_text("Variable not supported by UPS", true, false),
              "{\"error\": \"Variable not supported by UPS\"}\n");
}

} // namespace
} // namespace upright::upsc
