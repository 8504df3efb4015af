// Our upsdrvctl with Debian's drivers.
#include "tests/interop/peers.hpp"

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

} // namespace
} // namespace upright::test
