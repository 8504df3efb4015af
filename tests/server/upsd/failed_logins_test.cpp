// Failed logins: when an address must wait, for how long, and what is kept of it.
#include "server/upsd/failed_logins.hpp"

#include <gtest/gtest.h>

namespace upright::upsd {
namespace {

using boost::asio::ip::make_address;
using namespace std::chrono_literals;

class Failures : public testing::Test {
protected:
    void fail(std::string_view address, int times = 1, std::chrono::seconds apart = 0s)
    {
        for (int i = 0; i < times; ++i, now_ += apart)
            failures_.failed(make_address(address), now_);
    }
    std::chrono::milliseconds delay(std::string_view address) const
    {
        return failures_.delay(make_address(address), now_);
    }

    FailedLogins failures_;
    TimePoint now_ = TimePoint{} + 1h;
};

TEST_F(Failures, CostNothingUntilTheFifthThenTwiceAsMuchEachTime)
{
    for (const auto expected : {0s, 0s, 0s, 0s, 1s, 2s, 4s, 8s, 16s, 30s, 30s, 30s}) {
        fail("192.0.2.1");
        EXPECT_EQ(delay("192.0.2.1"), expected);
    }
    EXPECT_EQ(delay("192.0.2.2"), 0s);
}

TEST_F(Failures, CountWithinAMinuteOnly)
{
    fail("192.0.2.1", 4, 15s);
    fail("192.0.2.1", 1);
    EXPECT_EQ(delay("192.0.2.1"), 1s);

    fail("192.0.2.2", 20, 16s);
    EXPECT_EQ(delay("192.0.2.2"), 0s);
}

TEST_F(Failures, AreForgivenAMinuteAfterTheLast)
{
    fail("192.0.2.1", 5);
    now_ += 59s;
    EXPECT_EQ(delay("192.0.2.1"), 1s);
    fail("192.0.2.1"); // and it goes on
    EXPECT_EQ(delay("192.0.2.1"), 2s);

    now_ += 60s;
    EXPECT_EQ(delay("192.0.2.1"), 0s);
    fail("192.0.2.1");
    EXPECT_EQ(delay("192.0.2.1"), 0s);
}

TEST_F(Failures, CountForAllOfAnIpv6NetworkAndForIpv4InsideIpv6)
{
    for (const auto* const address : {"2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3", "2001:db8::4"})
        fail(address);
    EXPECT_EQ(delay("2001:db8::9"), 0s);
    fail("2001:db8::5");
    EXPECT_EQ(delay("2001:db8::9"), 1s);
    EXPECT_EQ(delay("2001:db8:0:1::9"), 0s);

    fail("::ffff:192.0.2.1", 3);
    fail("192.0.2.1", 2);
    EXPECT_EQ(delay("192.0.2.1"), 1s);
    EXPECT_EQ(delay("::ffff:192.0.2.1"), 1s);
}

TEST_F(Failures, AreKeptOfABoundedNumberOfAddresses)
{
    fail("192.0.2.1", 5);
    now_ += 1s;
    for (unsigned i = 0; i < 4095; ++i)
        failures_.failed(boost::asio::ip::make_address_v4(0x0A000000U + i), now_);
    EXPECT_EQ(failures_.size(), 4096U);
    EXPECT_EQ(delay("192.0.2.1"), 1s);

    fail("198.51.100.1");
    EXPECT_EQ(failures_.size(), 4096U);
    EXPECT_EQ(delay("192.0.2.1"), 0s); // the one that has been quiet longest
}

TEST_F(Failures, AreSweptWhenForgiven)
{
    fail("192.0.2.1", 5);
    now_ += 30s;
    fail("192.0.2.2", 5);

    now_ += 30s;
    failures_.sweep(now_);
    EXPECT_EQ(failures_.size(), 1U);
    EXPECT_EQ(delay("192.0.2.2"), 1s);

    now_ += 30s;
    failures_.sweep(now_);
    EXPECT_EQ(failures_.size(), 0U);
}

TEST(Turns, OfManyConnectionsAreNotFasterThanOfOne)
{
    FailedLogins failures;
    const auto from = boost::asio::ip::make_address("192.0.2.66");
    const TimePoint now{std::chrono::hours(1)};
    EXPECT_EQ(failures.take_turn(from, now), 0ms);
    for (int i = 0; i < 5; ++i)
        failures.failed(from, now);

    EXPECT_EQ(failures.take_turn(from, now), 1s);
    EXPECT_EQ(failures.take_turn(from, now), 3s) << "2 s behind the one before it";
    EXPECT_EQ(failures.take_turn(from, now), 7s);
    for (int i = 0; i < 20; ++i)
        failures.take_turn(from, now);
    EXPECT_GT(failures.take_turn(from, now), 500s);
    EXPECT_EQ(failures.take_turn(boost::asio::ip::make_address("192.0.2.67"), now), 0ms);
}

TEST(Turns, LetWhoWasRightBeforeThroughOnceASecond)
{
    FailedLogins failures;
    const auto from = boost::asio::ip::make_address("192.0.2.66");
    const TimePoint now{std::chrono::hours(1)};
    EXPECT_TRUE(failures.may_jump_the_queue(from, now));
    for (int i = 0; i < 5; ++i)
        failures.failed(from, now);

    EXPECT_TRUE(failures.may_jump_the_queue(from, now));
    EXPECT_FALSE(failures.may_jump_the_queue(from, now + 999ms));
    EXPECT_TRUE(failures.may_jump_the_queue(from, now + 1s));
}

} // namespace
} // namespace upright::upsd
