// The end of a shutdown, from the flag that upsmon leaves to a simulated UPS that goes off and comes back:
// the hook, upsdrvctl, nutdrv_qx.
#include "common/power_flag/power_flag.hpp"
#include "tests/support/simulator.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>

namespace fs = std::filesystem;

namespace upright::test {
namespace {

// A minute of the UPS is 0.6 s here; it stays off for 9 s at least, long enough to be seen.
class EndOfShutdown : public testing::Test {
protected:
    EndOfShutdown() : simulator_({"--time-scale", "100"}, 2)
    {
        scratch().write("upsmon.conf", fmt::format("POWERDOWNFLAG {}\n", scratch().file("killpower")));
        scratch().write("nut.conf", "MODE=standalone\n");
        scratch().write("ups.conf",
                        fmt::format("user = root\n[desk]\ndriver = nutdrv_qx\nport = {}\noffdelay = 30\n"
                                    "ondelay = 900\n",
                                    simulator_.port()));
        // What would reboot this machine does nothing here.
        fs::create_directory(scratch().file("tools"));
        for (const auto* const tool : {"systemctl", "reboot"})
            fs::permissions(scratch().write(std::string("tools/") + tool, "#!/bin/sh\n"),
                            fs::perms::owner_all);
    }

    const Scratch& scratch() const { return simulator_.scratch(); }

    Finished hook() const
    {
        auto environment = scratch().environment();
        environment["PATH"] = scratch().file("tools") + ":/usr/bin:/bin";
        const auto prefix = fs::path(program("upsdrvctl")).parent_path().parent_path();
        return run({prefix / "lib/systemd/system-shutdown/upright-killpower", "poweroff"}, environment, 60s);
    }
    bool comes_to(const std::string& output) const
    {
        return eventually([&] { return simulator_.status("output.state") == output; }, 60s);
    }
    void mains(const std::string& state) const { simulator_.ctl({"ups1", "mains", state}); }
    void set_flag() const { ASSERT_TRUE(power_flag::set(scratch().file("killpower"))); }

    Simulator simulator_;
};

TEST_F(EndOfShutdown, PowerGoesOffAndReturnsWithTheMains)
{
    ASSERT_TRUE(comes_to("on"));
    mains("off");
    set_flag();

    const auto done = hook();

    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_TRUE(comes_to("off until time and mains")) << simulator_.ctl({"ups1", "status"});
    mains("on");
    EXPECT_TRUE(comes_to("on"));
}

TEST_F(EndOfShutdown, PowerGoesOffAndReturnsThoughTheMainsCameBackBefore)
{
    mains("off");
    set_flag();
    mains("on"); // while the host was going down: if the power stayed, nobody would start it again

    const auto done = hook();

    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_TRUE(comes_to("off until time and mains")) << simulator_.ctl({"ups1", "status"});
    EXPECT_TRUE(comes_to("on"));
}

TEST_F(EndOfShutdown, PowerStaysOnInAnOrdinaryOne)
{
    EXPECT_EQ(hook().exit_code, 0);
    EXPECT_EQ(simulator_.status("shutdown"), "none");
}

TEST_F(EndOfShutdown, ADriverThatStillRunsDoesIt)
{
    mains("off");
    set_flag();
    Process driver({program("nutdrv_qx"), "-a", "desk", "-F"}, scratch().environment());
    const bool up = eventually([&] { return RawClient(scratch().file("nutdrv_qx-desk")).connected(); });
    ASSERT_TRUE(up) << driver.err();

    const auto done = hook();

    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ(driver.wait().exit_code, 0) << driver.err();
    EXPECT_THAT(driver.err(), testing::HasSubstr("shutdown request was successful"));
    EXPECT_TRUE(comes_to("off until time and mains"));
}

TEST_F(EndOfShutdown, OneUpsThatIsGoneDoesNotKeepTheOthersOn)
{
    simulator_.ctl({"all", "mains", "off"});
    set_flag();
    scratch().write("ups.conf", scratch().read("ups.conf")
                                    + "[gone]\ndriver = nutdrv_qx\nport = " + scratch().file("nothing")
                                    + "\n[second]\nsdorder = 1\n"
                                      "driver = nutdrv_qx\nondelay = 900\nport = "
                                    + simulator_.port(2) + "\n");

    const auto done = hook();

    EXPECT_THAT(done.err, testing::HasSubstr("not every UPS could be told to switch off"));
    EXPECT_TRUE(comes_to("off until time and mains"));
    EXPECT_TRUE(eventually([&] {
        return simulator_.ctl({"ups2", "status"}).find("output.state: off until time and mains")
               != std::string::npos;
    }));
}

} // namespace
} // namespace upright::test
