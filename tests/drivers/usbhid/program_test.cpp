// usbhid-ups, through the real libusb, against simulated UPSes: what it publishes is what they hold for the
// truth.
#include "tests/drivers/usbhid/running.hpp"

#include <gmock/gmock.h>

namespace upright::test {
namespace {

using testing::StartsWith;
class EachProfile : public testing::TestWithParam<const char*> {};

TEST_P(EachProfile, IsPublishedAsItIs)
{
    Running running({std::string("hid:") + GetParam()}, "pollfreq = 1\n");
    EXPECT_TRUE(running.agrees());
    EXPECT_EQ(running.seen, running.expected);
    EXPECT_GT(running.expected.size(), 8U);
    running.simulator.ctl("ups1 load 120");
    EXPECT_TRUE(running.agrees());
    EXPECT_EQ(running.seen, running.expected);
}

TEST_P(EachProfile, TellsOfMainsThatFailAndReturn)
{
    Running running({std::string("hid:") + GetParam()}, "pollfreq = 1\n");
    running.simulator.ctl("ups1 load 1"); // discharges slowly
    running.simulator.ctl("ups1 mains off");
    EXPECT_THAT(running.client->until("SETINFO ups.status \"OB").back(),
                StartsWith("SETINFO ups.status \"OB"));
    EXPECT_TRUE(running.agrees());
    EXPECT_EQ(running.seen, running.expected);
    running.simulator.ctl("ups1 mains on");
    EXPECT_THAT(running.client->until("SETINFO ups.status \"OL").back(),
                StartsWith("SETINFO ups.status \"OL"));
}

INSTANTIATE_TEST_SUITE_P(Profiles, EachProfile,
                         testing::Values("apc", "eaton", "cps", "tripplite", "generic", "noid", "belkin",
                                         "liebert", "powercom", "arduino", "delta_ups", "ecoflow", "ever",
                                         "idowell", "legrand", "openups", "powervar", "salicru"),
                         [](const auto& one) { return std::string(one.param); });

TEST(UsbHidProgram, FindsAnyUpsOfTheClass)
{
    Running running({"hid:generic"});
    EXPECT_TRUE(running.agrees());
    EXPECT_EQ(running.expected.at("ups.vendorid"), "1209");
}

} // namespace
} // namespace upright::test
