#include "clients/upslog/server_log.hpp"

#include <gtest/gtest.h>

namespace upright::upslog {
namespace {

using namespace std::chrono_literals;

TEST(NextRound, IsAMultipleOfTheIntervalAfterTheStart)
{
    const std::chrono::steady_clock::time_point start(1000s);
    const auto after = [&](std::chrono::milliseconds passed) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(next_round(start, 30s, start + passed)
                                                                     - start);
    };
    EXPECT_EQ(after(0ms), 30s);
    EXPECT_EQ(after(1ms), 30s);
    EXPECT_EQ(after(29'999ms), 30s);
    EXPECT_EQ(after(30s), 60s);
    EXPECT_EQ(after(30'400ms), 60s); // a slow round does not put off the next one
    EXPECT_EQ(after(95s), 120s);     // and leaves out those that it took the time of
}

TEST(Announcement, SaysStdout)
{
    EXPECT_EQ(announcement("u@h", "-", 5s), "logging status of u@h to stdout (5s intervals)\n");
    EXPECT_EQ(announcement("u@h", "/x", 30s), "logging status of u@h to /x (30s intervals)\n");
}

} // namespace
} // namespace upright::upslog
