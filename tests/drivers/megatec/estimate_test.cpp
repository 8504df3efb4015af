#include "drivers/megatec/estimate.hpp"

#include <gtest/gtest.h>

namespace upright::megatec {
namespace {

using namespace std::chrono_literals;

RuntimeCalibration calibration(std::string_view text)
{
    const auto parsed = parse_runtime_calibration(text);
    EXPECT_TRUE(parsed) << text;
    return parsed ? *parsed : RuntimeCalibration{};
}

TEST(Estimate, FindsPeukertsExponent)
{
    EXPECT_NEAR(calibration("240,100,720,50").exponent, 1.585, 0.0005);
    EXPECT_NEAR(calibration("240,100,720,50").nominal_runtime, 240, 1e-9);
    EXPECT_NEAR(calibration("600, 50, 1800, 25").nominal_runtime, 200, 1e-6);
    EXPECT_EQ(calibration("300,80,300,80").exponent, 1); // one point: no exponent to find
}

TEST(Estimate, RefusesCalibrationsThatMakeNoSense)
{
    for (const auto* const text : {"", "240", "240,100,720", "240,100,720,50,", "240,100,720,x",
                                   "0,100,720,50", "-1,100,720,50", "720,100,240,50", "240,50,720,100",
                                   "240,101,720,50", "240,100,720,0", "nan,100,720,50", "inf,100,720,50"})
        EXPECT_FALSE(parse_runtime_calibration(text)) << text;
}

TEST(Estimate, KnowsTheUsualThresholds)
{
    EXPECT_NEAR(usual_thresholds(24).low, 20.80, 1e-9);
    EXPECT_NEAR(usual_thresholds(24).high, 26.00, 1e-9);
}

TEST(Estimate, GuessesHowManyPacks)
{
    EXPECT_EQ(guess_packs(27.2, 24), 1);
    EXPECT_EQ(guess_packs(2.27, 24), 12); // volts per cell
    EXPECT_EQ(guess_packs(2.27, 36), 18);
    EXPECT_EQ(guess_packs(13.6, 48), 4);
    EXPECT_EQ(guess_packs(54.4, 24), 0.5);
    EXPECT_EQ(guess_packs(17, 24), 1); // between all of them
    EXPECT_EQ(guess_packs(500, 24), 1);
}

TEST(Estimate, ReadsTheChargeFromTheVoltage)
{
    const Thresholds at{20.8, 26.0};
    EXPECT_EQ(charge_by_voltage(27.2, at), 100);
    EXPECT_NEAR(charge_by_voltage(23.4, at), 50, 1e-9);
    EXPECT_EQ(charge_by_voltage(10, at), 0);
    EXPECT_EQ(charge_by_voltage(24, {24, 24}), 0);
}

TEST(Estimate, CountsDownOnBatteryAndUpOnMains)
{
    BatteryEstimate estimate(
        {.calibration = calibration("240,100,720,50"), .charge_time = 43200s, .idle_load = 10});

    const auto full = estimate.update({100.0, 50, false}, 99s);
    EXPECT_NEAR(*full.charge, 100, 1e-9);
    EXPECT_NEAR(*full.runtime, 720, 1e-6);

    const auto later = estimate.update({100.0, 50, true}, 360s); // half of what half load lasts
    EXPECT_NEAR(*later.charge, 50, 1e-6);
    EXPECT_NEAR(*later.runtime, 360, 1e-6);

    const auto charged = estimate.update({100.0, 50, false}, 21600s);
    EXPECT_NEAR(*charged.charge, 100, 1e-6);

    const auto empty = estimate.update({100.0, 100, true}, 9999s);
    EXPECT_EQ(*empty.charge, 0);
    EXPECT_EQ(*empty.runtime, 0);
}

TEST(Estimate, BelievesAVoltageThatIsLowerThanTheCount)
{
    BatteryEstimate estimate({.calibration = calibration("240,100,720,50")});
    estimate.update({100.0, 50, true}, 0s);

    const auto aged = estimate.update({30.0, 50, true}, 2s);

    EXPECT_NEAR(*aged.charge, 30, 1e-9);
}

TEST(Estimate, CountsWithTheIdleLoadAtLeast)
{
    BatteryEstimate estimate({.calibration = calibration("240,100,720,50"), .idle_load = 10});
    EXPECT_NEAR(*estimate.update({100.0, 0, true}, 0s).runtime, 2400, 1e-6);
}

TEST(Estimate, SaysNothingWithoutCalibrationOrCharge)
{
    BatteryEstimate plain({});
    const auto result = plain.update({80.0, 50, true}, 0s);
    EXPECT_EQ(result.charge, 80.0);
    EXPECT_FALSE(result.runtime);

    BatteryEstimate blind({.calibration = calibration("240,100,720,50")});
    EXPECT_FALSE(blind.update({std::nullopt, 50, true}, 0s).runtime);
}

} // namespace
} // namespace upright::megatec
