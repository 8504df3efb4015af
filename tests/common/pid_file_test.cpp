#include "common/daemon/pid_file.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <unistd.h>

namespace upright {
namespace {

TEST(PidFile, HoldsOurPidAndGoesWithUs)
{
    const test::Scratch scratch;
    const auto path = scratch.file("x.pid");
    {
        const auto file = PidFile::write(path);
        ASSERT_TRUE(file);
        EXPECT_EQ(scratch.read("x.pid"), std::to_string(getpid()) + "\n");
        EXPECT_EQ(*read_pid_file(path), getpid());
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(PidFile, IsLeftAloneIfItNamesAnotherProcess)
{
    const test::Scratch scratch;
    {
        const auto file = PidFile::write(scratch.file("x.pid"));
        scratch.write("x.pid", "12345\n");
    }
    EXPECT_EQ(scratch.read("x.pid"), "12345\n");
}

TEST(PidFile, DoesNotFollowALink)
{
    const test::Scratch scratch;
    scratch.write("precious", "text");
    std::filesystem::create_symlink(scratch.file("precious"), scratch.file("x.pid"));

    const auto file = PidFile::write(scratch.file("x.pid"));

    EXPECT_TRUE(file);
    EXPECT_EQ(scratch.read("precious"), "text");
}

TEST(PidFile, SaysWhyItCannotBeWrittenOrRead)
{
    const test::Scratch scratch;

    EXPECT_FALSE(PidFile::write(scratch.file("no/such/folder.pid")));
    EXPECT_FALSE(read_pid_file(scratch.file("none.pid")));
    for (const auto* const text : {"", "abc\n", "-5\n", "0\n", "1\n", "99999999999999\n"})
        EXPECT_FALSE(read_pid_file(scratch.write("bad.pid", text))) << text;
}

TEST(PidFile, SignalsOnlyTheProgramItIsMeantFor) // Trap 67
{
    const test::Scratch scratch;
    test::Process sleeper({"/bin/sleep", "1000"}, scratch.environment());
    const std::array<std::string_view, 1> sleep{"sleep"};
    const std::array<std::string_view, 1> other{"upsd"};
    const auto path = scratch.write("x.pid", std::to_string(sleeper.pid()) + "\n");
    ASSERT_TRUE(test::eventually([&] { return program_of(sleeper.pid()) == "sleep"; }));

    EXPECT_FALSE(signal_by_pid_file(path, SIGTERM, other));
    EXPECT_TRUE(sleeper.running());
    EXPECT_TRUE(signal_by_pid_file(path, SIGTERM, sleep));
    EXPECT_TRUE(test::eventually([&] { return !sleeper.running(); }));
    EXPECT_FALSE(signal_by_pid_file(path, SIGTERM, sleep));
}

} // namespace
} // namespace upright
