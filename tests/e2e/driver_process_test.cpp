// Our driver as a process: its start, its command line, its signals and its end.
#include "tests/e2e/driver_traps.hpp"
#include "tests/support/raw_server.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <gmock/gmock.h>

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace upright::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST_F(DriverTraps, Trap45TheSecondStartReplacesTheFirst)
{
    start();
    site.scratch.write("one.dev", "ups.status: OB\n");
    const auto second = site.start("dummy-ups", {"-a", "one", "-F"});

    EXPECT_EQ(driver->wait().exit_code, 0);
    EXPECT_TRUE(eventually([&] {
        client = site.socket("one");
        return client->connected();
    }));
    EXPECT_TRUE(publishes("SETINFO ups.status \"OB\""));
    EXPECT_THAT(second->err(), HasSubstr("Duplicate driver instance detected"));
    EXPECT_TRUE(second->running());

    EXPECT_EQ(code("INSTCMD driver.exit"), "0");
    EXPECT_EQ(second->wait().exit_code, 0);
    EXPECT_FALSE(fs::exists(site.scratch.file("dummy-ups-one")));
}

TEST_F(DriverTraps, Trap46PowerOffThroughTheRunningDriver)
{
    start("sdcommands = no.such,load.off\n");
    const auto done = site.finish("dummy-ups", {"-a", "one", "-k"});

    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ(driver->wait().exit_code, 0);
    EXPECT_THAT(driver->err(), HasSubstr("UPS [one]: shutdown request was successful with 'load.off'"));
}

TEST_F(DriverTraps, Trap46PowerOffWithoutARunningDriver)
{
    site.ups_conf(Site::dummy("one", "sdcommands = load.off\n") + Site::dummy("two"));

    EXPECT_EQ(site.finish("dummy-ups", {"-a", "one", "-k"}).exit_code, 0);
    const auto cannot = site.finish("dummy-ups", {"-a", "two", "-k"});
    EXPECT_EQ(cannot.exit_code, 1);
    EXPECT_THAT(cannot.err, AllOf(HasSubstr("UPS [two]: shutdown not supported"),
                                  HasSubstr("UPS [two]: shutdown request(s) failed")));
    EXPECT_FALSE(fs::exists(site.scratch.file("dummy-ups-two.pid")));
}

TEST_F(DriverTraps, D28PowerOffThatFailsIsReported)
{
    start();
    EXPECT_EQ(code("SET driver.flag.allow_killpower 1"), "0");
    EXPECT_EQ(code("INSTCMD driver.killpower"), "3");
    EXPECT_EQ(driver->wait().exit_code, 1);
}

TEST_F(DriverTraps, Trap48DumpsAndExits)
{
    site.ups_conf(Site::dummy("one"));
    const auto done = site.finish("dummy-ups", {"-a", "one", "-d", "1"});

    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, AllOf(testing::StartsWith("battery.charge: 90\n"), HasSubstr("\nups.status: OL\n"),
                                HasSubstr("\nups.serial: a \"q\" \\ b # c\n")));
    std::vector<std::string> names;
    for (std::size_t from = 0, to = 0; (to = done.out.find('\n', from)) != std::string::npos; from = to + 1) {
        const auto line = done.out.substr(from, to - from);
        EXPECT_THAT(line, HasSubstr(": "));
        names.push_back(line.substr(0, line.find(": ")));
    }
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    EXPECT_FALSE(fs::exists(site.scratch.file("dummy-ups-one")));
    EXPECT_FALSE(fs::exists(site.scratch.file("dummy-ups-one.pid")));

    const auto free_name =
        site.finish("dummy-ups", {"-s", "free", "-x", "port=one.dev", "-u", "root", "-d", "1"});
    EXPECT_EQ(free_name.exit_code, 0) << free_name.err;
    EXPECT_THAT(free_name.out, HasSubstr("battery.charge: 90\n"));
}

TEST_F(DriverTraps, Trap52ReturnsToTheShellWhenTheDeviceIsOpenOrFailed)
{
    site.ups_conf(Site::dummy("one") + Site::dummy("two", "", "missing.dev"));
    const auto good = site.finish("dummy-ups", {"-a", "one"});
    const auto pid = std::atoi(site.scratch.read("dummy-ups-one.pid").c_str());

    EXPECT_EQ(good.exit_code, 0) << good.err;
    EXPECT_EQ(site.socket("one")->ask("PING"), "PONG") << "no waiting needed";
    ASSERT_GT(pid, 1);
    EXPECT_EQ(site.finish("dummy-ups", {"-a", "one", "-c", "exit"}).exit_code, 0);
    EXPECT_TRUE(eventually([&] { return is_gone(pid); }));
    EXPECT_FALSE(fs::exists(site.scratch.file("dummy-ups-one.pid")));

    const auto bad = site.finish("dummy-ups", {"-a", "two"});
    EXPECT_EQ(bad.exit_code, 1);
    EXPECT_THAT(bad.err, HasSubstr("Can't open dummy-ups definition file"));
    EXPECT_FALSE(fs::exists(site.scratch.file("dummy-ups-two.pid")));
}

TEST_F(DriverTraps, D3ReloadWordsAndTheirCodes)
{
    start();
    const auto tell = [&](const std::string& word) {
        return site.finish("dummy-ups", {"-a", "one", "-c", word}).exit_code;
    };
    EXPECT_EQ(tell("reload-or-error"), 0);
    EXPECT_EQ(tell("reload"), 0);

    site.ups_conf(Site::dummy("one", "pollinterval = 7\ndefault.ups.id = later\n"));
    EXPECT_EQ(tell("reload-or-error"), 0);
    EXPECT_TRUE(publishes("SETINFO driver.parameter.pollinterval \"7\""));
    EXPECT_TRUE(publishes("SETINFO ups.id \"later\""));

    site.ups_conf(Site::dummy("one", "mode = dummy-loop\npollinterval = 8\n"));
    EXPECT_EQ(tell("reload"), 0);
    EXPECT_EQ(tell("reload-or-error"), 2);
    EXPECT_TRUE(publishes("SETINFO driver.parameter.pollinterval \"8\"")) << "what can change does";
    EXPECT_TRUE(publishes("SETINFO driver.parameter.mode \"dummy-once\""));
    EXPECT_TRUE(logs("'mode' is non-reloadable"));

    EXPECT_EQ(tell("relo"), 1);
    EXPECT_EQ(code("INSTCMD driver.reload"), "0");
    EXPECT_EQ(code("INSTCMD driver.reload-or-error"), "2");
    fs::remove(site.scratch.file("ups.conf"));
    EXPECT_EQ(code("INSTCMD driver.reload-or-error"), "3");
    EXPECT_EQ(site.finish("dummy-ups", {"-s", "one", "-x", "port=x", "-u", "root", "-c", "exit"}).exit_code,
              0);
    EXPECT_EQ(driver->wait().exit_code, 0);
    EXPECT_EQ(site.finish("dummy-ups", {"-s", "one", "-x", "port=x", "-u", "root", "-c", "exit"}).exit_code,
              255);
}

TEST_F(DriverTraps, ReloadOrExitEndsADriverThatMustBeRestarted)
{
    start();
    EXPECT_EQ(code("INSTCMD driver.reload-or-exit"), "0");
    EXPECT_EQ(client->ask("PING"), "PONG") << "nothing has changed";

    site.ups_conf(Site::dummy("one", "mode = dummy-loop\n"));
    client->send("INSTCMD driver.reload-or-exit TRACKING x\n");
    EXPECT_EQ(hears(*client, "TRACKING"), "TRACKING x 0");
    EXPECT_EQ(driver->wait().exit_code, 128 + SIGUSR1);
}

TEST_F(DriverTraps, SignalsReloadDumpAndEnd)
{
    start();
    const auto reload_with = [&](int number, const std::string& id) {
        site.ups_conf(Site::dummy("one", "default.ups.id = " + id + "\n"));
        driver->signal(number);
        return publishes("SETINFO ups.id \"" + id + "\"");
    };
    EXPECT_TRUE(reload_with(SIGHUP, "by-hup"));
    EXPECT_TRUE(reload_with(SIGUSR2, "by-usr2"));
    EXPECT_TRUE(reload_with(SIGUSR1, "by-usr1"));

    driver->signal(SIGURG);
    EXPECT_TRUE(eventually([&] { return driver->out().find("ups.id: by-usr1\n") != std::string::npos; }));
    EXPECT_THAT(driver->out(), testing::StartsWith("battery.charge: 90\n"));

    driver->signal(SIGPIPE);
    EXPECT_EQ(client->ask("PING"), "PONG");
    driver->signal(SIGTERM);
    const auto done = driver->wait();
    EXPECT_EQ(done.exit_code, 0);
    EXPECT_THAT(done.err, HasSubstr("Signal 15: exiting"));
    EXPECT_FALSE(fs::exists(site.scratch.file("dummy-ups-one")));
}

TEST_F(DriverTraps, SignalsFromTheCommandLineNeedThePidFile)
{
    site.ups_conf(Site::dummy("one"));
    driver = site.start("dummy-ups", {"-a", "one", "-FF"});
    EXPECT_TRUE(eventually([&] { return site.socket("one")->connected(); }));
    client = site.socket("one");
    EXPECT_EQ(site.scratch.read("dummy-ups-one.pid"), fmt::format("{}\n", driver->pid()));
    const auto tell = [&](const std::vector<std::string>& more) {
        std::vector<std::string> words{"-a", "one"};
        words.insert(words.end(), more.begin(), more.end());
        return site.finish("dummy-ups", words).exit_code;
    };
    EXPECT_EQ(tell({"-c", "dump"}), 0);
    EXPECT_TRUE(eventually([&] { return driver->out().find("battery.charge: 90\n") != std::string::npos; }));
    EXPECT_EQ(tell({"-c", "reload-or-restart", "-P", std::to_string(driver->pid())}), 0);
    EXPECT_EQ(tell({"-c", "dump", "-P", std::to_string(::getpid())}), 1) << "not a driver";

    site.ups_conf(Site::dummy("one", "mode = dummy-loop\n"));
    EXPECT_EQ(tell({"-c", "reload-or-exit"}), 0);
    EXPECT_EQ(driver->wait().exit_code, 128 + SIGUSR1);
    EXPECT_FALSE(fs::exists(site.scratch.file("dummy-ups-one.pid")));
    EXPECT_EQ(tell({"-c", "reload-or-exit"}), 1);
}

TEST_F(DriverTraps, ANewDebugLevelHoldsUntilItIsDropped)
{
    start("debug_min = 1\n");
    EXPECT_TRUE(publishes("SETINFO driver.debug \"1\""));
    EXPECT_EQ(code("SET driver.debug 3"), "0");
    EXPECT_TRUE(publishes("SETINFO driver.debug \"3\""));
    EXPECT_EQ(code("SET driver.debug -1"), "0");
    EXPECT_TRUE(publishes("SETINFO driver.debug \"1\""));
    EXPECT_EQ(code("SET driver.flag.allow_killpower enabled"), "0");
    EXPECT_TRUE(publishes("SETINFO driver.flag.allow_killpower \"1\""));
}

TEST_F(DriverTraps, D27RefusalsEndWithOneAndSayWhy)
{
    struct Case {
        std::string section;
        std::vector<std::string> arguments;
        std::string out;
        std::string err;
    };
    const auto exits = [&](const Case& c) {
        site.ups_conf(c.section);
        const auto done = site.finish("dummy-ups", c.arguments);
        EXPECT_EQ(done.exit_code, 1) << testing::PrintToString(c.arguments);
        EXPECT_THAT(done.out, HasSubstr(c.out));
        EXPECT_THAT(done.err, HasSubstr(c.err));
    };
    exits({Site::dummy("one", "mdoe = x\n"),
           {"-a", "one", "-F"},
           "Fatal error: 'mdoe' is not a valid variable name for this driver. (did you mean \"mode\"?)",
           ""});
    exits({Site::dummy("one", "flagless\n"),
           {"-a", "one", "-F"},
           "Fatal error: 'flagless' is not a valid flag",
           ""});
    exits({Site::dummy("one"), {"-a", "two", "-F"}, "", "Error: Section two not found in ups.conf"});
    exits({Site::dummy("one"), {"-F"}, "", "Error: specifying '-a id' or '-s id' is now mandatory"});
    exits({"[one]\ndriver = usbhid-ups\nport = x\n",
           {"-a", "one", "-F"},
           "",
           "Error: UPS [one] is for driver 'usbhid-ups', but I'm dummy-ups!"});
    exits({"[one]\ndriver = dummy-ups\n", {"-a", "one", "-F"}, "", "Error: you must specify a port name"});
    exits({Site::dummy("one", "mode = nonsense\n"),
           {"-a", "one", "-F"},
           "",
           "Unsupported mode was specified: nonsense"});
    exits({Site::dummy("one", "pollinterval = 0\n"),
           {"-a", "one", "-F"},
           "",
           "Error: invalid pollinterval: 0"});
    exits({Site::dummy("one", "user = no-such-account\n"),
           {"-a", "one", "-F"},
           "",
           ::geteuid() == 0 ? "OS user account 'no-such-account' does not exist" : ""});
}

TEST_F(DriverTraps, ASocketPathThatIsTooLongIsRefused)
{
    const std::string name(100, 'n');
    site.ups_conf(Site::dummy(name));
    const auto done = site.finish("dummy-ups", {"-a", name, "-F"});

    EXPECT_EQ(done.exit_code, 1);
    EXPECT_THAT(done.err, HasSubstr("Can't create a unix domain socket: pathname '" + site.scratch.path()));
}

TEST_F(DriverTraps, ListsItsOptionsAndItsVersion)
{
    const auto options = site.finish("dummy-ups", {"-L"});
    EXPECT_EQ(options.exit_code, 0);
    EXPECT_THAT(options.out, HasSubstr("VALUE mode \""));
    EXPECT_THAT(options.out, HasSubstr("FLAG repeater_disable_strict_start \""));
    const auto version = site.finish("dummy-ups", {"-V"});
    EXPECT_EQ(version.exit_code, 0);
    EXPECT_THAT(version.out, HasSubstr("Network UPS Tools 2.8.5"));
}

// Started in the same moment, instances can't see each other; the one that can't be reached must not stay.
TEST_F(DriverTraps, Trap45StartsInTheSameMomentLeaveOne)
{
    site.ups_conf(Site::dummy("one"));
    std::vector<std::unique_ptr<Process>> all;
    for (int i = 0; i < 4; ++i)
        all.push_back(site.start("dummy-ups", {"-a", "one", "-F"}));
    const auto running = [&] {
        return std::count_if(all.begin(), all.end(), [](const auto& one) { return one->running(); });
    };

    EXPECT_TRUE(eventually([&] { return running() == 1; }, 60s));
    EXPECT_TRUE(eventually([&] { return site.socket("one")->ask("PING") == "PONG"; }));
    EXPECT_EQ(running(), 1);
}

} // namespace
} // namespace upright::test
