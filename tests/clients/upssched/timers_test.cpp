#include "clients/upssched/timers.hpp"

#include <gmock/gmock.h>

namespace upright::upssched {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const Event kDesk{"ONBATT", "desk@h", "desk on battery"};
const Event kRack{"ONBATT", "rack@h", "rack on battery"};

class TimersTest : public testing::Test {
protected:
    std::vector<std::string> names(const std::vector<Timers::Row>& rows) const
    {
        std::vector<std::string> all;
        for (const auto& row : rows)
            all.push_back(row.name);
        return all;
    }
    void start(const std::string& name, std::chrono::seconds after, const Event& event = kDesk)
    {
        EXPECT_TRUE(timers_.start(name, after, event, begin_));
    }
    void start_shared(const std::string& name, std::chrono::seconds after, const Event& event,
                      std::chrono::seconds at = 0s)
    {
        EXPECT_TRUE(timers_.start_shared(name, after, event, begin_ + at));
    }

    Timers timers_;
    Timers::Clock::time_point begin_{1000s};
};

TEST_F(TimersTest, FiresAtItsTimeAndNotBefore)
{
    start("mail", 30s);

    EXPECT_EQ(timers_.next_due(), begin_ + 30s);
    EXPECT_THAT(timers_.take_due(begin_ + 30s - 1ns), IsEmpty());
    const auto due = timers_.take_due(begin_ + 30s);
    ASSERT_THAT(names(due), ElementsAre("mail"));
    EXPECT_EQ(due[0].events, kDesk);
    EXPECT_TRUE(timers_.empty());
    EXPECT_EQ(timers_.next_due(), std::nullopt);
    EXPECT_THAT(timers_.take_due(begin_ + 60s), IsEmpty());
}

TEST_F(TimersTest, OfNoTimeFiresAtOnce)
{
    start("now", 0s);

    EXPECT_THAT(names(timers_.take_due(begin_)), ElementsAre("now"));
}

TEST_F(TimersTest, FiresInTheOrderOfTheTimes)
{
    start("third", 3s);
    start("first", 1s);
    start("second", 2s);
    start("also second", 2s);
    start("later", 9s);

    EXPECT_EQ(timers_.next_due(), begin_ + 1s);
    EXPECT_THAT(names(timers_.take_due(begin_ + 5s)), ElementsAre("first", "second", "also second", "third"));
    EXPECT_THAT(names(timers_.rows()), ElementsAre("later"));
}

TEST_F(TimersTest, OfOneNameAreIndependent)
{
    start("mail", 10s);
    start("mail", 20s, kRack);

    EXPECT_EQ(timers_.take_due(begin_ + 10s).at(0).events, kDesk);
    EXPECT_EQ(timers_.take_due(begin_ + 20s).at(0).events, kRack);
}

TEST_F(TimersTest, CancelEndsAllOfThatNameAndNoOther)
{
    start("mail", 10s);
    start("mail", 20s, kRack);
    start("Mail", 20s);

    EXPECT_EQ(timers_.cancel("mail"), 2U);
    EXPECT_EQ(timers_.cancel("mail"), 0U);
    EXPECT_THAT(names(timers_.rows()), ElementsAre("Mail"));
}

TEST_F(TimersTest, SharedKeepsItsTimeAndTellsEachTextOnce)
{
    start_shared("mail", 30s, kDesk);
    start_shared("mail", 30s, kRack, 10s);
    start_shared("mail", 99s, kDesk, 20s);
    start_shared("mail", 99s, {"LOWBATT", "desk@h", ""}, 20s);

    const auto due = timers_.take_due(begin_ + 30s);

    ASSERT_THAT(names(due), ElementsAre("mail"));
    EXPECT_EQ(due[0].events, (Event{"ONBATT,LOWBATT", "desk@h,rack@h", "desk on battery.\track on battery"}));
    EXPECT_TRUE(timers_.empty());
}

TEST_F(TimersTest, SharedJoinsOneThatIsNot)
{
    start("mail", 30s);
    start_shared("mail", 10s, kRack);

    ASSERT_THAT(names(timers_.rows()), ElementsAre("mail"));
    EXPECT_EQ(timers_.rows()[0].events.ups, "desk@h,rack@h");
    EXPECT_EQ(timers_.next_due(), begin_ + 30s);
}

TEST_F(TimersTest, CancelMatchedLooksAtTheUpsAlone)
{
    start("mail", 10s, kDesk);
    start("mail", 10s, kRack);
    start("other", 10s, kDesk);

    EXPECT_EQ(timers_.cancel_matched("mail", "desk@h"), 1U);
    EXPECT_EQ(timers_.cancel_matched("mail", "DESK@h"), 0U);
    EXPECT_EQ(timers_.cancel_matched("mail", ""), 0U);
    EXPECT_THAT(names(timers_.rows()), ElementsAre("mail", "other"));
    EXPECT_EQ(timers_.rows()[0].events, kRack);
}

TEST_F(TimersTest, CancelMatchedLeavesSharedTimersToTheOtherUpses)
{
    start_shared("mail", 10s, kDesk);
    start_shared("mail", 10s, kRack);
    start_shared("mail", 10s, {"LOWBATT", "desk@h", "desk low"});

    EXPECT_EQ(timers_.cancel_matched("mail", "desk@h"), 1U);
    ASSERT_THAT(names(timers_.rows()), ElementsAre("mail"));
    EXPECT_EQ(timers_.rows()[0].events, kRack);
    EXPECT_EQ(timers_.cancel_matched("mail", "rack@h"), 1U);
    EXPECT_TRUE(timers_.empty());
}

TEST_F(TimersTest, RefusesMoreTimersThanTheLimit)
{
    for (std::size_t i = 0; i < Timers::kMostTimers; ++i)
        start("t", 10s);

    EXPECT_FALSE(timers_.start("t", 10s, kDesk, begin_));
    EXPECT_FALSE(timers_.start_shared("new", 10s, kDesk, begin_));
    EXPECT_TRUE(timers_.start_shared("t", 10s, kRack, begin_));
    EXPECT_EQ(timers_.cancel("t"), Timers::kMostTimers);
    start("t", 10s);
}

TEST_F(TimersTest, RefusesMoreTextThanTheLimits)
{
    const Event long_one{"ONBATT", "a", std::string(Timers::kMostOfOneTimer - 100, 'x')};
    const Event another{"ONBATT", "b", std::string(200, 'y')};
    start_shared("shared", 10s, long_one);

    EXPECT_FALSE(timers_.start_shared("shared", 10s, another, begin_));
    EXPECT_FALSE(timers_.start("t", 10s, {"ONBATT", "a", std::string(Timers::kMostOfOneTimer, 'x')}, begin_));
    EXPECT_EQ(timers_.rows()[0].events, long_one);
    while (timers_.start("t", 10s, long_one, begin_))
        ;
    EXPECT_EQ(timers_.rows().size(), Timers::kMostText / (Timers::kMostOfOneTimer - 93));
}

} // namespace
} // namespace upright::upssched
