// Debian's upsd with our usbhid-ups and our upsd with Debian's, on the same simulated UPS: clients see the
// same.
#include "tests/interop/mix.hpp"
#include "tests/support/usb_simulator.hpp"

#include <gmock/gmock.h>

namespace upright::test {
namespace {

class UsbHidMixes : public testing::TestWithParam<By> {
protected:
    static upright::test::Setup setup(const UsbSimulator& simulator)
    {
        return {.sections = "[u]\ndriver = usbhid-ups\nport = auto\n",
                .upses = {"u"},
                .driver = "usbhid-ups",
                .users = "[admin]\npassword = pw\ninstcmds = ALL\nactions = SET\n",
                .driver_environment = simulator.environment({})};
    }
    static By other(By by) { return by == By::us ? By::debian : By::us; }

    // What a client prints of the UPS, line by line, without what drivers say of themselves.
    static std::vector<std::string> shown(const Mix& mix, By client)
    {
        std::vector<std::string> kept;
        std::istringstream lines(mix.common_form(mix.client(client, "upsc", {"u@$"}).out));
        for (std::string line; std::getline(lines, line);)
            if (!line.starts_with("driver."))
                kept.push_back(line);
        return kept;
    }
};

TEST_P(UsbHidMixes, ShowTheSameUpsAsDebiansAlone)
{
    std::vector<std::string> expected;
    { // one at a time: a device has one driver
        const UsbSimulator simulator({"hid:apc"});
        const Mix debians(By::debian, By::debian, setup(simulator));
        expected = shown(debians, By::debian);
    }
    const UsbSimulator simulator({"hid:apc"});
    const Mix mix(GetParam(), other(GetParam()), setup(simulator));

    EXPECT_EQ(shown(mix, By::debian), expected);
    EXPECT_EQ(shown(mix, By::us), expected);
    EXPECT_GT(expected.size(), 30U);
}

TEST_P(UsbHidMixes, HearOfFailingMainsAndPassCommandsOn)
{
    const UsbSimulator simulator({"hid:apc"});
    const Mix mix(GetParam(), other(GetParam()), setup(simulator));

    simulator.ctl("ups1 mains off");
    EXPECT_TRUE(eventually([&] {
        return mix.ask("GET VAR u ups.status").starts_with("VAR u ups.status \"OB");
    })) << mix.ask("GET VAR u ups.status");

    const auto done =
        mix.client(other(GetParam()), "upscmd", {"-u", "admin", "-p", "pw", "u@$", "beeper.disable"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_TRUE(eventually([&] { return simulator.ctl("ups1 writes") == "18 01\nOK\n"; }))
        << simulator.ctl("ups1 writes");
}

INSTANTIATE_TEST_SUITE_P(Drivers, UsbHidMixes, testing::Values(By::us, By::debian),
                         [](const auto& one) { return one.param == By::us ? "ours" : "Debians"; });

} // namespace
} // namespace upright::test
