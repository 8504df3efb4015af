#include "drivers/megatec/leaps.hpp"

#include <gmock/gmock.h>

namespace upright::megatec {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string taken(Leaps& leaps, std::string_view variable, std::string value)
{
    Words values{{std::string(variable), std::move(value)}};
    leaps.hold(values);
    return values.begin()->second;
}

TEST(Leaps, AreHeldBackOnceAndThenBelieved)
{
    Leaps leaps;
    Words values{{"battery.voltage", "27.30"}, {"ups.load", "34"}, {"input.voltage", "230.0"}};
    EXPECT_THAT(leaps.hold(values), IsEmpty());

    values = {{"battery.voltage", "0.00"}, {"ups.load", "999"}, {"input.voltage", "0.0"}};
    EXPECT_THAT(leaps.hold(values),
                ElementsAre("battery.voltage: 0.00 instead of 27.30", "ups.load: 999 instead of 34"));
    EXPECT_EQ(values.at("battery.voltage"), "27.30");
    EXPECT_EQ(values.at("ups.load"), "34");
    EXPECT_EQ(values.at("input.voltage"), "0.0") << "mains do fail";

    EXPECT_EQ(taken(leaps, "battery.voltage", "0.00"), "0.00") << "twice is no slip";
    EXPECT_EQ(taken(leaps, "ups.load", "33"), "33");
}

TEST(Leaps, LeaveAloneWhatAUpsDoes)
{
    Leaps leaps;
    for (const auto* const volts : {"27.30", "24.10", "23.00", "20.00", "26.80"})
        EXPECT_EQ(taken(leaps, "battery.voltage", volts), volts);
    for (const auto* const load : {"0", "100", "130", "12"})
        EXPECT_EQ(taken(leaps, "ups.load", load), load);
    for (const auto* const charge : {"100", "80", "56", "33", "10"})
        EXPECT_EQ(taken(leaps, "battery.charge", charge), charge);
    EXPECT_EQ(taken(leaps, "ups.temperature", "no number"), "no number");
}

} // namespace
} // namespace upright::megatec
