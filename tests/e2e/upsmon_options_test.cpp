// upsmon's command line, and the traps of it that sites rely on, by their numbers:
//
//     66  FlagCountsByItsText                     69  EnvironmentMovesEverything
//     67  PidFileLeadsToTheRunningOne             70  RunsUnprivilegedAndForNothingButWatching
//     68  StaysInTheForegroundWhenTold
#include "tests/e2e/watched.hpp"

namespace upright::test {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class UpsmonOptions : public Watched {};

// Words that run what follows as nobody.
std::vector<std::string> as_nobody()
{
    return {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"};
}

TEST_F(UpsmonOptions, FlagCountsByItsText) // 66
{
    const Scratch scratch;
    const auto flag = scratch.file("killpower");
    scratch.write("upsmon.conf",
                  "MONITOR u@localhost 1 mon pw primary\nSHUTDOWNCMD true\nPOWERDOWNFLAG " + flag + "\n");
    const auto look = [&] { return run({program("upsmon"), "-K"}, scratch.environment()); };

    EXPECT_EQ(look().exit_code, 1);
    EXPECT_EQ(look().out, "Power down flag is not set\n");
    scratch.write("killpower", "upsmon-shutdown-file"); // as NUT writes it
    EXPECT_EQ(look().exit_code, 0);
    EXPECT_EQ(look().out, "Power down flag is set\n");
    for (const auto* const text : {"", "upsmon", "Upsmon-shutdown-file", " upsmon-shutdown-file"}) {
        SCOPED_TRACE(text);
        scratch.write("killpower", text);
        EXPECT_EQ(look().exit_code, 1);
        EXPECT_EQ(look().out, "Power down flag is not set\n");
    }
    scratch.write("killpower", "upsmon-shutdown-file\nboot 01234567-0123-0123-0123-0123456789ab\n");
    EXPECT_EQ(look().exit_code, 1);
    EXPECT_THAT(look().err, HasSubstr("earlier boot"));
    scratch.write("upsmon.conf", "MONITOR u@localhost 1 mon pw primary\nSHUTDOWNCMD true\n");
    EXPECT_EQ(look().exit_code, 1);
}

TEST_F(UpsmonOptions, FlagOfAnotherProgramStays)
{
    serve();
    const auto upsmon = guard();
    ASSERT_TRUE(upsmon->is_protected());
    EXPECT_EQ(upsmon->stop(), 0);
    upsmon->scratch.write("killpower", "precious");

    upsmon->start();
    ASSERT_TRUE(upsmon->is_protected());
    EXPECT_EQ(upsmon->upsmon({"-c", "fsd"}).exit_code, 0);

    EXPECT_TRUE(upsmon->is_shut_down()) << upsmon->process->err();
    EXPECT_EQ(upsmon->scratch.read("killpower"), "precious");
    EXPECT_EQ(upsmon->upsmon({"-K"}).exit_code, 1);
}

TEST_F(UpsmonOptions, PidFileLeadsToTheRunningOne) // 67
{
    serve();
    const auto upsmon = guard();
    ASSERT_TRUE(upsmon->is_protected());
    EXPECT_GT(upsmon->child(), 1);

    EXPECT_EQ(upsmon->upsmon({"-c", "reload"}).exit_code, 0);
    EXPECT_TRUE(upsmon->logs("Reloading configuration"));
    EXPECT_EQ(upsmon->upsmon({"-c", "rel"}).exit_code, 0); // its beginning will do
    EXPECT_TRUE(upsmon->logs("Reloading configuration", 2));
    EXPECT_EQ(upsmon->upsmon({"-c", "reload", "-P", std::to_string(upsmon->child())}).exit_code, 0);
    EXPECT_TRUE(upsmon->logs("Reloading configuration", 3));
    EXPECT_EQ(upsmon->upsmon({"-c", "stop"}).exit_code, 0);
    EXPECT_EQ(upsmon->process->wait().exit_code, 1); // as NUT's: nobody has told the parent
    EXPECT_FALSE(fs::exists(upsmon->scratch.file("upsmon.pid")));
    EXPECT_TRUE(has_logins(0));

    for (const auto* const word : {"fsd", "stop", "reload"}) {
        const auto none = upsmon->upsmon({"-c", word});
        EXPECT_EQ(none.exit_code, 1);
        EXPECT_THAT(none.err, HasSubstr("Failed to signal the currently running daemon (if any)"));
    }
    EXPECT_EQ(upsmon->upsmon({"-c", "reload", "-P", std::to_string(::getpid())}).exit_code, 1);
    EXPECT_EQ(upsmon->upsmon({"-c", "explode"}).exit_code, 1);
    EXPECT_EQ(upsmon->upsmon({"--status"}).exit_code, 2);
}

TEST_F(UpsmonOptions, FsdByAUserShutsDownEvenWithoutItsServer)
{
    const auto upsmon = guard();
    ASSERT_TRUE(upsmon->writes("COMMBAD"));

    EXPECT_EQ(upsmon->upsmon({"-c", "fsd"}).exit_code, 0);

    EXPECT_TRUE(upsmon->is_shut_down()) << upsmon->process->err();
    EXPECT_TRUE(upsmon->writes("SHUTDOWN "));
}

TEST_F(UpsmonOptions, StaysInTheForegroundWhenTold) // 68
{
    serve();
    const auto front = guard();
    ASSERT_TRUE(front->is_protected());
    EXPECT_TRUE(front->process->running());

    Guard::Wish wish;
    wish.options = {"-u", "root"};
    const auto back = guard(wish);
    EXPECT_EQ(back->process->wait().exit_code, 0);
    ASSERT_GT(back->child(), 1); // there as soon as the command has returned
    EXPECT_TRUE(has_logins(2));
    EXPECT_EQ(back->upsmon({"-c", "stop"}).exit_code, 0);
    EXPECT_TRUE(has_logins(1));
    EXPECT_TRUE(eventually([&] { return back->upsmon({"--status"}).exit_code == 2; }));
}

TEST_F(UpsmonOptions, EnvironmentMovesEverything) // 69
{
    serve();
    Guard::Wish wish;
    const Scratch pids;
    wish.environment = {{"NUT_PIDPATH", pids.path()}};
    const auto upsmon = guard(wish);

    EXPECT_TRUE(upsmon->logs("UPS: u@$ (primary) (power value 1)"));
    EXPECT_TRUE(eventually([&] { return fs::exists(pids.file("upsmon.pid")); }));
}

TEST_F(UpsmonOptions, RunsUnprivilegedAndForNothingButWatching) // 70
{
    serve();
    Guard::Wish wish;
    if (::geteuid() == 0)
        wish.before = as_nobody();
    wish.options = {"-F"};
    const auto upsmon = guard(wish);
    EXPECT_TRUE(upsmon->is_protected()) << upsmon->process->err();
    EXPECT_TRUE(upsmon->logs("Warning: not started by root"));
    EXPECT_EQ(upsmon->upsmon({"-c", "fsd"}).exit_code, 0);
    EXPECT_TRUE(upsmon->is_shut_down()) << upsmon->process->err();
    // Root takes no flag of somebody else's in a folder where anybody can put one.
    EXPECT_EQ(upsmon->upsmon({"-K"}).exit_code, ::geteuid() == 0 ? 1 : 0);
    EXPECT_EQ(upsmon->process->wait().exit_code, 0);

    const Scratch watching;
    watching.write("upsmon.conf", fmt::format("MINSUPPLIES 0\nMONITOR u{} 0 mon pw secondary\n", site.at()));
    Process process({program("upsmon"), "-F", "-p"}, watching.environment());
    EXPECT_TRUE(eventually([&] { return process.out().find("(monitoring only)") != std::string::npos; }));
    EXPECT_THAT(process.out(), HasSubstr("but that is OK for a monitoring-only client."));
    EXPECT_TRUE(has_logins(1)) << process.err();
    process.signal(SIGTERM);
    EXPECT_EQ(process.wait().exit_code, 0);
}

TEST_F(UpsmonOptions, RefusesToStartTwice)
{
    serve();
    const auto upsmon = guard();
    ASSERT_TRUE(upsmon->is_protected());

    const auto second = upsmon->upsmon({"-F", "-u", "root"});

    EXPECT_EQ(second.exit_code, 1);
    EXPECT_THAT(second.out, HasSubstr("Fatal error: A previous upsmon instance is already running!\n"));
    EXPECT_TRUE(upsmon->process->running());
    EXPECT_TRUE(upsmon->is_protected()); // it has kept its PID file and its socket
}

TEST_F(UpsmonOptions, OfManyStartedInTheSameInstantOneRuns)
{
    serve();
    const auto first = guard(Guard::Wish());
    ASSERT_TRUE(first->is_protected()) << first->process->err();
    EXPECT_EQ(first->stop(), 0);

    std::vector<std::unique_ptr<Process>> all;
    for (int i = 0; i < 8; ++i)
        all.push_back(std::make_unique<Process>(
            std::vector<std::string>{program("upsmon"), "-F", "-u", "root"}, first->environment()));

    const auto running = [&] {
        return std::count_if(all.begin(), all.end(), [](const auto& one) { return one->running(); });
    };
    EXPECT_TRUE(eventually([&] { return running() == 1; })) << running();
    EXPECT_TRUE(first->is_protected());
    EXPECT_TRUE(has_logins(1));
    for (const auto& one : all)
        if (!one->running()) {
            EXPECT_EQ(one->wait().exit_code, 1);
        }
}

TEST_F(UpsmonOptions, RefusesAConfigurationThatProtectsNothing)
{
    struct Case {
        std::string conf;
        std::string why;
    };
    const std::vector<Case> cases{
        {"MONITOR u@localhost 1 mon pw primary\nMINSUPPLIES 2\n",
         "Fatal error: insufficient power configured!"},
        {"", "Fatal error: insufficient power configured!"},
        {"MONITOR u@localhost 1 pw primary\n", "Fatal error: unusable configuration"},
    };
    for (const auto& one : cases) {
        const Scratch scratch;
        scratch.write("upsmon.conf", one.conf);
        const auto done = run({program("upsmon"), "-F", "-u", "root"}, scratch.environment());
        EXPECT_EQ(done.exit_code, 1);
        EXPECT_THAT(done.err, HasSubstr(one.why)) << one.conf;
    }
    const Scratch empty;
    EXPECT_EQ(run({program("upsmon"), "-F"}, empty.environment()).exit_code, 1);
}

} // namespace
} // namespace upright::test
