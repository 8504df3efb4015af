// The program: its links, its control socket, its end.
#include "tests/support/simulator.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>

namespace upright::test {
namespace {

TEST(Upsim, ServesManyAndCleansUp)
{
    Simulator simulator({}, 200);
    ASSERT_TRUE(simulator.ready()) << simulator.process().err();
    EXPECT_TRUE(std::filesystem::is_character_file(simulator.port(1)));
    EXPECT_TRUE(std::filesystem::is_character_file(simulator.port(200)));
    EXPECT_EQ(simulator.ctl({"all", "mains", "off"}), "");
    EXPECT_THAT(simulator.ctl({"ups200", "status"}), testing::HasSubstr("\non.battery: yes\n"));

    simulator.process().signal(SIGTERM);

    EXPECT_EQ(simulator.process().wait().exit_code, 0);
    EXPECT_TRUE(std::filesystem::is_empty(simulator.scratch().path()));
}

TEST(Upsim, SaysWhatIsWrongWithARequest)
{
    Simulator simulator;
    ASSERT_TRUE(simulator.ready());
    EXPECT_EQ(simulator.ctl({"ups2", "status"}), "upsim: no UPS is called \"ups2\"\n");
    EXPECT_EQ(simulator.ctl({"ups1", "mians", "off"}),
              "upsim: no action is called \"mians\" (did you mean \"mains\"?)\n");
    EXPECT_EQ(simulator.ctl({"ups1", "load", "900"}), "upsim: \"900\" is no number in 0..200\n");
    EXPECT_EQ(simulator.ctl({"ups1", "load"}), "upsim: want load <percent>\n");
    EXPECT_EQ(simulator.ctl({"ups1", "fault", "smoke"}),
              "upsim: want none, garble, mute, slow, truncate, overlong, double, "
              "nonnumeric, leap or drop\n");
    EXPECT_EQ(simulator.ctl({"ups1"}), "upsim: want <ups>|all and an action, or quit\n");
}

TEST(Upsim, QuitsOnRequestAndRunsOnceInAFolder)
{
    Simulator simulator;
    ASSERT_TRUE(simulator.ready());
    const auto second = run({program("upsim"), "run", "--dir", simulator.scratch().path()}, {});
    EXPECT_EQ(second.exit_code, 1);
    EXPECT_THAT(second.err, testing::StartsWith("upsim: another upsim is using "));

    EXPECT_EQ(simulator.ctl({"quit"}), "");
    EXPECT_EQ(simulator.process().wait().exit_code, 0);
}

TEST(Upsim, RunsFasterThanTheClock)
{
    Simulator simulator({"--time-scale", "20000"});
    ASSERT_TRUE(simulator.ready());
    simulator.ctl({"ups1", "mains", "off"});
    EXPECT_TRUE(eventually([&] { return simulator.status("output.state") == "off until mains"; }));
    simulator.ctl({"ups1", "mains", "on"});
    EXPECT_TRUE(eventually([&] { return simulator.status("output.state") == "on"; }));
}

TEST(Upsim, ReplacesNoFileThatIsNotItsOwn)
{
    const Scratch scratch;
    scratch.write("ups1", "precious");
    const auto done = run({program("upsim"), "run", "--dir", scratch.path()}, scratch.environment());
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_EQ(scratch.read("ups1"), "precious");
}

} // namespace
} // namespace upright::test
