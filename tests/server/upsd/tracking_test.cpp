// What became of commands: told by the driver they went to, lost with it, forgotten in time.
#include "server/upsd/tracking.hpp"

#include <gmock/gmock.h>

namespace upright::upsd {
namespace {

using driver_protocol::Outcome;
using namespace std::chrono_literals;

CachedUps& named(CachedUps& ups, const char* name)
{
    ups.name = name;
    return ups;
}

TEST(Tracking, BelievesOnlyTheDriverThatWasAsked)
{
    Tracking tracking;
    CachedUps desk;
    CachedUps other;
    const auto id = tracking.begin(named(desk, "desk"), TimePoint{});

    EXPECT_FALSE(tracking.finish(named(other, "other"), id, 0));
    EXPECT_EQ(tracking.outcome(id), std::nullopt);
    EXPECT_TRUE(tracking.finish(desk, id, 3));
    EXPECT_FALSE(tracking.finish(desk, id, 0)) << "the first answer counts";
    EXPECT_EQ(tracking.outcome(id), Outcome::failed);
    EXPECT_FALSE(tracking.finish(desk, "nosuch", 0));
}

TEST(Tracking, FailsWhatADriverTookToItsGrave) // D30
{
    Tracking tracking;
    CachedUps desk;
    CachedUps other;
    named(desk, "desk");
    named(other, "other");
    const auto done = tracking.begin(desk, TimePoint{});
    const auto pending = tracking.begin(desk, TimePoint{});
    const auto elsewhere = tracking.begin(other, TimePoint{});
    tracking.finish(desk, done, 0);

    tracking.lost(desk);
    EXPECT_EQ(tracking.outcome(done), Outcome::handled);
    EXPECT_EQ(tracking.outcome(pending), Outcome::failed);
    EXPECT_EQ(tracking.outcome(elsewhere), std::nullopt);
}

TEST(Tracking, ForgetsAfterItsTime)
{
    Tracking tracking;
    tracking.keep_for = 10s;
    CachedUps desk;
    const TimePoint start{};
    const auto first = tracking.begin(named(desk, "desk"), start);
    const auto second = tracking.begin(desk, start + 5s);

    tracking.sweep(start + 10s);
    EXPECT_EQ(tracking.size(), 2U);
    tracking.sweep(start + 11s);
    EXPECT_EQ(tracking.outcome(first), Outcome::unknown);
    EXPECT_EQ(tracking.outcome(second), std::nullopt);
    tracking.sweep(start + 16s);
    EXPECT_EQ(tracking.size(), 0U);
}

TEST(Tracking, IsBounded)
{
    Tracking tracking;
    CachedUps desk;
    const auto first = tracking.begin(named(desk, "desk"), TimePoint{});
    for (int i = 0; i < 70'000; ++i)
        tracking.begin(desk, TimePoint{});

    EXPECT_EQ(tracking.size(), 65'536U);
    EXPECT_EQ(tracking.outcome(first), Outcome::unknown);
}

} // namespace
} // namespace upright::upsd
