#include "clients/upsmon/notifier.hpp"

#include "tests/support/process.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <sys/wait.h>

namespace upright::upsmon {
namespace {

using test::Scratch;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

constexpr std::chrono::seconds kLong(20);

// A Notifier with only NOTIFYCMD switched on for every event, and `wall` that of the test.
class NotifierTest : public testing::Test {
protected:
    NotifierTest() : children_(io_.get_executor())
    {
        ::setenv("PATH", (scratch_.path() + ":/usr/bin:/bin").c_str(), 1);
        script("wall", "cat >> \"$(dirname \"$0\")/walled\"\n");
        for (std::size_t i = 0; i < settings_.size(); ++i)
            settings_[i] = {
                .syslog = false, .wall = false, .exec = true, .text = std::string(notify_names()[i].text)};
    }

    ~NotifierTest() override { ::setenv("PATH", "/usr/bin:/bin", 1); }

    std::string script(const std::string& name, const std::string& text)
    {
        auto path = scratch_.write(name, "#!/bin/sh\n" + text);
        ::chmod(path.c_str(), 0755);
        return path;
    }

    // One that notes its arguments and environment in the file `told`, a line for each call.
    std::string noter()
    {
        return script("note",
                      R"(for word in "$@" "$NOTIFYTYPE" "${UPSNAME-unset}"; do line="$line<$word>"; done
echo "$line" >> ")" + scratch_.path()
                          + "/told\"\n");
    }

    NotifySetting& setting(NotifyType type) { return settings_[static_cast<std::size_t>(type)]; }

    bool until(const std::function<bool()>& condition, std::chrono::milliseconds limit = kLong)
    {
        return test::eventually(
            [&] {
                io_.poll();
                return condition();
            },
            limit);
    }

    bool hears(const std::string& file, const std::string& text)
    {
        return until([&] { return scratch_.read(file) == text; });
    }

    // Those that hang, of this process alone.
    void end_children()
    {
        const auto self = std::to_string(::getpid());
        std::ifstream list("/proc/self/task/" + self + "/children");
        for (pid_t child = 0; list >> child;)
            ::kill(child, SIGKILL);
    }

    std::size_t lines(const std::string& file) const
    {
        const auto text = scratch_.read(file);
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }

    const Scratch scratch_;
    boost::asio::io_context io_;
    Children children_;
    Notifier::Settings settings_;
};

TEST_F(NotifierTest, RunsNotifyCmdWithTheTextAsItsLastArgument)
{
    Notifier notifier(children_);
    notifier.configure(settings_, {noter(), "-x", "two words"});

    notifier.tell({NotifyType::onbatt, "desk@localhost", {}});

    EXPECT_TRUE(hears("told", "<-x><two words><UPS desk@localhost on battery><ONBATT><desk@localhost>\n"));
}

TEST_F(NotifierTest, LeavesTheNameEmptyForEventsOfTheHost)
{
    Notifier notifier(children_);
    ::setenv("UPSNAME", "inherited", 1);
    notifier.configure(settings_, {noter()});

    notifier.tell({NotifyType::shutdown, "desk@localhost", {}});

    EXPECT_TRUE(hears("told", "<Auto logout and shutdown proceeding><SHUTDOWN><>\n"));
    ::unsetenv("UPSNAME");
}

TEST_F(NotifierTest, TellsAllEventsByTheirNames)
{
    Notifier notifier(children_);
    notifier.configure(settings_, {noter()});

    for (const auto& name : notify_names())
        notifier.tell({name.type, "u", "more"});

    ASSERT_TRUE(until([&] { return lines("told") == kNotifyTypes; }));
    for (const auto& name : notify_names()) {
        const std::string system = name.of_a_ups ? "u" : "more"; // the first %s
        EXPECT_THAT(scratch_.read("told"),
                    HasSubstr("<" + notify_text(name.text, system, "more") + "><" + std::string(name.name)
                              + "><" + (name.of_a_ups ? "u" : "") + ">\n"));
    }
}

TEST_F(NotifierTest, PassesTheTextOfTheUserThroughNoShellAndNoPrintf)
{
    Notifier notifier(children_);
    notifier.configure(settings_, {noter()});
    const std::string text = R"(100% %n %d $(reboot) `id` "a" 'b' \ ; & | > * läuft)";
    setting(NotifyType::online).text = text + " %s";
    notifier.configure(settings_, {noter()});

    notifier.tell({NotifyType::online, "u", {}});

    EXPECT_TRUE(hears("told", "<" + text + " u><ONLINE><u>\n"));
}

TEST_F(NotifierTest, EscapesWhatAServerPutsIntoAnAlarm)
{
    Notifier notifier(children_);
    notifier.configure(settings_, {noter()});
    setting(NotifyType::alarm).wall = true;
    notifier.configure(settings_, {noter()});

    notifier.tell({NotifyType::alarm, "u", std::string("a\x1b[2J\nb\0c", 9)});

    EXPECT_TRUE(hears("told", R"(<UPS u: one or more active alarms: [a\x1b[2J\x0ab\x00c]><ALARM><u>)"
                              "\n"));
    EXPECT_TRUE(hears("walled", R"(UPS u: one or more active alarms: [a\x1b[2J\x0ab\x00c])"
                                "\n"));
}

TEST_F(NotifierTest, IgnoreWinsOverEverything)
{
    Notifier notifier(children_);
    setting(NotifyType::online) = {.ignore = true, .exec = true, .text = "not this"};
    notifier.configure(settings_, {noter()});

    testing::internal::CaptureStderr();
    notifier.tell({NotifyType::online, "u", {}});
    notifier.tell({NotifyType::onbatt, "u", {}});

    EXPECT_TRUE(hears("told", "<UPS u on battery><ONBATT><u>\n"));
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_EQ(scratch_.read("walled"), "");
}

TEST_F(NotifierTest, LogsAndTellsEverybodyByDefault)
{
    Notifier notifier(children_);
    setting(NotifyType::online) = {.text = "UPS %s is back"};
    notifier.configure(settings_, {noter()});

    testing::internal::CaptureStderr();
    notifier.tell({NotifyType::online, "u", {}});
    notifier.say_to_all("Executing automatic power-fail shutdown");

    EXPECT_EQ(testing::internal::GetCapturedStderr(), "UPS u is back\n");
    EXPECT_TRUE(until([&] { return lines("walled") == 2; }));
    EXPECT_THAT(scratch_.read("walled"), HasSubstr("UPS u is back\n"));
    EXPECT_THAT(scratch_.read("walled"), HasSubstr("Executing automatic power-fail shutdown\n"));
    EXPECT_EQ(scratch_.read("told"), "");
}

TEST_F(NotifierTest, SaysOnceWhyNotifyCmdCannotBeStarted)
{
    Notifier notifier(children_);
    notifier.configure(settings_, {"/nowhere/notify"});

    testing::internal::CaptureStderr();
    for (int i = 0; i < 10; ++i)
        notifier.tell({NotifyType::onbatt, "u", {}});

    const auto said = testing::internal::GetCapturedStderr();
    EXPECT_THAT(said, HasSubstr("NOTIFYCMD can't be started: /nowhere/notify: No such file or directory"));
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1);
}

TEST_F(NotifierTest, RunsAScriptThatNamesNoShell)
{
    const auto path = scratch_.write("plain", "echo \"$1\" > \"" + scratch_.path() + "/told\"\n");
    ::chmod(path.c_str(), 0755);
    Notifier notifier(children_);
    notifier.configure(settings_, {path});

    notifier.tell({NotifyType::onbatt, "u", {}});

    EXPECT_TRUE(hears("told", "UPS u on battery\n"));
}

TEST_F(NotifierTest, OneThatHangsBlocksNobody)
{
    Notifier notifier(children_);
    notifier.configure(settings_,
                       {script("hang", "echo $$ > \"" + scratch_.path() + "/hanging\"\nexec sleep 1000\n")});
    notifier.tell({NotifyType::onbatt, "u", {}});
    ASSERT_TRUE(until([&] { return lines("hanging") == 1; }));

    notifier.configure(settings_, {noter()});
    notifier.tell({NotifyType::lowbatt, "u", {}});

    EXPECT_TRUE(hears("told", "<UPS u battery is low><LOWBATT><u>\n"));
    pid_t hanging = 0;
    std::ifstream(scratch_.file("hanging")) >> hanging;
    EXPECT_EQ(::kill(hanging, SIGKILL), 0);
    EXPECT_TRUE(until([&] { return ::kill(hanging, 0) != 0; })); // reaped
}

TEST_F(NotifierTest, TellsAThousandEventsAndLeavesNoZombie)
{
    Notifier notifier(children_);
    notifier.configure(settings_, {noter()});

    testing::internal::CaptureStderr();
    for (int i = 0; i < 1000; ++i)
        notifier.tell({NotifyType::onbatt, "u" + std::to_string(i), {}});

    EXPECT_TRUE(until([&] { return lines("told") == 1000; }));
    EXPECT_TRUE(until([&] { return ::waitpid(-1, nullptr, WNOHANG) == -1; })); // no children at all
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              "NOTIFYCMD runs 64 times already: the next events wait\n");
}

TEST_F(NotifierTest, LeavesOutTheOldestButNeverTheShutdown)
{
    const auto gate = scratch_.file("gate");
    Notifier notifier(children_, {1, 2, kLong});
    notifier.configure(settings_,
                       {script("wait", "until [ -e '" + gate + "' ]; do sleep 0.01; done\necho \"$1\" >> '"
                                           + scratch_.file("told") + "'\n")});

    testing::internal::CaptureStderr();
    for (int i = 0; i < 5; ++i)
        notifier.tell({NotifyType::onbatt, "u" + std::to_string(i), {}});
    for (int i = 0; i < 20; ++i) // more than even the reserve takes
        notifier.tell({NotifyType::shutdown, {}, {}});
    scratch_.write("gate", "");

    EXPECT_TRUE(until([&] { return ::waitpid(-1, nullptr, WNOHANG) == -1; }));
    const auto told = scratch_.read("told");
    EXPECT_THAT(told, HasSubstr("UPS u0 on battery"));
    for (const auto* const left_out : {"u1", "u2", "u3", "u4"})
        EXPECT_THAT(told, Not(HasSubstr(left_out)));
    EXPECT_EQ(lines("told"), 21U);
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              "NOTIFYCMD runs 1 times already: the next events wait\n"
              "NOTIFYCMD: too many events wait, the oldest are left out\n"
              "NOTIFYCMD: 4 events were left out\n");
}

TEST_F(NotifierTest, TheShutdownDoesNotWaitForOneThatHangs)
{
    Notifier notifier(children_, {1, 2, kLong});
    notifier.configure(settings_, {script("hang", "exec sleep 1000\n")});
    notifier.tell({NotifyType::onbatt, "u", {}});
    notifier.configure(settings_, {noter()});

    notifier.tell({NotifyType::shutdown, {}, {}});

    EXPECT_TRUE(hears("told", "<Auto logout and shutdown proceeding><SHUTDOWN><>\n"));
    end_children();
}

TEST_F(NotifierTest, AWallThatHangsBlocksNobody)
{
    Notifier notifier(children_, Notifier::kCommands, {2, 3, kLong});
    script("wall", "exec sleep 1000\n");
    notifier.configure(settings_, {noter()});

    testing::internal::CaptureStderr();
    for (int i = 0; i < 10; ++i)
        notifier.say_to_all(std::string(100000, 'x')); // more than a pipe takes
    notifier.tell({NotifyType::onbatt, "u", {}});

    EXPECT_TRUE(hears("told", "<UPS u on battery><ONBATT><u>\n"));
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              "wall runs 2 times already: the next events wait\n"
              "wall: too many events wait, the oldest are left out\n");
    end_children();
}

TEST_F(NotifierTest, EndsOneThatIsOverdueWhenOthersWait)
{
    Notifier notifier(children_, {1, 10, 0ms});
    notifier.configure(settings_, {script("hang", "sleep 1000 & wait\n")});
    notifier.tell({NotifyType::onbatt, "u", {}});
    notifier.configure(settings_, {noter()});

    testing::internal::CaptureStderr();
    notifier.tell({NotifyType::online, "u", {}});

    EXPECT_TRUE(hears("told", "<UPS u on line power><ONLINE><u>\n"));
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("does not end, and others wait: killed"));
}

TEST_F(NotifierTest, GivesNotifyCmdNoDescriptorAndNoBlockedOrIgnoredSignal)
{
    const int ours = ::open("/etc/passwd", O_RDONLY); // without O_CLOEXEC
    sigset_t blocked;
    sigset_t before;
    sigfillset(&blocked);
    ::sigprocmask(SIG_BLOCK, &blocked, &before);
    std::signal(SIGPIPE, SIG_IGN);
    Notifier notifier(children_);
    notifier.configure(settings_, {script("look", "ls -l /proc/self/fd > \"" + scratch_.path()
                                                      + "/fds\"\n"
                                                        "grep -E 'Sig(Blk|Ign)' /proc/self/status > \""
                                                      + scratch_.path() + "/signals\"\n")});

    notifier.tell({NotifyType::onbatt, "u", {}});

    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    EXPECT_TRUE(until([&] { return lines("signals") == 2; }));
    // Numbers 32 and 33 are the C library's own: its posix_spawn() leaves them ignored.
    EXPECT_THAT(scratch_.read("signals"),
                testing::AnyOf("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n",
                               "SigBlk:\t0000000000000000\nSigIgn:\t0000000180000000\n"));
    EXPECT_THAT(scratch_.read("fds"), HasSubstr("0 -> /dev/null"));
    EXPECT_THAT(scratch_.read("fds"), Not(HasSubstr("/etc/passwd")));
    EXPECT_THAT(scratch_.read("fds"), Not(HasSubstr("anon_inode")));
    std::signal(SIGPIPE, SIG_DFL);
    ::close(ours);
}

TEST(Shown, KeepsUtf8AndEscapesAllElse)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", ""},
        {"plain \"text\" \\ %s", "plain \"text\" \\ %s"},
        {"ä € 😀", "ä € 😀"},
        {"\x1b\x7f\r\n", R"(\x1b\x7f\x0d\x0a)"},
        {"\xc2\x9b", R"(\xc2\x9b)"},
        {"\xe4", R"(\xe4)"},
        {"\xe2\x82", R"(\xe2\x82)"},
        {"\xc0\xaf", R"(\xc0\xaf)"},
        {"\xed\xa0\x80", R"(\xed\xa0\x80)"},
        {"\xf4\x90\x80\x80", R"(\xf4\x90\x80\x80)"},
    };
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(shown(text), expected);
    EXPECT_EQ(shown("abcdef", 3), "abc...");
}

} // namespace
} // namespace upright::upsmon
