// Our upsdrvctl with Debian's drivers.
#include "common/power_flag/power_flag.hpp"
#include "tests/interop/peers.hpp"
#include "tests/support/simulator.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace upright::test {
namespace {

TEST(UpsdrvctlWithDebians, StartsTellsAndStopsThem)
{
    const Peers peers;
    const Scratch scratch;
    scratch.write("one.dev", "ups.status: OL\n");
    scratch.write("ups.conf",
                  fmt::format("driverpath = {}\nuser = root\n[one]\ndriver = dummy-ups\nport = one.dev\n"
                              "[two]\ndriver = dummy-ups\nport = one.dev\n",
                              peers.driver_dir()));
    const auto upsdrvctl = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), program("upsdrvctl"));
        return run(arguments, peers.environment(scratch), 60s);
    };
    const auto started = upsdrvctl({"start"});
    const auto status = upsdrvctl({"status", "one"});
    const auto reloaded = upsdrvctl({"-c", "reload"}); // unknown to that release over the socket: by signal
    const auto stopped = upsdrvctl({"stop"});

    EXPECT_EQ(started.exit_code, 0) << started.err;
    EXPECT_THAT(status.out, testing::HasSubstr("\tRUNNING\t"));
    EXPECT_THAT(status.out, testing::HasSubstr("\tRESPONSIVE\t"));
    EXPECT_EQ(reloaded.exit_code, 0) << reloaded.err;
    EXPECT_EQ(stopped.exit_code, 0) << stopped.err;
}

// Ours asks a driver of Debian, running or not, to switch the UPS off; --check asks the running one.
TEST(UpsdrvctlWithDebians, LetsThemSwitchTheUpsOff)
{
    const Peers peers;
    const Simulator simulator;
    ASSERT_TRUE(simulator.ready());
    const auto& scratch = simulator.scratch();
    scratch.write("ups.conf",
                  fmt::format("driverpath = {}\nuser = root\n[one]\ndriver = nutdrv_qx\nport = {}\n"
                              "offdelay = 60\n",
                              peers.driver_dir(), simulator.port()));
    scratch.write("upsmon.conf", fmt::format("POWERDOWNFLAG {}\n", scratch.file("killpower")));
    scratch.write("killpower", "upsmon-shutdown-file"); // as NUT's upsmon writes it
    const auto upsdrvctl = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), program("upsdrvctl"));
        return run(arguments, peers.environment(scratch), 100s);
    };

    const auto unknown = upsdrvctl({"killpower", "--check"});
    EXPECT_THAT(unknown.out,
                testing::HasSubstr("FAILED   [one] nutdrv_qx: does not run, and a driver that is not "));
    const auto alone = upsdrvctl({"killpower"});
    EXPECT_EQ(alone.exit_code, 0) << alone.err;
    EXPECT_THAT(simulator.status("shutdown"), testing::MatchesRegex("in [56][0-9] s"));

    EXPECT_EQ(upsdrvctl({"start"}).exit_code, 0);
    const auto known = upsdrvctl({"killpower", "--check"});
    EXPECT_THAT(known.out,
                testing::HasSubstr("ok       [one] nutdrv_qx: the running driver takes shutdown.return, "
                                   "60 s later"));
    const auto beside = upsdrvctl({"killpower"});
    EXPECT_EQ(beside.exit_code, 0) << beside.err;
    EXPECT_THAT(simulator.status("shutdown"), testing::MatchesRegex("in [56][0-9] s"));
    upsdrvctl({"stop"});
}

// The stamp in ours stands behind what theirs looks at.
TEST(UpsdrvctlWithDebians, TheirUpsmonKnowsOurFlag)
{
    const Peers peers;
    const Scratch scratch;
    const auto flag = scratch.file("killpower");
    scratch.write("upsmon.conf", fmt::format("MONITOR a@localhost 1 b c primary\nMINSUPPLIES 1\nSHUTDOWNCMD "
                                             "true\nPOWERDOWNFLAG {}\n",
                                             flag));
    const auto is_set = [&] {
        return run({peers.program("upsmon"), "-K"}, peers.environment(scratch)).exit_code == 0;
    };

    EXPECT_FALSE(is_set());
    ASSERT_TRUE(power_flag::set(flag));
    EXPECT_TRUE(is_set());
    ASSERT_TRUE(power_flag::clear(flag));
    EXPECT_FALSE(is_set());
}

} // namespace
} // namespace upright::test
