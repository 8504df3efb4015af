// --describe: the simulator makes the same UPS of what it prints.
#include "tests/drivers/usbhid/running.hpp"

#include <gmock/gmock.h>

namespace upright::test {
namespace {

using testing::HasSubstr;

class Describe : public testing::TestWithParam<const char*> {
protected:
    Describe() { site.ups_conf("[u]\ndriver = usbhid-ups\nport = auto\n"); }

    std::string output(const UsbSimulator& simulator, std::vector<std::string> action) const
    {
        action.insert(action.begin(), {"-a", "u"});
        const auto done =
            run(site.command("usbhid-ups", action), simulator.environment(site.scratch.environment()), 60s);
        EXPECT_EQ(done.exit_code, 0) << done.err;
        return done.out;
    }
    // What the driver publishes of the device.
    Variables dump(const UsbSimulator& simulator) const
    {
        auto all = variables_of(output(simulator, {"-d", "1"}), ": ");
        std::erase_if(all, [](const auto& one) { return one.first.starts_with("driver."); });
        return all;
    }

    Site site;
};

TEST_P(Describe, MakesARecordingOfTheWholeUps)
{
    std::string recording;
    Variables original;
    { // one at a time: each has the bus for itself
        const UsbSimulator simulator({std::string("hid:") + GetParam()});
        recording = output(simulator, {"--describe"});
        original = dump(simulator);
    }

    UsbSimulator replayed({"replay:" + site.scratch.write("rec", recording)});
    ASSERT_TRUE(replayed.ready()) << replayed.process().err();

    EXPECT_EQ(dump(replayed), original);
    EXPECT_GT(original.size(), 8U);
    EXPECT_EQ(output(replayed, {"--describe"}), recording);
}

INSTANTIATE_TEST_SUITE_P(Profiles, Describe,
                         testing::Values("apc", "eaton", "cps", "tripplite", "generic", "noid", "belkin",
                                         "liebert", "powercom", "arduino", "delta_ups", "ecoflow", "ever",
                                         "idowell", "legrand", "openups", "powervar", "salicru"),
                         [](const auto& one) { return std::string(one.param); });

class DescribeTexts : public Describe {};

// A quote, a #, a backslash, Latin 1, a newline, what looks like one of ours.
TEST_P(DescribeTexts, KeepsStrangeBytes)
{
    const std::string strange = GetParam();
    std::string recording;
    {
        const UsbSimulator simulator({"hid:apc"});
        recording = output(simulator, {"--describe"});
    }
    for (const auto* const keyword : {"text product ", "string 4 "}) {
        const auto at = recording.find(keyword) + std::string(keyword).size();
        recording.replace(at, recording.find('\n', at) - at, strange);
    }

    UsbSimulator replayed({"replay:" + site.scratch.write("rec", recording)});
    ASSERT_TRUE(replayed.ready()) << replayed.process().err();
    const auto again = output(replayed, {"--describe"});

    EXPECT_THAT(again, HasSubstr("text product " + strange + "\n"));
    EXPECT_THAT(again, HasSubstr("string 4 " + strange + "\n"));
}

INSTANTIATE_TEST_SUITE_P(Strange, DescribeTexts,
                         testing::Values(R"("a \"b\" \# c")", R"("back\\\\slash")",
                                         R"("caf\\xe9\\x0a\\x00.")", R"("\\\\x41")"));

} // namespace
} // namespace upright::test
