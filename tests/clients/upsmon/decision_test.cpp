// What scenarios and random histories do not reach: values that the monitor asks for, and the series of one.
#include "clients/upsmon/decision/decision.hpp"

#include <gtest/gtest.h>

namespace upright::upsmon {
namespace {

using namespace std::chrono_literals;

Policy one_ups()
{
    Policy policy;
    policy.feeds.push_back({"desk", 1, true, {}});
    policy.poll = 5s;
    policy.poll_alert = 2s;
    policy.min_supplies = 0;
    return policy;
}

Observation reads(Instant at, std::string status, std::size_t feed = 0)
{
    return {at, feed, Reading{std::move(status), {}, {}, {}, {}}};
}

// ---- Series --------------------------------------------------------------------------------------------

TEST(Series, KnowsNothingAtFirstAndOnceItIsCleared)
{
    Series series;
    EXPECT_FALSE(series.value());
    EXPECT_FALSE(series.believable(50));
    series.add(0s, 40);
    EXPECT_EQ(series.value(), 40);
    series.clear();
    EXPECT_FALSE(series.value());
}

TEST(Series, BelievesAFallAfterFiveSeconds)
{
    Series series;
    series.add(0s, 52);
    series.add(10s, 49);
    EXPECT_FALSE(series.believable(50)); // one reading may be absurd, however long it stands
    series.add(12s, 48);
    EXPECT_EQ(series.believable(50), 15s);
    EXPECT_FALSE(series.believable(40));
}

TEST(Series, BelievesALeapAfterHalfAMinute)
{
    Series series;
    series.add(0s, 90);
    series.add(10s, 0);
    series.add(15s, 0);
    EXPECT_EQ(series.believable(50), 40s);
    series.add(20s, 90);
    EXPECT_FALSE(series.believable(50));
}

TEST(Series, TheLastPointsGoQuicklyAnyway)
{
    Series series;
    series.add(0s, 20);
    series.add(10s, 0); // all of it, but few
    series.add(12s, 0);
    EXPECT_EQ(series.believable(10), 15s);
}

TEST(Series, AFirstValueIsNoFall)
{
    Series series;
    series.add(10s, 5);
    series.add(11s, 5);
    EXPECT_EQ(series.believable(50), 40s);
}

TEST(Series, ALongPastOfLowValuesIsAsGoodAsAFall)
{
    Series series;
    for (int second = 0; second < 100; ++second)
        series.add(std::chrono::seconds(second), 5);
    EXPECT_EQ(series.believable(50), 36s + 5s); // the first that is still kept
}

TEST(Series, WithinOneSecondTheHighestCounts)
{
    Series series;
    series.add(0s, 60);
    series.add(200ms, 49);
    EXPECT_EQ(series.value(), 49);
    EXPECT_FALSE(series.believable(50));
    series.add(1s, 48);
    series.add(2s, 47);
    EXPECT_EQ(series.believable(50), 6s);
}

// ---- what the monitor asks for ---------------------------------------------------------------------------

TEST(Decision, AsksMoreOftenWhileAnyUpsNeedsIt)
{
    auto policy = one_ups();
    policy.feeds.push_back({"other", 1, true, {}});
    Decision decision(policy);
    decision.take(reads(0s, "OL"));
    EXPECT_EQ(decision.poll_interval(), 5s);
    decision.take(reads(1s, "OB", 1));
    EXPECT_EQ(decision.poll_interval(), 2s);
    decision.take(reads(2s, "OL")); // with NUT this one would end it
    EXPECT_EQ(decision.poll_interval(), 2s);
    decision.take(reads(3s, "OL", 1));
    EXPECT_EQ(decision.poll_interval(), 5s);
}

TEST(Decision, TheAlertRateLastsUntilAllOfItIsOver)
{
    for (const auto* const begins : {"OB", "OL OFF", "OL BYPASS", "ALARM OL"})
        for (const auto* const lasts : {"OL CAL", "OL OVER", "OL TRIM", "OL BOOST"}) {
            SCOPED_TRACE(std::string(begins) + ", " + lasts);
            Decision decision(one_ups());
            decision.take(reads(0s, lasts));
            EXPECT_EQ(decision.poll_interval(), 5s);
            decision.take(reads(1s, begins));
            EXPECT_EQ(decision.poll_interval(), 2s);
            decision.take(reads(2s, lasts));
            EXPECT_EQ(decision.poll_interval(), 2s);
            decision.take(reads(3s, "OL ECO"));
            EXPECT_EQ(decision.poll_interval(), 5s);
        }
}

TEST(Decision, OverloadNeedsTheAlertRateIfItCounts)
{
    auto policy = one_ups();
    policy.over_duration = 30s;
    Decision decision(policy);
    decision.take(reads(0s, "OL OVER"));
    EXPECT_EQ(decision.poll_interval(), 2s);
}

TEST(Decision, ALowBatteryIsLookedAtInTimeForOblbduration)
{
    auto policy = one_ups();
    policy.poll_alert = 4s;
    policy.oblb_duration = 6s;
    Decision decision(policy);
    decision.take(reads(0s, "OB"));
    EXPECT_EQ(decision.poll_interval(), 4s);
    decision.take(reads(1s, "OB LB"));
    EXPECT_EQ(decision.poll_interval(), 2s);
    decision.take({2s, 0, Silence{"Data stale"}});
    EXPECT_EQ(decision.poll_interval(), 4s);

    policy.oblb_duration = 0s;
    Decision at_once(policy);
    at_once.take(reads(0s, "OB LB"));
    EXPECT_EQ(at_once.poll_interval(), 4s);
}

TEST(Decision, NeverAsksWithoutAPause)
{
    auto policy = one_ups();
    policy.poll = policy.poll_alert = 0s;
    policy.oblb_duration = 30s;
    Decision decision(policy);
    EXPECT_EQ(decision.poll_interval(), 200ms);
    decision.take(reads(0s, "OB LB"));
    EXPECT_EQ(decision.poll_interval(), 200ms);
}

TEST(Decision, TellsWhatIsKnownOfAUps)
{
    Decision decision(one_ups());
    EXPECT_FALSE(decision.watch(0).known());
    EXPECT_EQ(decision.watch(0).login(), Watch::Login::unknown);
    decision.take({0s, 0, Reading{"OB LB", {}, {}, 40.0, 300.0}});
    decision.take({0s, 0, LoginRefused{"Access denied"}});
    EXPECT_EQ(decision.watch(0).status(), "OB LB");
    EXPECT_EQ(decision.watch(0).charge().value(), 40);
    EXPECT_EQ(decision.watch(0).runtime().value(), 300);
    EXPECT_EQ(decision.watch(0).login(), Watch::Login::refused);
    EXPECT_EQ(decision.watch(0).why_refused(), "Access denied");
    decision.take({1s, 0, Silence{"Data stale"}});
    EXPECT_TRUE(decision.watch(0).lost());
    EXPECT_EQ(decision.watch(0).why_lost(), "Data stale");
    EXPECT_TRUE(decision.verdict(0).critical);
    decision.take({2s, 0, LoggedIn{}});
    EXPECT_EQ(decision.watch(0).login(), Watch::Login::in);
    EXPECT_EQ(decision.step(), Shutdown::Step::none);
}

TEST(Decision, ALimitIsOnlySomethingWhileThereIsAValue)
{
    auto policy = one_ups();
    policy.min_supplies = 1;
    policy.feeds[0].rules = {{{{Limit::Of::charge, 50}, {Limit::Of::low_battery, 5}}, false},
                             {{{Limit::Of::runtime, 50}, {Limit::Of::on_battery, 5}}, true}};
    Decision decision(policy);
    decision.take(reads(0s, "OB"));
    EXPECT_FALSE(decision.next());
    decision.take(reads(100s, "OB"));
    EXPECT_FALSE(decision.shutting_down());
}

TEST(Decision, AllThatIsMetOfARuleIsTold)
{
    auto policy = one_ups();
    policy.min_supplies = 1;
    policy.feeds[0].rules = {
        {{{Limit::Of::charge, 50}, {Limit::Of::runtime, 600}, {Limit::Of::low_battery, 5}}, false}};
    Decision decision(policy);
    decision.take({0s, 0, Reading{"OB LB", {}, {}, 40.0, 900.0}});
    EXPECT_EQ(decision.next(), Instant(5s));
    decision.take({5s, 0, Tick{}});
    EXPECT_EQ(decision.verdict(0).reason, "battery low for 5 s (SHUTDOWNWHEN)");
    EXPECT_TRUE(decision.shutting_down());
    EXPECT_TRUE(decision.take({6s, 0, Tick{}}).empty());
}

} // namespace
} // namespace upright::upsmon
