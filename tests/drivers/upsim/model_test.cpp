#include "drivers/upsim/model.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace upright::upsim {
namespace {

Model fresh(double load, Rating rating = {})
{
    Model model(rating, 1);
    model.set_load(load);
    return model;
}

// Seconds on battery until the output goes off.
double discharge_time(Model model)
{
    model.set_mains(0);
    for (double t = 1; t < 1e6; ++t) {
        model.advance(t);
        if (model.output() != Output::on)
            return t;
    }
    return INFINITY;
}

TEST(Model, EndsSoonerTheHigherTheLoad)
{
    const double quarter = discharge_time(fresh(25));
    const double half = discharge_time(fresh(50));
    const double full = discharge_time(fresh(100));

    EXPECT_GT(quarter, 2 * half); // Peukert: worse than in proportion
    EXPECT_GT(half, 2 * full * 0.95);
    EXPECT_GT(full, 60);
}

TEST(Model, EndsWhenItSaidItWould)
{
    for (const double load : {10.0, 33.0, 100.0}) {
        const auto model = fresh(load);
        EXPECT_NEAR(discharge_time(model), model.runtime_left(), 2) << load;
    }
}

TEST(Model, HoldsLessWhenItHasAged)
{
    EXPECT_LT(discharge_time(fresh(50, {.health = 0.5})), 0.5 * discharge_time(fresh(50)));
}

TEST(Model, ReportsALowBatteryBeforeTheEnd)
{
    auto model = fresh(50);
    model.set_mains(0);
    double low_at = 0;
    double last = model.battery_volts();
    for (double t = 1; model.output() == Output::on; ++t) {
        model.advance(t);
        if (low_at == 0 && model.battery_low())
            low_at = t;
        if (model.output() == Output::on) {
            EXPECT_LT(model.battery_volts(), last + 0.05) << t; // sinks, jitter apart
        }
        last = model.battery_volts();
    }
    EXPECT_GT(low_at, 0);
    EXPECT_NEAR(low_at / model.now(), 0.8, 0.02);
    EXPECT_EQ(model.output(), Output::off_until_mains);
    EXPECT_EQ(model.load_percent(), 0);
}

TEST(Model, ComesBackWithTheMainsAndCharges)
{
    auto model = fresh(50);
    model.set_charge(1);
    model.set_mains(0);
    model.advance(1000);
    ASSERT_NE(model.output(), Output::on);

    model.set_mains(230);
    model.advance(1005);
    EXPECT_NE(model.output(), Output::on);
    model.advance(1020);
    EXPECT_EQ(model.output(), Output::on);
    model.advance(1020 + 86400);
    EXPECT_GT(model.charge_percent(), 95);
}

TEST(Model, RegulatesWithinItsWindowAndFallsBackToTheBattery)
{
    struct Case {
        double in;
        bool battery, regulating;
        double out;
    };
    for (const auto& one :
         {Case{230, false, false, 230}, Case{200, false, true, 230}, Case{265, false, true, 230.5},
          Case{160, true, false, 230}, Case{300, true, false, 230}, Case{0, true, false, 230}}) {
        auto model = fresh(30);
        model.set_mains(one.in);
        model.advance(1);
        EXPECT_EQ(model.on_battery(), one.battery) << one.in;
        EXPECT_EQ(model.regulating(), one.regulating) << one.in;
        EXPECT_NEAR(model.output_volts(), one.out, 1) << one.in;
    }
}

TEST(Model, ShutsDownAndReturnsAfterTheMainsAreBack)
{
    auto model = fresh(30);
    model.set_mains(0);
    model.advance(10);
    model.shut_down(30, 180);
    EXPECT_TRUE(model.shutting_down());
    model.advance(39);
    EXPECT_EQ(model.output(), Output::on);
    model.advance(40);
    EXPECT_EQ(model.output(), Output::off_until_time);
    model.advance(1000);
    EXPECT_EQ(model.output(), Output::off_until_time); // time is up, mains are not back
    model.set_mains(230);
    model.advance(1001);
    EXPECT_NE(model.output(), Output::on);
    model.advance(1015);
    EXPECT_EQ(model.output(), Output::on);
    EXPECT_FALSE(model.shutting_down());
}

// The race that leaves servers off for ever if it is lost: mains back while the countdown runs.
TEST(Model, SwitchesOffAndOnEvenIfTheMainsCameBackBefore)
{
    auto model = fresh(30);
    model.set_mains(0);
    model.shut_down(30, 180);
    model.advance(10);
    model.set_mains(230);
    model.advance(31);
    EXPECT_EQ(model.output(), Output::off_until_time);
    model.advance(209);
    EXPECT_EQ(model.output(), Output::off_until_time);
    model.advance(211);
    EXPECT_EQ(model.output(), Output::on);
}

TEST(Model, StaysOffIfToldSoAndComesBackOnCommand)
{
    auto model = fresh(30);
    model.shut_down(0, std::nullopt);
    model.advance(1);
    model.advance(1e5);
    EXPECT_EQ(model.output(), Output::off);
    model.cancel_shutdown();
    EXPECT_EQ(model.output(), Output::on);
}

TEST(Model, TestsItsBattery)
{
    auto model = fresh(50);
    model.start_test(upsim::Test::quick);
    model.advance(9);
    EXPECT_TRUE(model.testing());
    model.advance(11);
    EXPECT_FALSE(model.testing());
    EXPECT_FALSE(model.test_failed());
    EXPECT_LT(model.charge_percent(), 100);

    model.set_bad_battery(true);
    model.start_test(upsim::Test::quick);
    model.advance(30);
    EXPECT_TRUE(model.test_failed());
    model.set_bad_battery(false);
    model.start_test(upsim::Test::quick);
    model.advance(50);
    EXPECT_FALSE(model.test_failed());

    model.start_test(upsim::Test::until_low, 1e9);
    model.advance(1e5);
    EXPECT_FALSE(model.testing());
    model.set_mains(0);
    model.advance(100001);
    model.start_test(upsim::Test::quick);
    EXPECT_FALSE(model.testing()); // on battery it is no test
}

TEST(Model, GivesTheSameForTheSameSeed)
{
    const auto trace = [](std::uint64_t seed) {
        Model model({}, seed);
        std::string out;
        for (double t = 0; t < 50; ++t) {
            model.advance(t);
            out += std::to_string(model.input_volts()) + std::to_string(model.battery_volts());
        }
        return out;
    };
    EXPECT_EQ(trace(7), trace(7));
    EXPECT_NE(trace(7), trace(8));
}

// It must not matter how often somebody looks.
TEST(Model, DoesNotDependOnWhenItIsLookedAt)
{
    auto often = fresh(40);
    auto seldom = fresh(40);
    often.set_mains(0);
    seldom.set_mains(0);
    for (double t = 0.25; t <= 600; t += 0.25)
        often.advance(t);
    seldom.advance(600);
    EXPECT_NEAR(often.charge_percent(), seldom.charge_percent(), 0.01);
    seldom.advance(1e9); // a long sleep is worked out at once
    EXPECT_EQ(seldom.charge_percent(), 0);
}

} // namespace
} // namespace upright::upsim
