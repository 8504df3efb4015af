// A UPS that is pulled out of its USB socket and plugged in again.
#include "tests/e2e/site.hpp"
#include "tests/support/usb_simulator.hpp"

#include <gmock/gmock.h>

#include <iterator>

namespace upright::test {
namespace {

using testing::StartsWith;

long descriptors_of(pid_t pid)
{
    return std::distance(std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", pid)), {});
}

// A driver on a cypress bridge, and what it publishes.
class UsbFaults : public testing::TestWithParam<const char*> {
protected:
    UsbFaults()
    {
        EXPECT_TRUE(simulator.ready()) << simulator.process().err();
        site.ups_conf("[u]\ndriver = nutdrv_qx\nport = auto\nprotocol = megatec\n");
        driver = std::make_unique<Process>(site.command("nutdrv_qx", {"-a", "u", "-F"}),
                                           simulator.environment(site.scratch.environment()));
        const auto path = site.scratch.file("nutdrv_qx-u");
        EXPECT_TRUE(eventually([&] { return RawClient(path).connected(); })) << driver->err();
        client = std::make_unique<RawClient>(path);
        client->send("DUMPALL\n");
        client->until("DUMPDONE");
    }

    Site site;
    UsbSimulator simulator{{"cypress"}};
    std::unique_ptr<Process> driver;
    std::unique_ptr<RawClient> client;
};

TEST_P(UsbFaults, MakeTheDataStaleUntilTheyAreOver)
{
    simulator.ctl(std::string("ups1 fault ") + GetParam());
    EXPECT_EQ(hears(*client, "DATASTALE"), "DATASTALE") << driver->err();
    simulator.ctl("ups1 fault none");
    EXPECT_EQ(hears(*client, "DATAOK"), "DATAOK") << driver->err();
}

INSTANTIATE_TEST_SUITE_P(Line, UsbFaults, testing::Values("mute", "garble"));

class UsbRecovery : public UsbFaults {};

// A stalled endpoint is cleared, a bridge that overflows for ever is reset: nobody has to pull the plug.
TEST_P(UsbRecovery, NeedsNobody)
{
    simulator.ctl(std::string("ups1 ") + GetParam());
    simulator.ctl("ups1 mains off");
    EXPECT_THAT(hears(*client, "SETINFO ups.status"), StartsWith("SETINFO ups.status \"OB")) << driver->err();
    EXPECT_TRUE(driver->running());
}

INSTANTIATE_TEST_SUITE_P(Device, UsbRecovery, testing::Values("stall", "overflow"));

TEST(Replug, TheDriverFindsItsDeviceAgainTwentyTimes)
{
    const Site site;
    UsbSimulator simulator({"cypress"});
    ASSERT_TRUE(simulator.ready()) << simulator.process().err();
    site.ups_conf("[u]\ndriver = nutdrv_qx\nport = auto\nprotocol = megatec\n");
    Process driver(site.command("nutdrv_qx", {"-a", "u", "-F"}),
                   simulator.environment(site.scratch.environment()));
    const auto path = site.scratch.file("nutdrv_qx-u");
    ASSERT_TRUE(eventually([&] { return RawClient(path).connected(); })) << driver.err();
    RawClient client(path);
    client.send("DUMPALL\n");
    client.until("DUMPDONE");

    long descriptors = 0;
    for (int cycle = 1; cycle <= 20; ++cycle) {
        SCOPED_TRACE(cycle);
        simulator.ctl("ups1 unplug");
        ASSERT_EQ(hears(client, "DATASTALE"), "DATASTALE") << driver.err();
        simulator.ctl(cycle % 2 == 0 ? "ups1 mains on" : "ups1 mains off");
        simulator.ctl("ups1 plug");
        const auto* const status = cycle % 2 == 0 ? "SETINFO ups.status \"OL" : "SETINFO ups.status \"OB";
        ASSERT_THAT(hears(client, "SETINFO ups.status"), StartsWith(status)) << driver.err();
        ASSERT_EQ(hears(client, "DATAOK"), "DATAOK") << driver.err();
        if (cycle == 2)
            descriptors = descriptors_of(driver.pid());
    }
    EXPECT_EQ(descriptors_of(driver.pid()), descriptors);
}

} // namespace
} // namespace upright::test
