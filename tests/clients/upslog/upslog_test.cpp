// The whole program against scripted servers.
#include "tests/support/process.hpp"
#include "tests/support/raw_server.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <pwd.h>
#include <unistd.h>

namespace upright::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

// u has a.b 1, v has a.b 2.
std::optional<std::string> two_upses(const std::string& line)
{
    if (line == "GET VAR u a.b")
        return "VAR u a.b \"1\"\n";
    if (line == "GET VAR v a.b")
        return "VAR v a.b \"2\"\n";
    if (line == "LIST UPS")
        return "BEGIN LIST UPS\nUPS u \"first\"\nUPS \"b a d\" \"\"\nUPS v \"\"\nEND LIST UPS\n";
    return line == "LOGOUT" ? "OK Goodbye\n" : "ERR VAR-NOT-SUPPORTED\n";
}

class Upslog : public testing::Test {
protected:
    ~Upslog() override // what is still in the background
    {
        const auto pid = std::atoi(scratch_.read("upslog.pid").c_str());
        if (pid > 1)
            ::kill(pid, SIGKILL);
    }

    std::vector<std::string> command(std::vector<std::string> words) const
    {
        words.insert(words.begin(), {program("upslog"), "-u", "root"});
        return words;
    }
    std::unique_ptr<Process> start(std::vector<std::string> words) const
    {
        return std::make_unique<Process>(command(std::move(words)), scratch_.environment());
    }
    Finished finish(std::vector<std::string> words) const
    {
        return run(command(std::move(words)), scratch_.environment(), 60s);
    }
    long lines(const std::string& file) const
    {
        const auto text = scratch_.read(file);
        return std::count(text.begin(), text.end(), '\n');
    }
    bool writes(const std::string& file, long count) const
    {
        return eventually([&] { return lines(file) >= count; }, 30s);
    }

    Scratch scratch_;
    RawServer server_{two_upses};
    std::string log_ = scratch_.file("log");
    std::string u_ = "u@" + server_.address();
    std::string v_ = "v@" + server_.address();
};

TEST_F(Upslog, WritesALineForEachUpsAndRound)
{
    const auto done = finish({"-F", "-i", "1", "-d", "2", "-m", u_ + "," + log_, "-m", v_ + "," + log_, "-f",
                              "%UPSHOST% %VAR a.b% %VAR c.d% %VAR a.b%"});

    EXPECT_EQ(done.exit_code, 0);
    EXPECT_EQ(done.out, fmt::format("logging status of {0} to {2} (1s intervals)\n"
                                    "logging status of {1} to {2} (1s intervals)\n",
                                    u_, v_, log_));
    EXPECT_EQ(done.err, "2 loops have elapsed\n");
    EXPECT_EQ(scratch_.read("log"), fmt::format("{0} 1 NA 1\n{1} 2 NA 2\n{0} 1 NA 1\n{1} 2 NA 2\n", u_, v_));
    // One connection, which is kept.
    EXPECT_THAT(server_.requests(),
                ElementsAre("GET VAR u a.b", "GET VAR u c.d", "GET VAR v a.b", "GET VAR v c.d",
                            "GET VAR u a.b", "GET VAR u c.d", "GET VAR v a.b", "GET VAR v c.d", "LOGOUT"));
}

TEST_F(Upslog, WritesToStdout)
{
    const auto done = finish({"-s", u_, "-l", "-", "-d", "1", "-f", "%VAR a.b%"});

    EXPECT_EQ(done.exit_code, 0);
    EXPECT_EQ(done.out, fmt::format("logging status of {} to stdout (30s intervals)\n1\n", u_));
}

TEST_F(Upslog, TakesTheOldWords)
{
    const auto done = finish({"-d", "1", u_, "-", "5", "%VAR a.b%", "and", "more"});

    EXPECT_EQ(done.exit_code, 0);
    EXPECT_EQ(done.out, fmt::format("logging status of {} to stdout (5s intervals)\n1 and more \n", u_));
}

TEST_F(Upslog, AppendsToWhatIsThere)
{
    scratch_.write("log", "old\n");
    EXPECT_EQ(finish({"-F", "-d", "1", "-s", u_, "-l", log_, "-f", "%VAR a.b%"}).exit_code, 0);

    EXPECT_EQ(scratch_.read("log"), "old\n1\n");
}

TEST_F(Upslog, LogsAllUpsesOfAServer) // Trap 65
{
    const auto done =
        finish({"-F", "-N", "-d", "1", "-m", "*@" + server_.address() + ",-", "-f", "%VAR a.b%"});

    EXPECT_EQ(done.exit_code, 0);
    EXPECT_EQ(done.out, fmt::format("logging status of {0} to stdout (30s intervals)\n"
                                    "logging status of {1} to stdout (30s intervals)\n"
                                    "{0}\t1\n{1}\t2\n",
                                    u_, v_));
}

TEST_F(Upslog, FindsTheUpsesOfAServerThatComesLater)
{
    int asked = 0;
    const RawServer late([&](const std::string& line) -> std::optional<std::string> {
        return line == "LIST UPS" && ++asked < 3 ? std::nullopt : two_upses(line);
    });
    const auto done =
        finish({"-F", "-d", "3", "-i", "1", "-m", "*@" + late.address() + "," + log_, "-f", "%VAR a.b%"});

    EXPECT_EQ(done.exit_code, 0);
    EXPECT_EQ(scratch_.read("log"), "1\n2\n");
}

TEST_F(Upslog, GoesOnWithoutTheServer)
{
    const auto done =
        finish({"-F", "-d", "2", "-i", "1", "-s", "u@127.0.0.1:1", "-l", log_, "-f", "%VAR a.b%|%VAR b%"});

    EXPECT_EQ(done.exit_code, 0);
    EXPECT_EQ(done.err, "Warning: initial connect failed: Connection failure: Connection refused\n"
                        "2 loops have elapsed\n");
    EXPECT_EQ(scratch_.read("log"), "NA|INVALID\nNA|INVALID\n");
}

TEST_F(Upslog, ConnectsAgainInTheNextRound)
{
    int asked = 0;
    const RawServer server([&](const std::string& line) -> std::optional<std::string> {
        return line.starts_with("GET") && ++asked == 2 ? std::nullopt : two_upses(line);
    });
    const auto done = finish(
        {"-F", "-d", "3", "-i", "1", "-s", "u@" + server.address(), "-l", log_, "-f", "%VAR a.b% %VAR c.d%"});

    EXPECT_EQ(done.exit_code, 0);
    EXPECT_EQ(scratch_.read("log"), "1 NA\n1 NA\n1 NA\n");
    EXPECT_EQ(asked, 6);
}

TEST_F(Upslog, LetsNoServerHoldUpTheOthers)
{
    const RawServer silent([](const std::string&) { return ""; });
    const auto upslog = start({"-F", "-i", "1", "-m", "u@" + silent.address() + "," + log_, "-m",
                               u_ + "," + log_, "-f", "%VAR a.b%"});

    ASSERT_TRUE(writes("log", 1));
    EXPECT_EQ(scratch_.read("log").substr(0, 2), "1\n"); // though the other one was asked first
    EXPECT_TRUE(eventually([&] { return scratch_.read("log").find("NA\n") != std::string::npos; }, 30s));
}

TEST_F(Upslog, ClosesTheConnectionForLongIntervals) // Trap 22
{
    const auto upslog = start({"-F", "-i", "31", "-s", u_, "-l", log_, "-f", "%VAR a.b%"});

    ASSERT_TRUE(writes("log", 1));
    upslog->signal(SIGUSR1);
    ASSERT_TRUE(writes("log", 2));
    EXPECT_TRUE(eventually([&] { return server_.requests().size() == 4; }));
    EXPECT_THAT(server_.requests(), ElementsAre("GET VAR u a.b", "LOGOUT", "GET VAR u a.b", "LOGOUT"));
}

TEST_F(Upslog, LogsAtOnceAndReopensFilesOnSignals)
{
    const auto upslog = start({"-F", "-i", "3600", "-s", u_, "-l", log_, "-f", "%VAR a.b%"});

    ASSERT_TRUE(writes("log", 1));
    fs::rename(log_, log_ + ".1");
    upslog->signal(SIGHUP);
    ASSERT_TRUE(eventually([&] { return fs::exists(log_); }));
    upslog->signal(SIGUSR1);
    ASSERT_TRUE(writes("log", 1));
    EXPECT_EQ(lines("log.1"), 1);
    EXPECT_EQ(upslog->err(), "Signal 1: reopening log file\n");
}

TEST_F(Upslog, KeepsItsFileIfItCantBeOpenedAgain)
{
    fs::create_directory(scratch_.file("folder"));
    const auto upslog =
        start({"-F", "-i", "3600", "-s", u_, "-l", scratch_.file("folder/log"), "-f", "%VAR a.b%"});
    ASSERT_TRUE(writes("folder/log", 1));
    fs::rename(scratch_.file("folder"), scratch_.file("moved"));

    upslog->signal(SIGHUP);
    ASSERT_TRUE(eventually([&] { return upslog->err().find("could not reopen") != std::string::npos; }));
    upslog->signal(SIGUSR1);
    EXPECT_TRUE(writes("moved/log", 2));
}

TEST_F(Upslog, EndsOnSignalsAndTakesItsPidFileAlong)
{
    for (const int number : {SIGTERM, SIGINT, SIGQUIT}) {
        const auto upslog = start({"-F", "-s", u_, "-l", log_, "-p", "mine"});
        ASSERT_TRUE(
            eventually([&] { return scratch_.read("mine.pid") == fmt::format("{}\n", upslog->pid()); }));
        ASSERT_TRUE(eventually([&] { return !server_.requests().empty(); }));
        upslog->signal(number);

        const auto done = upslog->wait();
        EXPECT_EQ(done.exit_code, 0);
        EXPECT_EQ(done.err, fmt::format("Signal {}: exiting\n", number));
        EXPECT_FALSE(fs::exists(scratch_.file("mine.pid")));
    }
}

TEST_F(Upslog, EndsWhileServersHang)
{
    const RawServer silent([](const std::string&) { return ""; });
    const RawServer mute([](const std::string&) { return ""; }, RawServer::Starttls::as_answer);
    const auto asks = [](const RawServer& server) {
        return eventually([&] { return !server.requests().empty(); });
    };
    const auto upslog =
        start({"-F", "-m", "u@" + silent.address() + "," + log_, "-m", "u@" + mute.address() + "," + log_});
    ASSERT_TRUE(asks(silent) && asks(mute)); // one waits for a value, the other for TLS
    upslog->signal(SIGTERM);

    const auto done = upslog->wait();
    EXPECT_EQ(done.exit_code, 0);
    EXPECT_EQ(done.err, "Signal 15: exiting\n");
    EXPECT_EQ(scratch_.read("log"), "");
}

TEST_F(Upslog, NeverSpeaksInClearTextWhereTlsIsDemanded)
{
    const auto file = scratch_.write("auth", "FORCESSL = 1\nUSER = me\nPASS = pw\n");
    const auto done = finish({"-F", "-d", "1", "-A", file, "-s", u_, "-l", log_, "-f", "%VAR a.b%"});

    EXPECT_EQ(done.err, "Warning: initial connect failed: SSL is not available\n1 loops have elapsed\n");
    EXPECT_EQ(scratch_.read("log"), "NA\n");
    EXPECT_THAT(server_.requests(), testing::IsEmpty());
}

TEST_F(Upslog, KeepsItsStdoutInTheBackgroundIfItIsTheLog)
{
    const auto upslog = start({"-B", "-i", "1", "-s", u_, "-l", "-", "-f", "%VAR a.b%"});

    EXPECT_TRUE(eventually([&] { return !upslog->running(); }));
    EXPECT_TRUE(eventually([&] { return upslog->out().find("\n1\n1\n") != std::string::npos; }));
}

TEST_F(Upslog, ReturnsFromTheBackgroundOnceItWorks)
{
    const auto done = finish({"-s", u_, "-l", log_, "-i", "1", "-f", "%PID%"});

    EXPECT_EQ(done.exit_code, 0) << done.err;
    const auto pid = std::atoi(scratch_.read("upslog.pid").c_str());
    ASSERT_GT(pid, 1);
    EXPECT_TRUE(fs::exists(log_));
    EXPECT_TRUE(writes("log", 1));
    EXPECT_EQ(scratch_.read("log").substr(0, 20), fmt::format("{}\n", pid).substr(0, 20));
    ::kill(pid, SIGTERM);
    EXPECT_TRUE(eventually([&] { return !fs::exists(scratch_.file("upslog.pid")); }));
}

TEST_F(Upslog, SaysFromTheBackgroundWhatFailedAtTheStart)
{
    const auto warned = finish({"-s", "u@127.0.0.1:1", "-l", log_});
    const auto pid = std::atoi(scratch_.read("upslog.pid").c_str());
    const auto failed = finish({"-s", u_, "-l", "/nowhere/log"});
    const auto nobody = finish({"-u", "no-such-account", "-s", u_, "-l", log_});

    EXPECT_EQ(warned.exit_code, 0);
    EXPECT_EQ(warned.err, "Warning: initial connect failed: Connection failure: Connection refused\n");
    ASSERT_GT(pid, 1);
    ::kill(pid, SIGTERM);
    EXPECT_EQ(failed.exit_code, 1);
    EXPECT_EQ(failed.err, "could not open logfile /nowhere/log: No such file or directory\n");
    if (::geteuid() == 0) {
        EXPECT_EQ(nobody.exit_code, 1);
        EXPECT_EQ(nobody.err, "OS user account 'no-such-account' does not exist\n");
    }
}

TEST_F(Upslog, OpensItsFilesBeforeItGivesUpRoot)
{
    const passwd* const nobody = ::getpwnam("nobody");
    if (::geteuid() != 0 || nobody == nullptr)
        GTEST_SKIP() << "needs root";
    const auto uid = nobody->pw_uid;
    const auto upslog = start({"-u", "nobody", "-F", "-i", "1", "-s", u_, "-l", log_, "-f", "%VAR a.b%"});

    EXPECT_TRUE(writes("log", 1)) << upslog->err(); // in a folder that only root may enter
    std::ifstream status(fmt::format("/proc/{}/status", upslog->pid()));
    const std::string text((std::istreambuf_iterator<char>(status)), std::istreambuf_iterator<char>());
    EXPECT_THAT(text, HasSubstr(fmt::format("Uid:\t{0}\t{0}\t{0}\t{0}\n", uid)));
}

TEST_F(Upslog, EndsWhenNobodyReadsItsStdout)
{
    const auto shell =
        fmt::format("{} -u root -s {} -l - -i 1 -f '%VAR a.b%' | head -n 2", program("upslog"), u_);
    const auto done = run({"/bin/sh", "-c", shell}, scratch_.environment(), 60s);

    EXPECT_EQ(done.exit_code, 0); // head's
    EXPECT_EQ(done.out, fmt::format("logging status of {} to stdout (1s intervals)\n1\n", u_));
}

TEST_F(Upslog, LogsWithoutAPidFileIfItMust)
{
    auto environment = scratch_.environment();
    environment["NUT_PIDPATH"] = "/nowhere";
    const auto done = run(command({"-s", u_, "-l", "-", "-d", "1", "-f", "%VAR a.b%"}), environment);

    EXPECT_EQ(done.exit_code, 0);
    EXPECT_THAT(done.out, testing::EndsWith("\n1\n"));
    if (::geteuid() == 0) {
        EXPECT_THAT(done.err, testing::StartsWith("Can't write PID file /nowhere/upslog.pid: "));
    }
}

TEST_F(Upslog, SendsTheCredentialsOfTheFile)
{
    const auto file = scratch_.write("auth", "USER = me\nPASS = pw\n");

    EXPECT_EQ(finish({"-A", file, "-s", u_, "-l", "-", "-d", "1", "-f", "%VAR a.b%"}).exit_code, 0);
    EXPECT_THAT(server_.requests(), testing::Contains("USERNAME me"));
}

TEST_F(Upslog, RefusesBadCommandLines)
{
    const auto unknown = finish({"-z"});
    const auto bad_ups = finish({"-s", "u@[", "-l", "-"});
    const auto bad_limit = finish({"-W", "soon", "-s", u_, "-l", "-"});

    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_EQ(unknown.err, "Error: unknown option -z. Try -h for help.\n");
    EXPECT_EQ(unknown.out, "");
    EXPECT_EQ(bad_ups.exit_code, 1);
    EXPECT_EQ(bad_ups.err, "Error: invalid UPS definition.\nRequired format: upsname[@hostname[:port]]\n");
    EXPECT_EQ(bad_limit.exit_code, 1);
    EXPECT_EQ(bad_limit.err, "Error: invalid network timeout: soon\n");
}

TEST_F(Upslog, HelpAndVersionEndWell)
{
    const auto help = finish({"-h"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_EQ(help.err, "");
    EXPECT_THAT(help.out, testing::ContainsRegex("Using NUT libupsclient library .*SSL support"));
    EXPECT_THAT(finish({"-V"}).out, testing::StartsWith("Network UPS Tools upslog 2.8"));
}

} // namespace
} // namespace upright::test
