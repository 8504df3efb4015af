// snmp-ups on simulated agents: values, sessions, orders, faults, traps.
#include "tests/drivers/snmp/running.hpp"

#include <filesystem>
#include <regex>

namespace upright {
namespace {

using namespace test;

using What = std::vector<std::string>;

const std::vector<What> kProfiles{
    {"ietf"}, {"ietf3"}, {"apcc"}, {"xups"}, {"cyberpower"}, {"epdu"}, {"epdu", "--units", "2"}, {"apc_pdu"}};

class EachProfile : public testing::TestWithParam<What> {};

TEST_P(EachProfile, TellsTheTruth)
{
    What words{"run", "--snmp"};
    words.insert(words.end(), GetParam().begin(), GetParam().end());
    Running running(words, "snmp_version = v2c\ncommunity = private\npollfreq = 1\n");
    const std::vector<std::string> happenings{"load 33", "load 120", "mains off"};
    for (const auto& happening : happenings) {
        running.simulator.ctl("ups1 " + happening);
        ASSERT_TRUE(running.agrees({"device.uptime", "battery.runtime.elapsed"}))
            << happening << ": " << running.differences();
    }
}

INSTANTIATE_TEST_SUITE_P(Program, EachProfile, testing::ValuesIn(kProfiles), [](const auto& one) {
    return one.param.front() + (one.param.size() > 1 ? "_chain" : "");
});

// ---- sessions ------------------------------------------------------------------------------------------

constexpr const char* kUsers =
    "plain:noAuthNoPriv\nmd5:authNoPriv:MD5:password1\nsha:authPriv:SHA:password1:DES:password2\n"
    "sha256:authPriv:SHA-256:password1:AES:password2\nsha512:authPriv:SHA-512:password1:AES-256:password2\n";

struct SessionCase {
    std::string name;
    std::string options;
};

class EachSession : public testing::TestWithParam<SessionCase> {};

TEST_P(EachSession, ReadsAndWrites)
{
    const Scratch users;
    users.write("users", kUsers);
    Running running({"run", "--snmp", "ietf", "--users", users.file("users")}, GetParam().options);
    EXPECT_EQ(running.value("ups.status"), "OL");
    EXPECT_EQ(running.ask("SET ups.id \"rack 12\""), "TRACKING 7 0");
    EXPECT_TRUE(running.becomes("ups.id", "rack 12"));
    EXPECT_EQ(running.ask("INSTCMD beeper.disable"), "TRACKING 7 0");
    EXPECT_TRUE(running.becomes("ups.beeper.status", "disabled"));
}

INSTANTIATE_TEST_SUITE_P(
    Program, EachSession,
    testing::Values(
        SessionCase{"V1", "community = private\n"},
        SessionCase{"V2c", "community = private\nsnmp_version = v2c\n"},
        SessionCase{"Plain", "snmp_version = v3\nsecName = plain\n"},
        SessionCase{"Md5",
                    "snmp_version = v3\nsecName = md5\nsecLevel = authNoPriv\nauthPassword = password1\n"},
        SessionCase{"ShaDes", "snmp_version = v3\nsecName = sha\nsecLevel = authPriv\nauthProtocol = "
                              "SHA\nauthPassword = password1\n"
                              "privPassword = password2\n"},
        SessionCase{"Sha256Aes",
                    "snmp_version = v3\nsecName = sha256\nsecLevel = authPriv\nauthProtocol = SHA256\n"
                    "authPassword = password1\nprivProtocol = AES\nprivPassword = password2\n"},
        SessionCase{"Sha512Aes256",
                    "snmp_version = v3\nsecName = sha512\nsecLevel = authPriv\nauthProtocol = SHA512\n"
                    "authPassword = password1\nprivProtocol = AES256\nprivPassword = password2\n"}),
    [](const auto& one) { return one.param.name; });

TEST(SnmpUps, ReadsOverTcpAndIpv6)
{
    for (const std::string listen : {"tcp:127.0.0.1:0", "udp6:[::1]:0", "tcp6:[::1]:0"}) {
        const SnmpSimulator simulator({"run", "--snmp", "ietf", "--listen", listen});
        ASSERT_TRUE(simulator.ready()) << listen;
        const Site site;
        site.ups_conf("[u]\ndriver = snmp-ups\nport = " + simulator.place() + "\nsnmp_version = v2c\n");
        const auto driver = site.driver("u", "snmp-ups");
        EXPECT_TRUE(driver->running()) << listen << driver->err();
    }
}

TEST(SnmpUps, RefusesOptionsThatMakeNoSense)
{
    const Site site;
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"snmp_version = v4\n", "ups.conf:7:16: error: snmp_version wants one of v1, v2c, v3, not v4"},
        {"snmp_version = v3\n", "secName is needed with snmp_version = v3"},
        {"snmp_version = v3\nsecName = a\nsecLevel = authNoPriv\nauthPassword = short\n",
         "authPassword wants 8 characters at least"},
        {"snmp_version = v3\nsecName = a\nauthProtocol = ROT13\n", "authProtocol ROT13 is not known"},
        {"snmp_timeout = 0\n", "snmp_timeout wants 0.01 to 60 s"},
        {"trapfrom = 127.0.0.1\n", "trapfrom wants trapport, too"},
        {"trapport = 0\n", "trapport can't be 0"},
        {"trapport = 127.0.0.1:41999\ntrapfrom = nohost.invalid\n", "no such host"},
        {"mibs = acme\n", "there is no family called acme"},
    };
    for (const auto& [lines, text] : wrong) {
        site.ups_conf("[u]\ndriver = snmp-ups\nport = 127.0.0.1:1\n\n" + lines);
        const auto done = site.finish("snmp-ups", {"-a", "u", "-F"});
        EXPECT_EQ(done.exit_code, 1);
        EXPECT_NE(done.err.find(text), std::string::npos) << lines << done.err;
    }
}

// "Stop" must never be "now".
TEST(SnmpUps, CallsAShutdownOffWithoutSwitchingOff)
{
    for (const std::string profile : {"ietf", "apcc", "xups", "cyberpower"}) {
        Running running({"run", "--snmp", profile}, "snmp_version = v2c\ncommunity = private\n");
        if (running.ask("INSTCMD shutdown.stop") != "TRACKING 7 0")
            continue; // some makers have no way
        EXPECT_EQ(running.simulator.ctl("ups1 status").find("output.state: off"), std::string::npos)
            << profile;
        EXPECT_EQ(running.ask("INSTCMD load.off.delay 60"), "TRACKING 7 0") << profile;
        EXPECT_EQ(running.ask("INSTCMD shutdown.stop"), "TRACKING 7 0") << profile;
        EXPECT_NE(running.simulator.ctl("ups1 status").find("output.state: on"), std::string::npos)
            << profile << running.simulator.ctl("ups1 status");
    }
}

// ---- what is wrong with the line -----------------------------------------------------------------------

std::string complaint(const Site& site, const std::string& port, const std::string& more)
{
    site.ups_conf("[u]\ndriver = snmp-ups\nport = " + port + "\n" + more);
    const auto done = run(site.command("snmp-ups", {"-a", "u", "-F"}), site.scratch.environment(), 15s);
    EXPECT_EQ(done.exit_code, 1);
    return done.err;
}

TEST(SnmpUps, TellsWhatIsWrongWithAnAgentThatDoesNotAnswer)
{
    const Scratch users;
    users.write("users", kUsers);
    const SnmpSimulator simulator({"run", "--snmp", "ietf", "--users", users.file("users")});
    const Site site;
    EXPECT_NE(complaint(site, "127.0.0.1:" + std::to_string(free_port()), "").find("is unreachable"),
              std::string::npos);
    EXPECT_NE(complaint(site, "no-such-host.invalid", "").find("is unreachable"), std::string::npos);
    EXPECT_NE(complaint(site, "255.255.255.255", ""), "")
        << "may not be sent to, and that is no reason to hang";
    EXPECT_NE(
        complaint(site, simulator.address(), "community = wrong\n").find("does not answer this community"),
        std::string::npos);
    EXPECT_NE(complaint(site, simulator.address(), "snmp_version = v3\nsecName = nobody\n")
                  .find("knows no user of this name"),
              std::string::npos);
    EXPECT_NE(complaint(site, simulator.address(),
                        "snmp_version = v3\nsecName = sha256\nsecLevel = authPriv\nauthProtocol = SHA256\n"
                        "authPassword = password9\nprivProtocol = AES\nprivPassword = password2\n")
                  .find("refuses: wrong authPassword"),
              std::string::npos);
}

// net-snmp's own programs show what comes with a wrong password.
TEST(SnmpUps, PublishesNothingThatIsNotAuthentic)
{
    const Scratch users;
    users.write("users", kUsers);
    const SnmpSimulator simulator({"run", "--snmp", "ietf", "--users", users.file("users")});
    const Site site;
    for (const std::string user : {"md5", "sha256"}) {
        const auto text =
            complaint(site, simulator.address(),
                      "snmp_version = v3\nsecLevel = authNoPriv\nauthPassword = password9\nsecName = " + user
                          + (user == "md5" ? "\n" : "\nauthProtocol = SHA256\n"));
        EXPECT_NE(text.find("refuses: wrong authPassword"), std::string::npos) << text;
    }
}

TEST(SnmpUps, TellsInAVariableWhyTheDataAreStale)
{
    Running running({"run", "--snmp", "ietf"}, "snmp_version = v2c\nsnmp_timeout = 0.2\n");
    running.simulator.kill();
    EXPECT_TRUE(running.becomes_stale());
    EXPECT_TRUE(eventually(
        [&] { return running.value("driver.problem").find("is unreachable") != std::string::npos; }));
    running.simulator.restart();
    EXPECT_TRUE(running.becomes_fresh());
    EXPECT_TRUE(running.becomes("driver.problem", "<none>"));
}

TEST(SnmpUps, GoesStaleWithAMuteAgentAndComesBack)
{
    Running running({"run", "--snmp", "apcc"}, "snmp_version = v2c\nsnmp_timeout = 0.1\n");
    running.simulator.ctl("ups1 fault mute");
    EXPECT_TRUE(running.becomes_stale());
    running.simulator.ctl("ups1 mains off");
    running.simulator.ctl("ups1 fault none");
    EXPECT_TRUE(running.becomes_fresh());
    EXPECT_TRUE(eventually([&] { return running.value("ups.status").find("OB") != std::string::npos; }));
}

TEST(SnmpUps, IsOnlySlowWithASlowAgent)
{
    Running running({"run", "--snmp", "apcc"});
    running.simulator.ctl("ups1 delay 300");
    running.simulator.ctl("ups1 mains off");
    EXPECT_TRUE(eventually([&] { return running.value("ups.status").find("OB") != std::string::npos; }));
    EXPECT_FALSE(running.stale);
}

// Slower than each time limit: the answers come while it is asked again.
TEST(SnmpUps, HearsAnswersThatAreLate)
{
    const Scratch users;
    users.write("users", "op:authPriv:SHA-256:password1:AES:password2\n");
    for (const std::string session :
         {"snmp_version = v2c\n",
          "snmp_version = v3\nsecName = op\nsecLevel = authPriv\nauthProtocol = SHA256\nauthPassword = "
          "password1\nprivProtocol = AES\nprivPassword = password2\n"}) {
        Running running({"run", "--snmp", "ietf", "--users", users.file("users")},
                        session + "snmp_timeout = 0.3\n");
        running.simulator.ctl("ups1 delay 400");
        running.simulator.ctl("ups1 mains off");
        EXPECT_TRUE(eventually([&] { return running.value("ups.status").find("OB") != std::string::npos; }));
        EXPECT_FALSE(running.stale);
    }
}

TEST(SnmpUps, InventsNothingWhenAValueGoesWrong)
{
    Running running({"run", "--snmp", "ietf"}, "snmp_version = v2c\npollfreq = 1\n");
    const std::string charge = "1.3.6.1.2.1.33.1.2.4.0";
    for (const std::string fault : {"missing", "wrongtype"}) {
        running.simulator.ctl("ups1 fault " + fault + " " + charge);
        EXPECT_TRUE(running.becomes_stale()) << fault;
        EXPECT_EQ(running.value("battery.charge"), "100");
        running.simulator.ctl("ups1 fault none");
        EXPECT_TRUE(running.becomes_fresh()) << fault;
    }
}

TEST(SnmpUps, StaysFreshWhenAlarmsComeAndGo)
{
    Running running({"run", "--snmp", "ietf"});
    running.simulator.ctl("ups1 alarm 1.3.6.1.2.1.33.1.6.3.1");
    EXPECT_TRUE(eventually([&] { return running.value("ups.status").find("RB") != std::string::npos; }));
    EXPECT_NE(running.value("ups.alarm"), "<none>");
    running.simulator.ctl("ups1 alarm none");
    EXPECT_TRUE(running.becomes("ups.status", "OL"));
    EXPECT_EQ(running.value("ups.alarm"), "<none>");
}

TEST(SnmpUps, AsksForLessOfAnAgentThatCanDoLess)
{
    Running running({"run", "--snmp", "apcc"}, "snmp_version = v2c\npollfreq = 1\n");
    running.simulator.ctl("ups1 fault toobig 3");
    running.simulator.ctl("ups1 load 55");
    EXPECT_TRUE(running.agrees({"device.uptime", "battery.runtime.elapsed"}));
    EXPECT_EQ(running.seen, running.expected);
}

// The socket is served while the device thread waits.
TEST(SnmpUps, AnswersPingsDuringASlowWalk)
{
    Running running({"run", "--snmp", "epdu"}, "snmp_version = v2c\npollfreq = 1\nsemistaticfreq = 1\n");
    running.simulator.ctl("ups1 delay 250");
    RawClient client(running.site.scratch.file("snmp-ups-u"));
    client.send("NOBROADCAST\n");
    for (int i = 0; i < 20; ++i) {
        client.send("PING\n");
        EXPECT_EQ(client.line(200ms).value_or("<late>"), "PONG");
    }
}

// A walk of a slow agent takes long; the end of the program does not wait for it.
TEST(SnmpUps, EndsDuringASlowWalk)
{
    Running running({"run", "--snmp", "epdu"}, "snmp_version = v2c\npollfreq = 1\nsemistaticfreq = 1\n");
    running.simulator.ctl("ups1 delay 800");
    const auto before = running.simulator.ctl("ups1 counters");
    EXPECT_TRUE(eventually([&] { return running.simulator.ctl("ups1 counters") != before; }));
    running.driver->signal(SIGTERM);
    EXPECT_EQ(running.driver->wait(6s).exit_code, 0);
}

// ---- traps ---------------------------------------------------------------------------------------------

class EachTrap : public testing::TestWithParam<std::string> {};

TEST_P(EachTrap, IsFollowedByAPollAtOnce)
{
    const auto trap_port = std::to_string(free_port());
    const Scratch users;
    users.write("users", kUsers);
    const bool v3 = GetParam().ends_with("3");
    const std::string session =
        v3 ? "snmp_version = v3\nsecName = sha256\nsecLevel = authPriv\nauthProtocol = SHA256\n"
             "authPassword = password1\nprivProtocol = AES\nprivPassword = password2\n"
           : "snmp_version = v2c\n";
    const std::string only = "sha256:authPriv:SHA-256:password1:AES:password2";
    users.write("users", only + "\n");
    Running running({"run", "--snmp", "ietf", "--users", users.file("users"), "--trap-to",
                     "udp:127.0.0.1:" + trap_port, "--trap-version", GetParam()},
                    session + "pollinterval = 600\npollfreq = 600\ntrapport = 127.0.0.1:" + trap_port + "\n");
    running.simulator.ctl("ups1 mains off");
    EXPECT_TRUE(eventually([&] { return running.value("ups.status").find("OB") != std::string::npos; }, 10s));
}

INSTANTIATE_TEST_SUITE_P(Program, EachTrap, testing::Values("1", "2c", "3", "inform2c", "inform3"),
                         [](const auto& one) { return "V" + one.param; });

TEST(SnmpUps, ListensToNobodyElsesTraps)
{
    const auto trap_port = std::to_string(free_port());
    Running running(
        {"run", "--snmp", "ietf", "--trap-to", "udp:127.0.0.1:" + trap_port, "--trap-version", "2c"},
        "snmp_version = v2c\npollinterval = 600\npollfreq = 600\ntrapfrom = 192.0.2.1\ntrapport = 127.0.0.1:"
            + trap_port + "\n");
    running.simulator.ctl("ups1 counters reset");
    running.simulator.ctl("ups1 mains off");
    EXPECT_FALSE(eventually([&] { return running.value("ups.status").find("OB") != std::string::npos; }, 1s));
}

// ---- files of the user's own ---------------------------------------------------------------------------

constexpr std::string_view kOwn = R"(version = "mine MIB 1"
trees = ["1.3.6.1.2.1.33"]
order = 1
values = [{ variable = "battery.charge", oid = "1.3.6.1.2.1.33.1.2.4.0" }]
status = [{ oid = "1.3.6.1.2.1.33.1.4.1.0", words = { 3 = "OL", 5 = "OB" } }]
)";

TEST(SnmpUps, TakesADeviceFileOfTheUsersOwn)
{
    const SnmpSimulator simulator({"run", "--snmp", "ietf"});
    const Site site;
    std::filesystem::create_directories(site.scratch.file("devices/snmp"));
    site.scratch.write("devices/snmp/mine.toml", kOwn);
    site.ups_conf("[u]\ndriver = snmp-ups\nport = " + simulator.address() + "\nmibs = mine\n");
    const auto done = site.finish("snmp-ups", {"-a", "u", "-d", "1"});
    EXPECT_NE(done.out.find("driver.version.data: mine MIB 1\n"), std::string::npos) << done.out << done.err;
    EXPECT_NE(done.out.find("battery.charge: 100\n"), std::string::npos);
    const auto explained = site.finish("snmp-ups", {"-a", "u", "--explain"});
    EXPECT_EQ(explained.exit_code, 0);
    EXPECT_NE(explained.out.find("family      mine (mine MIB 1): it has objects below .1.3.6.1.2.1.33"),
              std::string::npos)
        << explained.out;
}

TEST(SnmpUps, TellsWhereAFileIsWrong)
{
    const SnmpSimulator simulator({"run", "--snmp", "ietf"});
    const Site site;
    std::filesystem::create_directories(site.scratch.file("devices/snmp"));
    site.scratch.write("devices/snmp/mine.toml",
                       std::string(kOwn) + "commands = [{ name = \"load.off\", iod = \"1.3\" }]\n");
    site.ups_conf("[u]\ndriver = snmp-ups\nport = " + simulator.address() + "\nmibs = mine\n");
    const auto done = site.finish("snmp-ups", {"-a", "u", "-F"});
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_NE(done.err.find("devices/snmp/mine.toml:6:"), std::string::npos) << done.err;
}

TEST(SnmpUps, ListsItsFamilies)
{
    const Site site;
    const auto done = site.finish("snmp-ups", {"--list"});
    EXPECT_EQ(done.exit_code, 0);
    const auto asked =
        site.finish("snmp-ups", {"-s", "x", "-u", "root", "-x", "port=127.0.0.1", "-x", "mibs=--list"});
    EXPECT_NE(asked.out.find("ietf"), std::string::npos);
    EXPECT_NE(done.out.find("ietf"), std::string::npos) << done.err;
}

// ---- recorded walks ------------------------------------------------------------------------------------

TEST(SnmpUps, ReadsAReplayedWalk)
{
    Running running({"replay", data("snmp/eatonupsm2_9px.snmprec")});
    EXPECT_EQ(running.value("driver.version.data").substr(0, 4), "XUPS");
    EXPECT_NE(running.value("input.voltage"), "<none>");
}

} // namespace
} // namespace upright
