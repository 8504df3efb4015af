// The whole program: calls, the timer daemon that they start, and scripts that it runs.
#include "tests/clients/upssched/upssched_site.hpp"

#include <gmock/gmock.h>

#include <csignal>

namespace upright::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using testing::UnorderedElementsAreArray;

class Upssched : public UpsschedSite {};

TEST_F(Upssched, RunsTheScriptWhenTheTimeHasCome)
{
    conf("AT onbatt * START-TIMER \"the mail\" 1\nAT ONBATT desk@h START-TIMER other 60\n"
         "AT ONBATT rack@h EXECUTE not-this\nAT ONLINE * EXECUTE nor-this\n");

    const auto done = event("ONBATT", "desk@h", "it's \"dark\", 100% för ever");

    EXPECT_EQ(done.exit_code, 0);
    EXPECT_EQ(done.out + done.err, "");
    EXPECT_THAT(names(), testing::Contains("other"));
    EXPECT_TRUE(eventually([&] { return !lines("out").empty(); }));
    EXPECT_THAT(lines("out"), ElementsAre("fixed the mail|ONBATT|desk@h|it's \"dark\", 100% för ever"));
    EXPECT_THAT(names(), ElementsAre("other"));
}

TEST_F(Upssched, ABlipRunsNothing)
{
    conf("AT ONBATT * START-TIMER shutdown 60\nAT ONLINE * CANCEL-TIMER shutdown\n");
    event("ONBATT", "desk@h");
    EXPECT_THAT(names(), ElementsAre("shutdown"));

    EXPECT_EQ(event("ONLINE", "desk@h").exit_code, 0);

    EXPECT_THAT(names(), IsEmpty());
    EXPECT_THAT(lines("out"), IsEmpty());
}

TEST_F(Upssched, ListsTheTimers)
{
    conf("AT ONBATT * START-TIMER-SHARED mail 1000\n");
    event("ONBATT", "desk@h", "one");
    event("onbatt", "rack@h", "two\nlines");
    const auto now = std::time(nullptr);

    const auto listed = call({"-l"});

    EXPECT_EQ(listed.exit_code, 0);
    long due = 0;
    int left = 0;
    ASSERT_EQ(std::sscanf(listed.out.c_str(), "mail\t%ld\t%d\t", &due, &left), 2) << listed.out;
    EXPECT_EQ(listed.out,
              fmt::format("mail\t{}\t{}\tONBATT,onbatt\tdesk@h,rack@h\tone.\ttwo lines\n", due, left));
    EXPECT_LE(left, 1000);
    EXPECT_LE(due, now + 1001);
    EXPECT_GT(due, now);
}

TEST_F(Upssched, ListsNothingWithoutADaemon)
{
    conf("");

    const auto listed = call({"-l"});

    EXPECT_EQ(listed.exit_code, 1);
    EXPECT_EQ(listed.out + listed.err, "upssched timer is not running\n");
}

TEST_F(Upssched, CancelsWhatOneUpsBegan)
{
    conf("AT ONBATT * START-TIMER mail 60\nAT ONBATT * START-TIMER-SHARED all 60\n"
         "AT ONLINE * CANCEL-TIMER-MATCHED mail\nAT ONLINE * CANCEL-TIMER-MATCHED all none-left\n");
    event("ONBATT", "desk@h");
    event("ONBATT", "rack@h");

    event("ONLINE", "desk@h");
    EXPECT_THAT(names(), UnorderedElementsAreArray({"mail", "all"}));
    EXPECT_THAT(call({"-l"}).out, Not(HasSubstr("desk@h")));
    event("ONLINE", "rack@h");
    EXPECT_THAT(names(), IsEmpty());
    EXPECT_THAT(lines("out"), IsEmpty());
    event("ONLINE", "rack@h");
    EXPECT_TRUE(eventually([&] { return !lines("out").empty(); }));
    EXPECT_THAT(lines("out"), ElementsAre("fixed none-left|ONLINE|rack@h|"));
}

TEST_F(Upssched, CancellingStartsNoDaemon)
{
    conf("AT ONLINE * CANCEL-TIMER mail\nAT ONLINE * CANCEL-TIMER-MATCHED mail\n"
         "AT ONLINE * CANCEL-TIMER mail too-late\n");

    EXPECT_EQ(event("ONLINE", "desk@h", "back").exit_code, 0);

    EXPECT_THAT(lines("out"), ElementsAre("fixed too-late|ONLINE|desk@h|back"));
    EXPECT_FALSE(fs::exists(scratch_.file("pipe")));
    EXPECT_FALSE(fs::exists(scratch_.file("lock")));
}

TEST_F(Upssched, CancellingWaitsForADaemonThatIsBeingStarted)
{
    conf("AT ONLINE * CANCEL-TIMER mail\n");
    const auto lock = upssched::StartLock::take(scratch_.file("lock"), std::chrono::steady_clock::now());
    ASSERT_TRUE(lock);
    auto cancelling = start("ONLINE", "desk@h");
    FakeDaemon daemon(scratch_.file("pipe"));

    EXPECT_EQ(daemon.serve("OK\n"), "CANCEL mail % ONLINE desk@h %\n");

    EXPECT_EQ(cancelling->wait().exit_code, 0);
}

TEST_F(Upssched, CallsAtTheSameInstantShareOneDaemon)
{
    constexpr int kCalls = 20;
    std::vector<std::string> expected;
    std::string rules;
    for (int i = 0; i < kCalls; ++i) {
        expected.push_back(fmt::format("t{}", i));
        rules += fmt::format("AT ONBATT u{0} START-TIMER t{0} 600\n", i);
    }
    conf(rules);
    std::vector<std::unique_ptr<Process>> calls;
    for (int i = 0; i < kCalls; ++i)
        calls.push_back(start("ONBATT", fmt::format("u{}", i)));

    for (auto& one : calls)
        EXPECT_EQ(one->wait(60s).exit_code, 0);

    EXPECT_THAT(names(), UnorderedElementsAreArray(expected));
    EXPECT_THAT(lines("log"), SizeIs(kCalls + 1)); // "New timer" from each
    EXPECT_EQ(count("log", "Timer daemon started"), 1);
    EXPECT_FALSE(fs::exists(scratch_.file("lock")));
}

TEST_F(Upssched, StartsAnotherDaemonInPlaceOfOneThatWasKilled)
{
    conf("AT ONBATT * START-TIMER mail 60\n");
    event("ONBATT", "desk@h");
    const auto first = daemon_pid();
    ::kill(first, SIGKILL);
    EXPECT_TRUE(eventually([&] { return !fs::exists(fmt::format("/proc/{}/exe", first)); }));
    EXPECT_TRUE(fs::exists(scratch_.file("pipe")));
    scratch_.write("lock", ""); // as if it had been killed while it started
    EXPECT_EQ(call({"-l"}).exit_code, 1);

    EXPECT_EQ(event("ONBATT", "desk@h").exit_code, 0);

    EXPECT_THAT(names(), ElementsAre("mail"));
    EXPECT_NE(daemon_pid(), first);
    EXPECT_FALSE(fs::exists(scratch_.file("lock")));
}

TEST_F(Upssched, LosesNoTimerToADaemonThatEnds)
{
    conf("AT ONBATT * START-TIMER mail 60\n");
    auto ending = std::make_unique<FakeDaemon>(scratch_.file("pipe"));
    auto starting = start("ONBATT", "desk@h");

    EXPECT_EQ(ending->serve(""), "START mail 60 ONBATT desk@h %\n"); // accepted, and never answered
    ending.reset();

    EXPECT_EQ(starting->wait().exit_code, 0);
    EXPECT_THAT(names(), ElementsAre("mail"));
}

TEST_F(Upssched, DoesNotHangOnADaemonThatDoes)
{
    conf("AT ONBATT * START-TIMER mail 60\n");
    FakeDaemon hanging(scratch_.file("pipe"));

    const auto done = event("ONBATT", "desk@h");

    EXPECT_EQ(done.exit_code, 1);
    EXPECT_THAT(lines("log"), ElementsAre("mail: the timer daemon does not answer"));
}

TEST_F(Upssched, EndsAWhileAfterTheLastTimer)
{
    conf("AT ONBATT * START-TIMER mail 0\nAT ONLINE * START-TIMER mail 60\n");
    event("ONBATT", "desk@h");
    const auto first = daemon_pid();

    EXPECT_TRUE(eventually([&] { return !fs::exists(scratch_.file("pipe")); }, 60s));
    EXPECT_TRUE(eventually([&] { return !fs::exists(fmt::format("/proc/{}/exe", first)); }));

    EXPECT_THAT(lines("log"), ElementsAre("Timer daemon started", "New timer: mail (0 seconds)",
                                          "Event: mail", "Timer queue empty, exiting"));
    for (const auto* const left : {"lock", "upssched.pid", "pipe"})
        EXPECT_FALSE(fs::exists(scratch_.file(left))) << left;
    EXPECT_EQ(event("ONLINE", "desk@h").exit_code, 0);
    EXPECT_THAT(names(), ElementsAre("mail"));
}

TEST_F(Upssched, EndsInOrderWhenToldTo)
{
    conf("AT ONBATT * START-TIMER mail 60\n");
    event("ONBATT", "desk@h");

    ::kill(daemon_pid(), SIGTERM);

    EXPECT_TRUE(eventually([&] { return !fs::exists(scratch_.file("upssched.pid")); }));
    EXPECT_FALSE(fs::exists(scratch_.file("pipe")));
}

TEST_F(Upssched, ServesCallsWhateverElseIsSaidOnItsSocket)
{
    conf("AT ONBATT * START-TIMER mail 60\n");
    event("ONBATT", "desk@h");
    const auto pipe = scratch_.file("pipe");
    EXPECT_EQ(fs::status(pipe).permissions(), fs::perms(0660));

    for (const auto* const line : {"", "HELLO", "START", "START t 1", "START \"t\" \"1\"", "CANCEL \"mail\"",
                                   "START t -1 a b c", "START t 1 a b %00", "\xFF\xFE"}) {
        SCOPED_TRACE(line);
        RawClient client(pipe);
        EXPECT_EQ(client.ask(line), "ERR UNKNOWN");
        EXPECT_TRUE(client.closed());
    }
    RawClient endless(pipe);
    endless.send(std::string(200000, 'x'));
    EXPECT_EQ(endless.line(), "ERR too%20long");
    RawClient unfinished(pipe);
    unfinished.send("CANCEL mail");
    std::vector<std::unique_ptr<RawClient>> silent;
    for (int i = 0; i < 300; ++i)
        silent.push_back(std::make_unique<RawClient>(pipe));
    RawClient(pipe).send("LIST-TIM"); // and gone
    EXPECT_THAT(names(), ElementsAre("mail"));
}

TEST_F(Upssched, RefusesTooManyTimers)
{
    conf("AT ONBATT * START-TIMER one-more 60\n");
    event("ONBATT", "desk@h");
    for (int i = 1; i < 1024; ++i)
        ASSERT_EQ(RawClient(scratch_.file("pipe")).ask("START t 600 ONBATT u %"), "OK");

    EXPECT_EQ(event("ONBATT", "desk@h").exit_code, 1);

    EXPECT_EQ(lines("log").back(), "one-more: the timer daemon: too many timers");
    EXPECT_THAT(names(), SizeIs(1024));
}

} // namespace
} // namespace upright::test
