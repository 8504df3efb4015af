// Our driver as a process: its socket, its signals, its command line and its end.
#include "tests/e2e/site.hpp"
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

class DriverTraps : public testing::Test {
protected:
    void start(std::string_view more = "")
    {
        site.ups_conf(Site::dummy("one", more));
        driver = site.driver("one");
        client = site.socket("one");
    }
    std::vector<std::string> dump()
    {
        client->send("DUMPALL\n");
        return client->until("DUMPDONE");
    }
    // The code of a command or setting.
    std::string code(const std::string& request)
    {
        client->send(request + " TRACKING id-1\n");
        const auto answer = hears(*client, "TRACKING id-1 ");
        return answer.substr(answer.find_last_of(' ') + 1);
    }
    bool publishes(std::string_view line)
    {
        return eventually([&] {
            const auto lines = dump();
            return std::find(lines.begin(), lines.end(), line) != lines.end();
        });
    }
    bool logs(std::string_view text)
    {
        return eventually([&] { return driver->err().find(text) != std::string::npos; });
    }

    Site site;
    std::unique_ptr<Process> driver;
    std::unique_ptr<RawClient> client;
};

TEST_F(DriverTraps, Trap35SocketIsThereForTheGroupOnlyOnceTheDeviceIs)
{
    // The device is a UPS of a server that takes its time: until `answer` is given.
    std::atomic<bool> asked{false};
    std::promise<void> answer;
    const auto given = answer.get_future().share();
    const RawServer slow([&](const std::string& line) -> std::optional<std::string> {
        if (!line.starts_with("LIST VAR"))
            return "OK Goodbye\n";
        asked = true;
        given.wait_for(4s);
        return "BEGIN LIST VAR u\nVAR u ups.status \"OB\"\nEND LIST VAR u\n";
    });
    site.ups_conf(Site::dummy("one", "", "u@" + slow.address()));
    driver = site.start("dummy-ups", {"-a", "one", "-F"});
    EXPECT_TRUE(eventually([&] { return asked.load(); })) << "the driver is opening its device now";
    EXPECT_FALSE(fs::exists(site.scratch.file("dummy-ups-one")));
    for (const int early : {SIGHUP, SIGUSR1, SIGUSR2, SIGURG})
        driver->signal(early); // must not end it
    answer.set_value();

    EXPECT_TRUE(eventually([&] { return site.socket("one")->connected(); })) << driver->err();
    struct stat status {};
    ASSERT_EQ(::stat(site.scratch.file("dummy-ups-one").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0660U);
    client = site.socket("one");
    EXPECT_THAT(dump(), Contains("SETINFO ups.status \"OB\""));
}

TEST_F(DriverTraps, Trap36And37FrameOfADump)
{
    start();
    const auto lines = dump();

    ASSERT_GT(lines.size(), 4U);
    EXPECT_EQ(lines.back(), "DUMPDONE");
    EXPECT_EQ(lines[lines.size() - 2], "DATAOK");
    const auto at = std::find(lines.begin(), lines.end(), "SETINFO battery.charge \"90\"");
    ASSERT_NE(at, lines.end());
    EXPECT_THAT(std::vector<std::string>(at, at + 3),
                ElementsAre("SETINFO battery.charge \"90\"", "SETAUX battery.charge 32",
                            "SETFLAGS battery.charge RW STRING"));
    EXPECT_THAT(lines, Contains("ADDCMD load.off"));
    EXPECT_THAT(lines, Contains("ADDCMD shutdown.default"));
    EXPECT_THAT(lines, Not(Contains("ADDCMD driver.exit")));

    client->send("DUMPVALUE Battery.Charge\n");
    EXPECT_THAT(client->until("DUMPDONE"),
                ElementsAre("SETINFO battery.charge \"90\"", "SETAUX battery.charge 32",
                            "SETFLAGS battery.charge RW STRING", "DATAOK", "DUMPDONE"));
    client->send("DUMPVALUE no.such\n");
    EXPECT_THAT(client->until("DUMPDONE"), ElementsAre("DATAOK", "DUMPDONE"));
}

TEST_F(DriverTraps, Trap40ChangesArePushedUnlessUnwanted)
{
    start();
    const auto listener = site.socket("one");
    const auto quiet = site.socket("one");
    quiet->send("NOBROADCAST\n");
    EXPECT_EQ(quiet->ask("PING"), "PONG");
    EXPECT_EQ(listener->ask("PING"), "PONG");

    EXPECT_EQ(code("SET ups.firmware 55"), "0");
    EXPECT_EQ(hears(*listener, "SETINFO"), "SETINFO ups.firmware \"55\"");
    EXPECT_EQ(code("SET ups.firmware 55"), "0"); // unchanged: nothing to tell
    EXPECT_EQ(code("SET ups.firmware 56"), "0");
    EXPECT_EQ(listener->line(), "SETINFO ups.firmware \"56\"");
    EXPECT_EQ(quiet->ask("PING"), "PONG") << "nothing came in between";

    quiet->send("BROADCAST\n");
    EXPECT_EQ(quiet->ask("PING"), "PONG");
    EXPECT_EQ(code("SET ups.firmware 57"), "0");
    EXPECT_EQ(hears(*quiet, "SETINFO"), "SETINFO ups.firmware \"57\"");
}

TEST_F(DriverTraps, Trap41And42CodesOfCommandsAndSettings)
{
    start();

    EXPECT_EQ(code("INSTCMD load.off"), "0"); // four words: the third is TRACKING
    EXPECT_EQ(code("INSTCMD load.on now"), "0");
    EXPECT_EQ(code("INSTCMD no.such"), "1");
    EXPECT_EQ(code("INSTCMD driver.killpower"), "2");
    EXPECT_EQ(code("INSTCMD shutdown.default"), "3");
    EXPECT_EQ(code("SET driver.debug x"), "4");
    EXPECT_EQ(code("SET driver.name x"), "1");
    client->send("INSTCMD a b c d e f\nSET a b NOT id\nINSTCMD\nEXIT\nVER\n\nPING\n"); // no answers
    EXPECT_EQ(hears(*client, "P"), "PONG");
}

TEST_F(DriverTraps, Trap43LogoutIsAnsweredAndEndsTheConnection)
{
    start();
    client->send("LOGOUT\nPING\n");

    EXPECT_EQ(client->line(), "OK Goodbye");
    EXPECT_TRUE(client->closed());
    EXPECT_EQ(client->line(0ms), std::nullopt);
}

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

TEST_F(DriverTraps, Trap47SaysWhatItIs)
{
    start("mode = dummy-once\n");
    const auto lines = dump();

    for (const auto* const line :
         {"SETINFO driver.name \"dummy-ups\"", "SETINFO driver.parameter.port \"one.dev\"",
          "SETINFO driver.parameter.mode \"dummy-once\"", "SETINFO driver.parameter.pollinterval \"1\"",
          "SETINFO driver.state \"quiet\"", "SETINFO driver.debug \"0\"", "SETFLAGS driver.debug RW NUMBER",
          "SETINFO driver.flag.allow_killpower \"0\"", "SETINFO device.type \"ups\"",
          "SETINFO device.model \"Dummy UPS\""})
        EXPECT_THAT(lines, Contains(line));
    EXPECT_THAT(lines, Contains(testing::StartsWith("SETINFO driver.version \"2.8.5")));
    EXPECT_THAT(lines, Contains(testing::StartsWith("SETINFO driver.version.internal \"")));
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

// Everything the driver has sent by the time the first bytes are there, as NUT's tools look at it.
std::string first_chunk(const std::string& path, std::string_view request)
{
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    std::string chunk(65536, '\0');
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0
        && ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
        pollfd ready{fd, POLLIN, 0};
        const auto got = ::poll(&ready, 1, 5000) == 1 ? ::recv(fd, chunk.data(), chunk.size(), 0) : 0;
        chunk.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    }
    ::close(fd);
    return chunk;
}

TEST_F(DriverTraps, Trap48aEachReplyComesInOnePiece)
{
    start();
    const auto path = site.scratch.file("dummy-ups-one");
    const std::string id = "7C0E55A2-3F4B-4D19-8A6E-51B0C9D2E7F4";

    EXPECT_EQ(first_chunk(path, "PING\n"), "PONG\n");
    EXPECT_EQ(first_chunk(path, "GETPID\n"), fmt::format("PID {}\n", driver->pid()));
    EXPECT_EQ(
        first_chunk(path, "DUMPSTATUS\n"),
        "SETINFO ups.status \"OL\"\nSETAUX ups.status 32\nSETFLAGS ups.status RW STRING\nDATAOK\nDUMPDONE\n");
    EXPECT_EQ(first_chunk(path, "NOBROADCAST\nINSTCMD load.on TRACKING " + id + "\n"),
              "TRACKING " + id + " 0\n");
    EXPECT_TRUE(first_chunk(path, "DUMPALL\n").ends_with("\nDATAOK\nDUMPDONE\n"));
}

TEST_F(DriverTraps, Trap49OverrideForEverDefaultOnlyAtFirst)
{
    start("override.battery.charge = 42\ndefault.battery.charge = 1\ndefault.ups.id = first\n");
    EXPECT_TRUE(publishes("SETINFO battery.charge \"42\""));
    EXPECT_TRUE(publishes("SETINFO ups.id \"first\""));

    EXPECT_EQ(code("SET battery.charge 50"), "2");
    EXPECT_EQ(code("SET ups.id second"), "0");
    EXPECT_TRUE(publishes("SETINFO ups.id \"second\""));
    EXPECT_TRUE(publishes("SETINFO battery.charge \"42\""));
}

TEST_F(DriverTraps, Trap50AlarmIsTheFirstWord)
{
    site.scratch.write("one.dev", "ups.status: OL RB  ALARM OL\nALARM [Replace it]\nALARM [Now]\n");
    start();

    EXPECT_TRUE(publishes("SETINFO ups.status \"ALARM OL RB\""));
    EXPECT_TRUE(publishes("SETINFO ups.alarm \"[Replace it] [Now]\""));
    site.scratch.write("one.dev", "ups.status: OL\nALARM\nups.load: 1\n"); // another size, so another file
    EXPECT_TRUE(publishes("SETINFO ups.status \"OL\""));
    EXPECT_THAT(dump(), Not(Contains(testing::StartsWith("SETINFO ups.alarm"))));
}

TEST_F(DriverTraps, Trap51IgnorelbComparesStrictly)
{
    site.scratch.write("one.dev", "ups.status: OB LB\nbattery.charge: 30\n");
    start("ignorelb\noverride.battery.charge.low = 30\n");
    EXPECT_TRUE(publishes("SETINFO ups.status \"OB\""));

    EXPECT_EQ(code("SET battery.charge 29"), "0");
    EXPECT_TRUE(publishes("SETINFO ups.status \"OB LB DISCHRG\""));
    EXPECT_EQ(code("SET battery.charge 30"), "0");
    EXPECT_TRUE(publishes("SETINFO ups.status \"OB CHRG\""));
}

TEST_F(DriverTraps, Trap51IgnorelbWithoutAMarkIsRefused)
{
    site.ups_conf(Site::dummy("one", "ignorelb\n"));
    const auto done = site.finish("dummy-ups", {"-a", "one", "-F"});

    EXPECT_EQ(done.exit_code, 1);
    EXPECT_THAT(done.err, HasSubstr("'battery.charge.low'"));
    EXPECT_FALSE(fs::exists(site.scratch.file("dummy-ups-one")));
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

// ---- what it says, exactly ---------------------------------------------------------------------------

TEST_F(DriverTraps, D5LiveValuesAreEscaped)
{
    start();
    const auto listener = site.socket("one");
    EXPECT_EQ(listener->ask("PING"), "PONG");
    EXPECT_EQ(code("SET ups.id \"5\\\" inch \\# \\\\ INSTCMD\""), "0");

    EXPECT_EQ(hears(*listener, "SETINFO ups.id"), "SETINFO ups.id \"5\\\" inch \\# \\\\ INSTCMD\"");
}

TEST_F(DriverTraps, D6AChangeOfCaseIsAChange)
{
    start();
    EXPECT_EQ(code("SET ups.mfr Eaton"), "0");
    EXPECT_TRUE(publishes("SETINFO ups.mfr \"Eaton\""));
    EXPECT_EQ(code("SET ups.mfr EATON"), "0");
    EXPECT_TRUE(publishes("SETINFO ups.mfr \"EATON\""));
}

TEST_F(DriverTraps, D10NoLineIsLongerThanANutServerReads)
{
    site.scratch.write("one.dev", "ups.status: OL\nups.id: \"" + std::string(500, '\\') + "\"\nups.mfr: "
                                      + std::string(500, 'x') + "\n" + std::string(300, 'n') + ": 1\n");
    start();
    for (const auto& line : dump()) {
        EXPECT_LE(line.size(), 511U);
        EXPECT_THAT(line, Not(HasSubstr(std::string(256, 'n'))));
    }
    EXPECT_THAT(dump(), Contains("SETINFO ups.mfr \"" + std::string(255, 'x') + "\""));
}

// ---- reloading and signals ---------------------------------------------------------------------------

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

// ---- refusals --------------------------------------------------------------------------------------------

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

TEST_F(DriverTraps, ASocketThatSomebodyRemovedIsMadeAnew)
{
    start();

    fs::remove(site.scratch.file("dummy-ups-one"));

    EXPECT_TRUE(eventually([&] { return site.socket("one")->connected(); }));
    EXPECT_TRUE(driver->running());
}

TEST_F(DriverTraps, ADumpThatNobodyReadsDoesNotEndTheDriver)
{
    site.ups_conf(Site::dummy("one"));
    const auto path = site.scratch.file("dummy-ups-one");
    const Process shell({"/bin/sh", "-c", fmt::format("exec {} -a one -F > /dev/full", program("dummy-ups"))},
                        site.scratch.environment());
    ASSERT_TRUE(eventually([&] { return fs::exists(path); }));

    shell.signal(SIGURG);

    EXPECT_EQ(site.socket("one")->ask("PING"), "PONG");
    EXPECT_EQ(site.socket("one")->ask("GETPID"), fmt::format("PID {}", shell.pid()));
}

} // namespace
} // namespace upright::test
