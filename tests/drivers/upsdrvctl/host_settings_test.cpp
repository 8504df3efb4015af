#include "drivers/upsdrvctl/host_settings.hpp"
#include "tests/support/process.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

namespace upright::upsdrvctl {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(HostSettings, NutConfIsReadAsAShellReadsIt)
{
    const auto conf = parse_nut_conf("# MODE=none\n  MODE=netserver  # here\nexport POWEROFF_QUIET=\"true\"\n"
                                     "POWEROFF_WAIT='15m'\nTWICE=1\nTWICE=2;X=3\nno assignment\nOPEN=\"a\n"
                                     "EMPTY=\nLAST=x");

    EXPECT_THAT(conf, ElementsAre(Pair("EMPTY", ""), Pair("LAST", "x"), Pair("MODE", "netserver"),
                                  Pair("OPEN", "a"), Pair("POWEROFF_QUIET", "true"),
                                  Pair("POWEROFF_WAIT", "15m"), Pair("TWICE", "2")));
    EXPECT_TRUE(parse_nut_conf("").empty());
    EXPECT_TRUE(parse_nut_conf("\n\n").empty());
}

TEST(HostSettings, TimesAreThoseOfSleep)
{
    const std::map<std::string, double> cases{{"90", 90},    {"1.5m", 90}, {"2h", 7200},
                                              {"1d", 86400}, {"5s", 5},    {"0", 0}};
    for (const auto& [text, seconds] : cases)
        EXPECT_EQ(sleep_seconds(text), seconds) << text;
    for (const auto* const text : {"", "m", "soon", "-5", "5x", "1 m"})
        EXPECT_EQ(sleep_seconds(text), std::nullopt) << text;
}

TEST(HostSettings, OfUpsmonConfOnlyTwoLinesCount)
{
    const test::Scratch scratch;
    ::setenv("NUT_CONFPATH", scratch.path().c_str(), 1); // NOLINT(concurrency-mt-unsafe)
    const auto missing = read_upsmon_conf();
    scratch.write("upsmon.conf",
                  "MONITOR a@b 1 c d primary\nPOWERDOWNFLAG /old\nPOWERDOWNFLAG\n"
                  "SHUTDOWNCMD \"/sbin/shutdown -h +0\"\nPOWERDOWNFLAG \"/run/kill power\"\n\"x");
    const auto settings = read_upsmon_conf();
    ::unsetenv("NUT_CONFPATH"); // NOLINT(concurrency-mt-unsafe)

    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, std::errc::no_such_file_or_directory);
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->power_flag, "/run/kill power");
    EXPECT_EQ(settings->shutdown_command, "/sbin/shutdown -h +0");
}

} // namespace
} // namespace upright::upsdrvctl
