// The whole program with drivers that are shell scripts: what is started, in which order, and what is said.
#include "tests/support/process.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <sstream>

namespace upright::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Notes each call, then does what the script says. Started without -k or -F the usual one leaves a process
// and its PID file behind, as a driver does that went to the background.
constexpr auto kHead = "#!/bin/sh\n"
                       "echo \"$*\" >> $NUT_STATEPATH/calls\n"
                       "pid_file=$NUT_STATEPATH/$(basename $0)-$2.pid\n";
// Back only when the background part has a session of its own: the test ends what is left in its own.
constexpr auto kBackground = "[ \"$3\" = -k ] && exit 0\n"
                             "setsid sh -c 'echo $$ > $0; exec sleep 1000' $pid_file >/dev/null 2>&1 &\n"
                             "while [ ! -s $pid_file ]; do sleep 0.01; done\n";

class Upsdrvctl : public testing::Test {
protected:
    ~Upsdrvctl() override
    {
        for (const auto& entry : std::filesystem::directory_iterator(scratch_.path()))
            if (entry.path().extension() == ".pid")
                ::kill(pid_in(entry.path().filename().string()), SIGKILL);
    }

    void driver(const std::string& name, const std::string& script) const
    {
        namespace fs = std::filesystem;
        fs::permissions(scratch_.write(name, kHead + script), fs::perms::owner_all);
    }

    void ups_conf(const std::string& text) const
    {
        scratch_.write("ups.conf", fmt::format("driverpath = {}\n{}", scratch_.path(), text));
    }

    std::map<std::string, std::string> environment() const
    {
        auto variables = scratch_.environment();
        variables["NUT_IGNORE_CHECKPROCNAME"] = "true"; // the processes are sleep(1)
        return variables;
    }

    std::vector<std::string> command(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), program("upsdrvctl"));
        return arguments;
    }

    Finished upsdrvctl(const std::vector<std::string>& arguments) const
    {
        return run(command(arguments), environment(), 60s);
    }

    std::vector<std::string> calls() const
    {
        std::vector<std::string> lines;
        std::istringstream in(scratch_.read("calls"));
        for (std::string line; std::getline(in, line);)
            lines.push_back(line);
        return lines;
    }

    pid_t pid_in(const std::string& file) const
    {
        const auto pid = std::atoi(scratch_.read(file).c_str());
        return pid > 1 ? pid : 999'999'999;
    }

    Scratch scratch_;
};

TEST_F(Upsdrvctl, StartsAndStopsADriver)
{
    driver("fake", kBackground);
    ups_conf("[one]\ndriver = fake\n[two]\ndriver = fake\n");

    const auto started = upsdrvctl({"-u", "nut", "start", "two"});
    const auto pid = pid_in("fake-two.pid");
    const auto stopped = upsdrvctl({"stop", "two"});

    EXPECT_EQ(started.exit_code, 0) << started.err;
    EXPECT_THAT(calls(), ElementsAre("-a two -u nut"));
    EXPECT_EQ(stopped.exit_code, 0) << stopped.err;
    EXPECT_TRUE(eventually(
        [&] { return ::kill(pid, 0) != 0 || !std::filesystem::exists(fmt::format("/proc/{}/exe", pid)); }));
}

TEST_F(Upsdrvctl, StartsDriversSideBySide) // D50
{
    // Each comes up only when all sixteen are there: one after the other, the first would wait for ever.
    driver("fake", "while [ $(wc -l < $NUT_STATEPATH/calls) -lt 16 ]; do sleep 0.01; done\n");
    std::string conf;
    for (int i = 0; i < 16; ++i)
        conf += fmt::format("[ups{}]\ndriver = fake\nmaxstartdelay = 20\n", i);
    ups_conf(conf);

    const auto got = upsdrvctl({"start"});

    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(calls().size(), 16U);
}

TEST_F(Upsdrvctl, TriesAgainAsOftenAsTheFileSays)
{
    driver("fake", "exit 3\n");
    ups_conf("maxretry = 3\nretrydelay = 0\n[one]\ndriver = fake\n");

    const auto got = upsdrvctl({"start"});

    EXPECT_EQ(got.exit_code, 1);
    EXPECT_EQ(calls().size(), 3U);
    EXPECT_THAT(got.err, HasSubstr("Driver failed to start (exit status=3)"));
}

TEST_F(Upsdrvctl, GoesOnAfterMaxstartdelay)
{
    driver("fake", "exec sleep 1000\n");
    ups_conf("maxstartdelay = 1\n[one]\ndriver = fake\n");

    const auto got = upsdrvctl({"start"});

    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.err,
                HasSubstr("Startup timer elapsed and the child process did not change state, continuing..."));
}

TEST_F(Upsdrvctl, DoesNotWaitWithNowait)
{
    driver("fake", "exec sleep 1000\n");
    ups_conf("nowait\n[one]\ndriver = fake\n");

    EXPECT_EQ(upsdrvctl({"start"}).exit_code, 0); // else it would wait for 75 s, and the test for 60
}

TEST_F(Upsdrvctl, ShutsDownEveryOrderAscending) // D1
{
    driver("fake", "exit 0\n");
    ups_conf("[last]\nsdorder = 2\ndriver = fake\n[first]\ndriver = fake\n"
             "[never]\nsdorder = -1\ndriver = fake\n[middle]\nsdorder = 1\ndriver = fake\n");

    EXPECT_EQ(upsdrvctl({"shutdown"}).exit_code, 0);
    EXPECT_THAT(calls(), ElementsAre("-a first -k", "-a middle -k", "-a last -k"));
}

TEST_F(Upsdrvctl, ShutdownGoesOnBehindAFailure)
{
    driver("fake", "[ $2 != first ]\n");
    ups_conf("[last]\nsdorder = 1\ndriver = fake\n[first]\ndriver = fake\n");

    const auto got = upsdrvctl({"shutdown"});

    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(calls(), ElementsAre("-a first -k", "-a last -k"));
    EXPECT_THAT(got.err, HasSubstr("UPS [first]: Driver failed to shut down (exit status=1)"));
}

TEST_F(Upsdrvctl, ShutdownGoesOnBesideADriverThatHangs)
{
    // The first one ends only when the last has been called.
    driver("fake", "[ $2 = last ] || while ! grep -q last $NUT_STATEPATH/calls; do sleep 0.01; done\n");
    ups_conf("[last]\nsdorder = 1\ndriver = fake\n[first]\nmaxstartdelay = 1\ndriver = fake\n");

    const auto got = upsdrvctl({"shutdown"});

    EXPECT_EQ(got.exit_code, 0) << "it was slow, but it did it";
    EXPECT_THAT(calls(), ElementsAre("-a first -k", "-a last -k"));
    EXPECT_THAT(got.err,
                HasSubstr("UPS [first]: the driver is not done after 1 s: going on with the others"));
}

TEST_F(Upsdrvctl, KillsADriverThatIgnoresTerm)
{
    driver("fake", "setsid sh -c 'trap \"\" TERM; echo $$ > $0; while :; do sleep 1; done' $pid_file "
                   ">/dev/null 2>&1 &\nwhile [ ! -s $pid_file ]; do sleep 0.01; done\n");
    ups_conf("[one]\ndriver = fake\n");
    EXPECT_EQ(upsdrvctl({"start"}).exit_code, 0);

    const auto stopped = upsdrvctl({"stop"});

    EXPECT_EQ(stopped.exit_code, 0) << stopped.err;
    EXPECT_THAT(stopped.err, HasSubstr("the driver ignored SIGTERM for 5 s"));
    EXPECT_FALSE(std::filesystem::exists(scratch_.file("fake-one.pid")));
}

TEST_F(Upsdrvctl, StaysWithDriversInTheForeground)
{
    // The first run ends as a driver does that wants to be started anew; the second stays.
    driver("fake", "[ $(wc -l < $NUT_STATEPATH/calls) -eq 1 ] && exit 138\n"
                   "exec sleep 1000\n");
    ups_conf("[one]\ndriver = fake\n");

    Process running(command({"-F", "start", "one"}), environment());
    const bool again = eventually([&] { return calls().size() == 2; });
    running.signal(SIGTERM);
    const auto ended = running.wait();

    EXPECT_TRUE(again);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_THAT(calls(), ElementsAre("-a one -F", "-a one -F"));
}

TEST_F(Upsdrvctl, ListsNamesInTheOrderOfTheFile)
{
    ups_conf("[zeta]\ndriver = fake\n[Alpha]\ndriver = fake\n");

    EXPECT_EQ(upsdrvctl({"list"}).out, "zeta\nAlpha\n");
    EXPECT_EQ(upsdrvctl({"-l", "Alpha"}).out, "Alpha\n");
    EXPECT_EQ(upsdrvctl({"list", "nosuch"}).exit_code, 1);
}

TEST_F(Upsdrvctl, ReportsStoppedDrivers)
{
    ups_conf("[one]\ndriver = fake\n");

    const auto got = upsdrvctl({"status"});

    EXPECT_EQ(got.exit_code, 1);
    EXPECT_EQ(got.out, "UPSNAME    \t     UPSDRV\tRUNNING\tPF_PID\tS_RESPONSIVE\tS_PID\tS_STATUS\n"
                       "one        \t       fake\tSTOPPED\t-3\tNOT_RESPONSIVE\tN/A\t\n");
}

TEST_F(Upsdrvctl, OnlySaysWhatItWouldDo)
{
    driver("fake", kBackground);
    ups_conf("[one]\ndriver = fake\n");

    const auto got = upsdrvctl({"-t", "start"});

    EXPECT_EQ(got.out, fmt::format("start one: {}/fake -a one\n*** Testing mode: not calling exec/kill\n",
                                   scratch_.path()));
    EXPECT_TRUE(calls().empty());
}

TEST_F(Upsdrvctl, RefusesWhatItDoesNotKnow)
{
    EXPECT_THAT(upsdrvctl({"start"}).err, HasSubstr("Can't open " + scratch_.file("ups.conf")));
    ups_conf("[one]\ndriver = fake\n");

    EXPECT_EQ(upsdrvctl({"start", "nosuch"}).err, "UPS nosuch not found in ups.conf\n");
    EXPECT_THAT(upsdrvctl({"frob"}).err, testing::StartsWith("Error: unrecognized command [frob]\n"));
    EXPECT_EQ(upsdrvctl({"stop"}).exit_code, 1);
    EXPECT_EQ(upsdrvctl({"-c", "relo"}).exit_code, 1); // D3: whole words only
}

} // namespace
} // namespace upright::test
