#include "common/text/number.hpp"
#include "tests/support/process.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <unistd.h>

namespace upright::test {
namespace {

using testing::HasSubstr;
using testing::Not;

// executor_probe.cpp: a monitor that does as it is told, and its executor.
struct Probe {
    explicit Probe(const std::string& command, const std::string& flag = {},
                   const std::string& halves = "two")
        : process({UPSMON_EXECUTOR_PROBE, halves, command, flag},
                  {{"PATH", "/usr/bin:/bin"}, {"OURS", "kept"}})
    {
    }

    bool says(const std::string& text)
    {
        return eventually([&] { return process.out().find(text + "\n") != std::string::npos; });
    }

    bool logs(const std::string& text)
    {
        return eventually([&] { return process.err().find(text) != std::string::npos; });
    }

    pid_t child()
    {
        if (!eventually([&] { return process.out().find('\n') != std::string::npos; }))
            return -1;
        const auto out = process.out();
        return static_cast<pid_t>(to_int(out.substr(6, out.find('\n') - 6)).value_or(-1));
    }

    Process process;
};

bool is_gone(pid_t pid) { return ::kill(pid, 0) != 0; }

TEST(Executor, WritesTheFlagAndThenRunsTheCommand)
{
    const Scratch scratch;
    Probe probe("cat '" + scratch.file("flag") + "' > '" + scratch.file("seen") + "'", scratch.file("flag"));
    ASSERT_GT(probe.child(), 0);

    probe.process.type("shut\n");

    EXPECT_TRUE(probe.says("step 1"));
    EXPECT_TRUE(probe.says("step 2"));
    EXPECT_EQ(scratch.read("seen"), "flag\n");
    probe.process.type("exit 0\n");
    const auto end = probe.process.wait();
    EXPECT_EQ(end.exit_code, 0);
    EXPECT_EQ(end.err, "SHUTDOWNCMD has ended well\n");
}

TEST(Executor, RunsTheCommandOnlyOnce)
{
    const Scratch scratch;
    Probe probe("echo run >> '" + scratch.file("seen") + "'");
    ASSERT_GT(probe.child(), 0);
    probe.process.type("shut\n");
    ASSERT_TRUE(probe.says("step 2"));

    probe.process.type("byte 1\n");
    ASSERT_TRUE(probe.says("byte 1 said"));
    probe.process.type("exit 0\n");

    EXPECT_EQ(probe.process.wait().exit_code, 0);
    EXPECT_EQ(scratch.read("seen"), "run\n");
}

TEST(Executor, RunsTheCommandThoughTheFlagCannotBeWritten)
{
    for (const std::string flag : {"/dev/full", "/nowhere/flag"}) {
        SCOPED_TRACE(flag);
        const Scratch scratch;
        Probe probe("echo run > '" + scratch.file("seen") + "'", flag);
        ASSERT_GT(probe.child(), 0);

        probe.process.type("shut\n");

        EXPECT_TRUE(probe.says("step 2"));
        EXPECT_EQ(scratch.read("seen"), "run\n");
        EXPECT_THAT(
            probe.process.err(),
            HasSubstr("The power down flag can't be written, the UPS will not be switched off: " + flag));
    }
}

TEST(Executor, LeavesQuotesAndDollarsOfTheCommandToTheShell)
{
    const Scratch scratch;
    Probe probe(R"(printf '%s|' "a  b" 'c"d' $((1 + 2)) "$OURS" > ')" + scratch.file("seen") + "'");
    ASSERT_GT(probe.child(), 0);

    probe.process.type("shut\n");

    EXPECT_TRUE(probe.says("step 2"));
    EXPECT_EQ(scratch.read("seen"), R"(a  b|c"d|3|kept|)");
}

TEST(Executor, LogsACommandThatFails)
{
    for (const auto& [command, why] : {std::pair{"exit 3", "exit code 3"},
                                       {"/nowhere/poweroff", "exit code 127"},
                                       {"kill -9 $$", "killed by signal 9"}}) {
        SCOPED_TRACE(command);
        Probe probe(command);
        ASSERT_GT(probe.child(), 0);

        probe.process.type("shut\n");

        EXPECT_TRUE(probe.says("step 3"));
        EXPECT_TRUE(probe.logs(std::string("SHUTDOWNCMD failed: ") + why));
    }
}

TEST(Executor, SaysThatThereIsNoCommand)
{
    const Scratch scratch;
    Probe probe("", scratch.file("flag"));
    ASSERT_GT(probe.child(), 0);

    probe.process.type("shut\n");

    EXPECT_TRUE(probe.says("step 3"));
    EXPECT_TRUE(probe.logs("There is no SHUTDOWNCMD: this host is not shut down"));
    EXPECT_EQ(scratch.read("flag"), "flag\n");
}

TEST(Executor, GivesTheCommandNoDescriptorOfOurs)
{
    const Scratch scratch;
    Probe probe("ls -l /proc/self/fd > '" + scratch.file("seen") + "'");
    ASSERT_GT(probe.child(), 0);

    probe.process.type("shut\n");

    EXPECT_TRUE(probe.says("step 2"));
    EXPECT_THAT(scratch.read("seen"), HasSubstr("0 -> /dev/null"));
    EXPECT_THAT(scratch.read("seen"), Not(HasSubstr("socket")));
}

TEST(Executor, HoldsNothingButItsSocketAndTheStandardStreams)
{
    Probe probe("true");
    ASSERT_GT(probe.child(), 0);

    const std::filesystem::path open("/proc/" + std::to_string(probe.process.pid()) + "/fd");

    EXPECT_TRUE(
        eventually([&] { return std::distance(std::filesystem::directory_iterator(open), {}) == 4; }));
}

TEST(Executor, LetsGoOfTheTerminalInTheBackground)
{
    Probe probe("true", "", "away");
    ASSERT_GT(probe.child(), 0);

    for (const auto* const stream : {"0", "1", "2"}) {
        const auto link = "/proc/" + std::to_string(probe.process.pid()) + "/fd/" + stream;
        EXPECT_TRUE(eventually([&] { return std::filesystem::read_symlink(link) == "/dev/null"; })) << stream;
    }
    probe.process.type("shut\n");
    EXPECT_TRUE(probe.says("step 2"));
}

TEST(Executor, EndsWithItsChild)
{
    Probe probe("true");
    const auto child = probe.child();
    ASSERT_GT(child, 0);

    ::kill(child, SIGKILL);

    const auto end = probe.process.wait();
    EXPECT_EQ(end.exit_code, 1);
    EXPECT_EQ(end.err, "upsmon parent: exiting (child exited)\n");
    EXPECT_TRUE(is_gone(child)); // and reaped
}

TEST(Executor, BelievesNothingButTheOneByte)
{
    for (const std::string byte : {"0", "2", "65"}) {
        SCOPED_TRACE(byte);
        const Scratch scratch;
        Probe probe("echo run > '" + scratch.file("seen") + "'");
        const auto child = probe.child();
        ASSERT_GT(child, 0);

        probe.process.type("byte " + byte + "\n");

        EXPECT_TRUE(probe.says("parent gone, alive: 0"));
        EXPECT_TRUE(probe.logs("upsmon parent: the child says " + byte + ", which makes no sense: exiting"));
        EXPECT_EQ(scratch.read("seen"), "");
        ::kill(child, SIGTERM);
        EXPECT_EQ(probe.process.wait().exit_code, 1);
    }
}

TEST(Executor, ItsDeathIsNoticedByTheChildWhichGoesOn)
{
    Probe probe("true");
    const auto child = probe.child();
    ASSERT_GT(child, 0);

    ::kill(probe.process.pid(), SIGKILL);

    EXPECT_TRUE(probe.says("parent gone, alive: 0"));
    EXPECT_FALSE(is_gone(child));
    probe.process.type("shut\n");
    EXPECT_TRUE(probe.says("step 3"));
    EXPECT_TRUE(probe.logs("upsmon parent: gone; this host can't be shut down"));
    ::kill(child, SIGTERM);
    EXPECT_TRUE(probe.says("signal 15"));
}

TEST(Executor, TermEndsBoth)
{
    Probe probe("true");
    const auto child = probe.child();
    ASSERT_GT(child, 0);

    ::kill(probe.process.pid(), SIGTERM);

    const auto end = probe.process.wait();
    EXPECT_EQ(end.exit_code, 0);
    EXPECT_EQ(end.err, "");
    EXPECT_THAT(end.out, HasSubstr("signal 15\n"));
    EXPECT_TRUE(is_gone(child));
}

TEST(Executor, HandsHangupAndUserSignalOnAndStays)
{
    Probe probe("true");
    ASSERT_GT(probe.child(), 0);

    ::kill(probe.process.pid(), SIGHUP);
    EXPECT_TRUE(probe.says("signal 1"));
    ::kill(probe.process.pid(), SIGUSR1);
    EXPECT_TRUE(probe.says("signal 10"));

    EXPECT_TRUE(probe.process.running());
}

// The child lingers (SHUTDOWNEXIT), and the command is about to end this host's processes.
TEST(Executor, TermDuringTheCommandEndsTheChildAndWaitsForTheCommand)
{
    const Scratch scratch;
    Probe probe("until [ -e '" + scratch.file("go") + "' ]; do sleep 0.01; done; echo end > '"
                + scratch.file("seen") + "'");
    const auto child = probe.child();
    ASSERT_GT(child, 0);
    probe.process.type("shut\n");
    ASSERT_TRUE(probe.says("step 1"));

    ::kill(probe.process.pid(), SIGTERM);
    ASSERT_TRUE(probe.says("signal 15"));
    EXPECT_TRUE(probe.process.running());
    scratch.write("go", "");

    EXPECT_EQ(probe.process.wait().exit_code, 0);
    EXPECT_EQ(scratch.read("seen"), "end\n");
}

TEST(OneProcess, WritesTheFlagAndThenRunsTheCommandWithoutWaiting)
{
    const Scratch scratch;
    Probe probe("until [ -e '" + scratch.file("go") + "' ]; do sleep 0.01; done; cat '" + scratch.file("flag")
                    + "' > '" + scratch.file("seen") + "'",
                scratch.file("flag"), "one");
    ASSERT_EQ(probe.child(), probe.process.pid());

    probe.process.type("shut\n");
    ASSERT_TRUE(probe.says("step 1"));
    ::kill(probe.process.pid(), SIGHUP);
    EXPECT_TRUE(probe.says("signal 1")); // the loop goes on
    scratch.write("go", "");

    EXPECT_TRUE(probe.says("step 2"));
    EXPECT_EQ(scratch.read("seen"), "flag\n");
}

TEST(OneProcess, RunsTheCommandThoughTheFlagCannotBeWrittenAndLogsThatItFails)
{
    Probe probe("exit 7", "/dev/full", "one");
    ASSERT_GT(probe.child(), 0);

    probe.process.type("shut\n");

    EXPECT_TRUE(probe.says("step 3"));
    EXPECT_TRUE(probe.logs("The power down flag can't be written"));
    EXPECT_TRUE(probe.logs("SHUTDOWNCMD failed: exit code 7"));
}

} // namespace
} // namespace upright::test
