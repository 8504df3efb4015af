#include "clients/upslog/format.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace upright::upslog {
namespace {

constexpr std::time_t kNow = 1'700'000'000; // 2023-11-14 22:13:20 UTC

class UpslogFormat : public testing::Test {
protected:
    UpslogFormat()
    {
        ::setenv("TZ", "UTC0", 1); // NOLINT(concurrency-mt-unsafe)
        ::tzset();
    }

    std::string line(std::string_view format) const
    {
        return Format(format).line({kNow, "here", "u@h:1", 42, values_});
    }

    std::map<std::string, std::string> values_{
        {"ups.status", "OL CHRG"}, {"ups.load", "7"}, {"odd. name", "x"}};
};

TEST_F(UpslogFormat, OfNothingElseIsTheDefault) // Trap 64
{
    EXPECT_EQ(line(kDefaultFormat), "20231114 221320 NA NA 7 [OL CHRG] NA NA");
    EXPECT_EQ(Format(kDefaultFormat).variables().size(), 6U);
}

TEST_F(UpslogFormat, BeginsWithTheUpsOnDemand) // Trap 65
{
    EXPECT_EQ(line(std::string(kHostPrefix) + "%VAR ups.status%"), "u@h:1\tOL CHRG");
}

TEST_F(UpslogFormat, KnowsItsTokens)
{
    EXPECT_EQ(line("%HOST%|%UPSHOST%|%PID%|%ETIME%"), "here|u@h:1|42|1700000000");
    EXPECT_EQ(line("%%|a%%%%b|%t|"), "%|a%%b|\t|");
    EXPECT_EQ(line("%TIME @Y-@m-@d @H:@M:@S%"), "2023-11-14 22:13:20");
    EXPECT_EQ(line("%TIME @@%"), "%");
    EXPECT_EQ(line("%TIME  @Y%"), " 2023");
    EXPECT_EQ(line("%TIME %"), "");
    EXPECT_EQ(line("plain \\n \"q\""), "plain \\n \"q\"");
    EXPECT_EQ(line(""), "");
}

TEST_F(UpslogFormat, KnowsThemByTheirBeginningInAnyCase)
{
    EXPECT_EQ(line("%pid%|%PIDX%|%HostName%|%UPSHOSTX y%|%ETIMEX%"), "42|42|here|u@h:1|1700000000");
    EXPECT_EQ(line("%time @Y%|%TIMEX @m%"), "2023|11");
    EXPECT_EQ(line("%var ups.load%|%VARX ups.load%"), "7|7");
}

TEST_F(UpslogFormat, HasNAForWhatTheServerDoesNotTell)
{
    EXPECT_EQ(line("%VAR no.such%|%VAR  ups.load%|%VAR ups.load %"), "NA|NA|NA");
    EXPECT_EQ(line("%VAR odd. name%"), "x");
}

TEST_F(UpslogFormat, SaysWhatMakesNoSense)
{
    EXPECT_EQ(line("%VAR%|%VAR %|%VAR load%|%VARups.load%"), "INVALID|INVALID|INVALID|INVALID");
    EXPECT_EQ(line("%HUH%|%PI%|% %|%TIME%"), "INVALID|INVALID|INVALID|INVALID");
    EXPECT_EQ(line("a %HUH"), "a INVALIDHUH");
    EXPECT_EQ(line("a %VAR ups.load"), "a INVALIDVAR ups.load");
    EXPECT_EQ(line("%"), "INVALID");
    EXPECT_EQ(line("x%%y%HUH%z"), "x%yINVALIDz");
}

TEST_F(UpslogFormat, AsksForEachVariableOnce)
{
    const Format format("%VAR a.b%%VAR c.d%%VAR a.b%%VAR x%");

    EXPECT_EQ(format.variables(), (std::vector<std::string>{"a.b", "c.d"}));
}

TEST_F(UpslogFormat, BearsATimeFormatWithoutEnd)
{
    EXPECT_EQ(line("<%TIME " + std::string(100'000, 'x') + "%>"), "<>");
}

} // namespace
} // namespace upright::upslog
