#include "clients/upsmon/sleep_watch.hpp"

#include "tests/support/fake_logind.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

namespace upright::upsmon {
namespace {

using namespace std::chrono_literals;
using test::FakeLogind;
using test::PrivateBus;
using testing::ElementsAre;

// Both clocks after `awake` more and, one of them, `asleep` more.
Clocks later(Clocks since, std::chrono::milliseconds awake, std::chrono::milliseconds asleep = 0ms)
{
    return {since.monotonic + awake, since.boottime + awake + asleep};
}

TEST(ClockWatch, TellsSleepFromWaking)
{
    struct Case {
        const char* what;
        std::chrono::milliseconds awake, asleep;
        std::optional<std::chrono::milliseconds> missed;
    };
    const Clocks start{100s, 5000s};
    for (const auto& [what, awake, asleep, missed] : {
             Case{"in time", 5s, 0s, std::nullopt},
             Case{"early", 1s, 0s, std::nullopt},
             Case{"a bit late", 10s, 0s, std::nullopt},
             Case{"stopped or starved", 10001ms, 0s, 5001ms},
             Case{"slept for an hour", 5s, 3600s, 3600s},
             Case{"a short sleep inside the wait", 1s, 5001ms, 5001ms},
             Case{"a nap", 5s, 5s, std::nullopt},
         }) {
        SCOPED_TRACE(what);
        ClockWatch watch(start);
        ASSERT_EQ(watch.look(start, 5s, 5s), std::nullopt);

        EXPECT_EQ(watch.look(later(start, awake, asleep), 5s, 5s), missed);
        EXPECT_EQ(watch.look(later(start, awake + 5s, asleep), 5s, 5s), std::nullopt); // once
    }
}

TEST(ClockWatch, HasNoPlanBeforeTheFirstLook)
{
    const Clocks start{100s, 5000s};
    ClockWatch watch(start);

    EXPECT_EQ(watch.look(later(start, 1h), 5s, 5s), std::nullopt);
    EXPECT_EQ(ClockWatch(start).look(later(start, 1h, 6s), 5s, 5s), 6s);
}

TEST(ClockWatch, ReadsClocksThatRunOn)
{
    const auto first = Clocks::now();
    const auto second = Clocks::now();

    EXPECT_GE(second.monotonic, first.monotonic);
    EXPECT_GE(second.boottime, first.boottime);
    EXPECT_GE(first.boottime, first.monotonic);
}

// What a SleepWatch tells, with clocks that the test sets.
class SleepWatchTest : public testing::Test {
protected:
    SleepWatchTest() : watch_(io_.get_executor(), [this] { return clocks_; })
    {
        watch_.on_sleep = [this] { told_.emplace_back("sleep"); };
        watch_.on_wake = [this](bool announced, SleepWatch::Duration after) {
            told_.push_back(announced ? "wake" : "wake after " + std::to_string(after.count()));
        };
    }

    void look_after(std::chrono::milliseconds awake, std::chrono::milliseconds asleep = 0ms)
    {
        clocks_ = later(clocks_, awake, asleep);
        watch_.look(5s);
    }

    bool until(const std::function<bool()>& condition, FakeLogind* logind = nullptr)
    {
        return test::eventually([&] {
            if (logind != nullptr)
                logind->work();
            io_.restart(); // it stops when there is nothing to wait for
            io_.poll();
            return condition();
        });
    }

    PrivateBus bus_;
    boost::asio::io_context io_;
    Clocks clocks_{100s, 5000s};
    SleepWatch watch_;
    std::vector<std::string> told_;
};

#define NEEDS_DBUS()                                                                                         \
    if (!bus_.running())                                                                                     \
    GTEST_SKIP() << "there is no dbus-daemon (package dbus)"

TEST_F(SleepWatchTest, TellsByTheClocksWithoutABus)
{
    bus_.stop();
    look_after(0s);
    look_after(5s);
    look_after(5s, 3600s);
    look_after(5s);
    look_after(11s);

    EXPECT_THAT(told_, ElementsAre("wake after 3600000", "wake after 6000"));
}

// Such as while a server hangs: the loop runs, but no poll ends.
TEST_F(SleepWatchTest, LooksItselfWhenNobodyElseDoes)
{
    bus_.stop();
    int looks = 0;
    SleepWatch watch(io_.get_executor(), [&] {
        ++looks;
        return clocks_ = later(clocks_, 1s);
    });
    watch.on_wake = [this](bool, SleepWatch::Duration) { told_.emplace_back("wake"); };

    watch.look(20ms);

    EXPECT_TRUE(until([&] { return looks > 20; }));
    EXPECT_THAT(told_, ElementsAre());
}

TEST_F(SleepWatchTest, HoldsADelayLock)
{
    NEEDS_DBUS();
    FakeLogind logind;

    look_after(0s);

    EXPECT_TRUE(until([&] { return logind.locks() == 1; }, &logind));
    EXPECT_THAT(logind.asked(), ElementsAre("sleep upsmon delay"));
    EXPECT_THAT(told_, ElementsAre());
}

TEST_F(SleepWatchTest, TellsOfSleepBeforeItLetsGoAndLocksAgainAfterIt)
{
    NEEDS_DBUS();
    FakeLogind logind;
    look_after(0s);
    ASSERT_TRUE(until([&] { return logind.locks() == 1; }, &logind));
    int held = -1;
    watch_.on_sleep = [&] { held = logind.locks(); };

    logind.prepare_for_sleep(true);
    ASSERT_TRUE(until([&] { return logind.locks() == 0; }, &logind));
    EXPECT_EQ(held, 1);
    clocks_ = later(clocks_, 1s, 3600s);
    logind.prepare_for_sleep(false);

    EXPECT_TRUE(until([&] { return logind.locks() == 1; }, &logind));
    look_after(5s);
    EXPECT_THAT(told_, ElementsAre("wake"));
}

TEST_F(SleepWatchTest, WaitsForTheAnnouncementWhenTheClocksAreFaster)
{
    NEEDS_DBUS();
    FakeLogind logind;
    look_after(0s);
    ASSERT_TRUE(until([&] { return logind.locks() == 1; }, &logind));
    logind.prepare_for_sleep(true);
    ASSERT_TRUE(until([&] { return !told_.empty(); }, &logind));

    look_after(1s, 3600s);
    look_after(5s);
    EXPECT_THAT(told_, ElementsAre("sleep"));
    logind.prepare_for_sleep(false);

    EXPECT_TRUE(until([&] { return told_.size() == 2; }, &logind));
    look_after(5s);
    EXPECT_THAT(told_, ElementsAre("sleep", "wake"));
}

TEST_F(SleepWatchTest, BelievesTheClocksWhenTheAnnouncementDoesNotCome)
{
    NEEDS_DBUS();
    FakeLogind logind;
    look_after(0s);
    ASSERT_TRUE(until([&] { return logind.locks() == 1; }, &logind));
    logind.prepare_for_sleep(true);
    ASSERT_TRUE(until([&] { return !told_.empty(); }, &logind));

    for (int i = 0; i < 10; ++i)
        look_after(5s, i == 0 ? 3600s : 0s);

    EXPECT_THAT(told_, ElementsAre("sleep", "wake after 3600000"));
}

TEST_F(SleepWatchTest, ToleratesMoreWhereLogindWouldTell)
{
    NEEDS_DBUS();
    FakeLogind logind;
    look_after(0s);
    ASSERT_TRUE(until([&] { return logind.locks() == 1; }, &logind));

    // The lock is there, but its answer may not have been read yet.
    EXPECT_TRUE(until(
        [&] {
            told_.clear();
            look_after(15s);
            return told_.empty();
        },
        &logind));
    look_after(21s);

    EXPECT_THAT(told_, ElementsAre("wake after 16000"));
}

TEST_F(SleepWatchTest, DoesNotBelieveWhoPretendsToBeLogind)
{
    NEEDS_DBUS();
    FakeLogind logind;
    look_after(0s);
    ASSERT_TRUE(until([&] { return logind.locks() == 1; }, &logind));

    for (const auto& peer : test::peers_on_the_bus())
        test::pretend_to_be_logind(peer, false);
    logind.prepare_for_sleep(true);

    EXPECT_TRUE(until([&] { return !told_.empty(); }, &logind));
    EXPECT_THAT(told_, ElementsAre("sleep"));
}

TEST_F(SleepWatchTest, LocksAgainWhenLogindIsRestarted)
{
    NEEDS_DBUS();
    {
        FakeLogind logind;
        look_after(0s);
        ASSERT_TRUE(until([&] { return logind.locks() == 1; }, &logind));
    }
    FakeLogind logind;
    ASSERT_TRUE(until([&] { return logind.locks() == 1; }, &logind));

    logind.prepare_for_sleep(true);

    EXPECT_TRUE(until([&] { return !told_.empty(); }, &logind));
}

TEST_F(SleepWatchTest, LivesWithoutLogindOnTheBusUntilItComes)
{
    NEEDS_DBUS();
    look_after(0s);
    ASSERT_TRUE(until([] { return !test::peers_on_the_bus().empty(); }));
    look_after(5s, 3600s);
    EXPECT_THAT(told_, ElementsAre("wake after 3600000"));

    FakeLogind logind;

    EXPECT_TRUE(until([&] { return logind.locks() == 1; }, &logind));
}

TEST_F(SleepWatchTest, OutlivesTheBusAndSeeksItAgain)
{
    NEEDS_DBUS();
    {
        FakeLogind logind;
        look_after(0s);
        ASSERT_TRUE(until([&] { return logind.locks() == 1; }, &logind));
        logind.prepare_for_sleep(false);
        ASSERT_TRUE(until([&] { return !told_.empty(); }, &logind));
        told_.clear();
        bus_.stop();
    }
    ASSERT_TRUE(until([&] {
        look_after(5s, 6s); // seen only once the tolerance is that without logind
        return !told_.empty();
    }));

    look_after(11min); // nobody there
    bus_.start();
    look_after(11min);
    FakeLogind logind;

    EXPECT_TRUE(until([&] { return logind.locks() == 1; }, &logind));
}

} // namespace
} // namespace upright::upsmon
