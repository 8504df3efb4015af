// Our driver on its socket: what it says, exactly, and to whom.
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
    ASSERT_TRUE(eventually([&] { return RawClient(path).connected(); })); // it is there before it listens

    shell.signal(SIGURG);

    EXPECT_EQ(site.socket("one")->ask("PING"), "PONG");
    EXPECT_EQ(site.socket("one")->ask("GETPID"), fmt::format("PID {}", shell.pid()));
}

} // namespace
} // namespace upright::test
