// Prompts as a person at a terminal meets them.
#include "tests/clients/scripted_server.hpp"
#include "tests/support/terminal.hpp"

#include <csignal>

namespace upright::test {
namespace {

class Prompt : public testing::Test {
protected:
    Terminal start(const std::vector<std::string>& words)
    {
        auto environment = scratch_.environment();
        environment["NUT_QUIET_OK_NOTRACKING"] = "true";
        return Terminal(words, environment);
    }

    Scratch scratch_;
    ScriptedServer server_{Script{}};
    std::vector<std::string> upsrw_{program("upsrw"), "-s", "a.b", "u@" + server_.address()};
};

TEST_F(Prompt, DoesNotShowThePassword)
{
    Terminal terminal = start(upsrw_);

    ASSERT_TRUE(terminal.shows("Username ("));
    terminal.type("me\n");
    ASSERT_TRUE(terminal.shows("Password: "));
    EXPECT_FALSE(terminal.echoes());
    terminal.type("s3cret\n");
    ASSERT_TRUE(terminal.shows("Enter new value for a.b: "));
    EXPECT_TRUE(terminal.echoes());
    terminal.type("5\n");
    EXPECT_EQ(terminal.ended(), 0) << terminal.shown();
    EXPECT_THAT(terminal.shown(), testing::Not(testing::HasSubstr("s3cret")));
    EXPECT_THAT(terminal.shown(), testing::EndsWith("Password: \r\nEnter new value for a.b: 5\r\nOK\r\n"));
    EXPECT_THAT(server_.requests(),
                testing::ElementsAre("USERNAME me", "PASSWORD s3cret", "SET VAR u a.b \"5\""));
}

TEST_F(Prompt, LeavesTheTerminalAsItWasWhenASignalEndsTheProgram)
{
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
        SCOPED_TRACE(number);
        upsrw_.insert(upsrw_.begin() + 1, {"-u", "me"});
        Terminal terminal = start(upsrw_);

        ASSERT_TRUE(terminal.shows("Password: "));
        EXPECT_FALSE(terminal.echoes());
        terminal.signal(number);
        EXPECT_EQ(terminal.ended(), 128 + number);
        EXPECT_TRUE(terminal.echoes());
    }
    EXPECT_THAT(server_.requests(), testing::IsEmpty());
}

TEST_F(Prompt, AsksAgainAfterItWasStopped)
{
    upsrw_.insert(upsrw_.begin() + 1, {"-u", "me"});
    Terminal terminal = start(upsrw_);

    ASSERT_TRUE(terminal.shows("Password: "));
    terminal.type("half");
    terminal.signal(SIGSTOP); // a session of its own has nobody to continue it: ^Z would not stop it
    EXPECT_EQ(terminal.ended(), 256 + SIGSTOP);
    terminal.signal(SIGCONT);
    terminal.signal(SIGTSTP);
    ASSERT_TRUE(terminal.shows("Password: \r\nPassword: "));
    EXPECT_FALSE(terminal.echoes());
    terminal.type("whole\n");
    ASSERT_TRUE(terminal.shows("Enter new value"));
    terminal.type("5\n");
    EXPECT_EQ(terminal.ended(), 0) << terminal.shown();
    EXPECT_THAT(server_.requests(),
                testing::ElementsAre("USERNAME me", "PASSWORD whole", "SET VAR u a.b \"5\""));
}

} // namespace
} // namespace upright::test
