// net-snmp's own programs on our simulated SNMP agents: messages, security, refusals, notifications.
#include "tests/interop/peers.hpp"
#include "tests/support/snmp_simulator.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace upright::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kDescription = ".1.3.6.1.2.1.1.1.0";
const std::string kBeeper = ".1.3.6.1.2.1.33.1.9.8.0";
const std::string kName = ".1.3.6.1.2.1.33.1.1.5.0";
using Words = std::vector<std::string>;

const Words kReads{"-v2c", "-c", "public"};
const Words kWrites{"-v2c", "-c", "private"};

class SnmpTools : public testing::Test {
protected:
    void start(Words more = {}, const std::string& profile = "ietf")
    {
        Words words{"run", "--snmp", profile};
        words.insert(words.end(), more.begin(), more.end());
        simulator = std::make_unique<SnmpSimulator>(words);
        ASSERT_TRUE(simulator->ready()) << simulator->process().err();
    }

    std::map<std::string, std::string> environment() const
    {
        auto all = scratch.environment();
        scratch.write("snmp.conf", "mibs :\n");
        all["SNMPCONFPATH"] = all["SNMP_PERSISTENT_DIR"] = scratch.path();
        return all;
    }

    // snmpget and its like; what it printed, or what it complained of.
    std::string tool(const std::string& name, const Words& who, const Words& objects, std::string place = "")
    {
        Words command{"/usr/bin/" + name, "-On", "-t", "2", "-r", "2"};
        command.insert(command.end(), who.begin(), who.end());
        command.push_back(place.empty() ? simulator->place() : std::move(place));
        command.insert(command.end(), objects.begin(), objects.end());
        const auto done = run(command, environment(), 60s);
        return done.exit_code == 0 ? done.out : done.err + done.out;
    }
    static std::size_t lines(const std::string& text)
    {
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }

    Scratch scratch;
    std::unique_ptr<SnmpSimulator> simulator;
};

TEST_F(SnmpTools, WalkTheSameTreeHoweverTheyAsk)
{
    start({}, "xups");
    const std::string below = ".1.3.6.1.4.1.534.1"; // something follows
    const auto walked = tool("snmpwalk", kReads, {below});
    EXPECT_GT(lines(walked), 50U);
    EXPECT_EQ(tool("snmpbulkwalk", kReads, {below}), walked);
    EXPECT_EQ(tool("snmpbulkwalk", {"-v2c", "-c", "public", "-Cr50"}, {below}), walked);
    EXPECT_EQ(tool("snmpwalk", {"-v1", "-c", "public"}, {below}), walked);
}

TEST_F(SnmpTools, SetWhatMayBeSet)
{
    start();
    EXPECT_EQ(tool("snmpset", kWrites, {kBeeper, "i", "3", kName, "s", "new"}),
              kBeeper + " = INTEGER: 3\n" + kName + " = STRING: \"new\"\n");
    EXPECT_EQ(tool("snmpget", kReads, {kName}), kName + " = STRING: \"new\"\n");
    EXPECT_EQ(simulator->ctl("ups1 writes"), kBeeper + " = 3\n" + kName + " = \"new\"\nOK\n");
    EXPECT_EQ(simulator->ctl("ups1 forget writes"), "OK\n");
    EXPECT_EQ(simulator->ctl("ups1 writes"), "OK\n");
}

TEST_F(SnmpTools, AreToldWhyNothingWasSet)
{
    start();
    EXPECT_THAT(tool("snmpset", kReads, {kBeeper, "i", "3"}), HasSubstr("noAccess"));
    EXPECT_THAT(tool("snmpset", kWrites, {kBeeper, "s", "x"}), HasSubstr("wrongType"));
    EXPECT_THAT(tool("snmpset", kWrites, {kBeeper, "i", "9"}), HasSubstr("wrongValue"));
    EXPECT_THAT(tool("snmpset", kWrites, {kDescription, "s", "x"}), HasSubstr("notWritable"));
    EXPECT_THAT(tool("snmpset", kWrites, {".1.3.6.1.2.1.33.1.9.8.1", "i", "1"}), HasSubstr("noCreation"));
    EXPECT_THAT(tool("snmpset", {"-v1", "-c", "private"}, {kBeeper, "i", "9"}), HasSubstr("badValue"));
    EXPECT_THAT(tool("snmpset", {"-v1", "-c", "public"}, {kBeeper, "i", "1"}), HasSubstr("noSuchName"));
    EXPECT_EQ(simulator->ctl("ups1 writes"), "OK\n");
}

TEST_F(SnmpTools, GetNoAnswerWithAWrongCommunity)
{
    start();
    EXPECT_THAT(tool("snmpget", {"-v1", "-c", "wrong", "-t", "0.3", "-r", "0"}, {kDescription}),
                HasSubstr("Timeout"));
    EXPECT_THAT(tool("snmpget", {"-v2c", "-c", "wrong", "-t", "0.3", "-r", "0"}, {kDescription}),
                HasSubstr("Timeout"));
}

TEST_F(SnmpTools, AreUsersOfEachProtocol)
{
    Words options;
    std::string file;
    for (const auto* const protocol : {"MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"})
        for (const auto* const privacy : {"DES", "AES"}) {
            const auto name = std::string(protocol) + privacy;
            file += name + ":authPriv:" + protocol + ":authsecret:" + privacy + ":privsecret\n";
        }
    start({"--users", scratch.write("users", file), "--user", "nobody:noAuthNoPriv", "--user",
           "half:authNoPriv:SHA-512:authsecret"});
    for (const auto* const protocol : {"MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"})
        for (const auto* const privacy : {"DES", "AES"})
            EXPECT_THAT(tool("snmpget",
                             {"-v3", "-l", "authPriv", "-u", std::string(protocol) + privacy, "-a", protocol,
                              "-A", "authsecret", "-x", privacy, "-X", "privsecret"},
                             {kDescription}),
                        StartsWith(kDescription))
                << protocol << privacy;
    EXPECT_THAT(tool("snmpget", {"-v3", "-l", "noAuthNoPriv", "-u", "nobody"}, {kDescription}),
                StartsWith(kDescription));
    const Words half{"-v3", "-l", "authNoPriv", "-u", "half", "-a", "SHA-512", "-A", "authsecret"};
    EXPECT_THAT(tool("snmpset", half, {kBeeper, "i", "1"}), StartsWith(kBeeper));
}

TEST_F(SnmpTools, AreToldThatTheyAreNoUsers)
{
    start({"--user", "op:authPriv:SHA-256:authsecret:AES:privsecret", "--user",
           "half:authNoPriv:SHA-256:authsecret"});
    EXPECT_THAT(tool("snmpget", {"-v3", "-l", "noAuthNoPriv", "-u", "who"}, {kDescription}),
                HasSubstr("Unknown user name"));
    EXPECT_THAT(tool("snmpget",
                     {"-v3", "-l", "authNoPriv", "-u", "half", "-a", "SHA-256", "-A", "wrongsecret"},
                     {kDescription}),
                HasSubstr("Authentication failure"));
    EXPECT_EQ(simulator->ctl("ups1 counters"), "requests: 0\nvariables: 0\nanswers: 0\nOK\n");
    EXPECT_THAT(tool("snmpget", {"-v3", "-l", "noAuthNoPriv", "-u", "op"}, {kDescription}),
                HasSubstr("authorizationError"));
}

TEST_F(SnmpTools, ReachItOverTcpAndIpv6)
{
    const auto tcp = "tcp:127.0.0.1:" + std::to_string(free_port());
    const auto v6 = "udp6:[::1]:" + std::to_string(free_port());
    start({"--listen", "udp:127.0.0.1:0", "--listen", tcp, "--listen", v6});
    for (const auto& place : {tcp, v6, simulator->place()})
        EXPECT_THAT(tool("snmpget", kReads, {kDescription}, place), StartsWith(kDescription)) << place;
}

TEST_F(SnmpTools, SeeFaults)
{
    start();
    simulator->ctl("ups1 fault toobig 1");
    EXPECT_THAT(tool("snmpget", kReads, {kDescription, kName}), HasSubstr("tooBig"));
    simulator->ctl("ups1 fault missing 1.3.6.1.2.1.33.1.1");
    EXPECT_THAT(tool("snmpget", kReads, {kName}), HasSubstr("No Such Instance"));
    EXPECT_THAT(tool("snmpget", {"-v1", "-c", "public"}, {kName}), HasSubstr("noSuchName"));
    simulator->ctl("ups1 fault wrongtype " + kBeeper);
    EXPECT_EQ(tool("snmpget", kReads, {kBeeper}), kBeeper + " = STRING: \"?\"\n");
    simulator->ctl("ups1 fault readonly");
    EXPECT_THAT(tool("snmpset", kWrites, {kBeeper, "i", "1"}), HasSubstr("noAccess"));
    simulator->ctl("ups1 fault none");
    EXPECT_THAT(tool("snmpset", kWrites, {kBeeper, "i", "1"}), StartsWith(kBeeper));

    simulator->ctl("ups1 fault mute");
    EXPECT_THAT(tool("snmpget", {"-v2c", "-c", "public", "-t", "0.3", "-r", "0"}, {kName}),
                HasSubstr("Timeout"));
    simulator->ctl("ups1 fault none");
    simulator->ctl("ups1 delay 20");
    EXPECT_THAT(tool("snmpget", kReads, {kName}), StartsWith(kName));
    EXPECT_THAT(simulator->ctl("ups1 fault sticky"), StartsWith("ERR "));
}

TEST_F(SnmpTools, SeeAFrozenAgent)
{
    start();
    const std::string source = ".1.3.6.1.2.1.33.1.4.1.0";
    simulator->ctl("ups1 fault frozen");
    simulator->ctl("ups1 mains off");
    EXPECT_EQ(tool("snmpget", kReads, {source}), source + " = INTEGER: 3\n");
    simulator->ctl("ups1 fault none");
    EXPECT_EQ(tool("snmpget", kReads, {source}), source + " = INTEGER: 5\n");
}

TEST_F(SnmpTools, AreCounted)
{
    start();
    simulator->ctl("ups1 counters reset");
    tool("snmpget", kReads, {kDescription, kName});
    EXPECT_EQ(simulator->ctl("ups1 counters"), "requests: 1\nvariables: 2\nanswers: 1\nOK\n");
}

TEST_F(SnmpTools, FindItAgainAfterARestart)
{
    const std::string user = "op:authPriv:SHA-256:authsecret:AES:privsecret";
    const Words who{"-v3", "-l",         "authPriv", "-u",  "op", "-a",        "SHA-256",
                    "-A",  "authsecret", "-x",       "AES", "-X", "privsecret"};
    start({"--user", user});
    const auto place = simulator->place();
    const auto engine = simulator->ctl("ups1 engine");
    simulator->process().signal(SIGKILL);
    simulator->process().wait();
    start({"--user", user, "--listen", place});
    EXPECT_EQ(simulator->place(), place);
    EXPECT_THAT(tool("snmpget", who, {kDescription}), StartsWith(kDescription));
}

TEST_F(SnmpTools, ReplayARecording)
{
    const auto file =
        scratch.write("device.snmprec", "1.3.6.1.2.1.1.1.0|4|old device\n1.3.6.1.2.1.1.3.0|67|4711\n"
                                        "1.3.6.1.4.1.99.1.0|2|7\nnonsense\n"
                                        "1.3.6.1.4.1.99.2.0|4x|00ff\n1.3.6.1.4.1.99.3.0|70|5000000000\n"
                                        "1.3.6.1.4.1.99.4.0|64|10.0.0.1\n1.3.6.1.4.1.99.5.0|6|1.3.6.1\n");
    simulator = std::make_unique<SnmpSimulator>(Words{"replay", file});
    ASSERT_TRUE(simulator->ready()) << simulator->process().err();
    EXPECT_THAT(simulator->process().err(), HasSubstr("device.snmprec:4:1: error: want OID|type|value\n"));
    EXPECT_EQ(tool("snmpwalk", kReads, {"."}),
              ".1.3.6.1.2.1.1.1.0 = STRING: \"old device\"\n"
              ".1.3.6.1.2.1.1.3.0 = Timeticks: (4711) 0:00:47.11\n"
              ".1.3.6.1.4.1.99.1.0 = INTEGER: 7\n.1.3.6.1.4.1.99.2.0 = Hex-STRING: 00 FF \n"
              ".1.3.6.1.4.1.99.3.0 = Counter64: 5000000000\n.1.3.6.1.4.1.99.4.0 = IpAddress: 10.0.0.1\n"
              ".1.3.6.1.4.1.99.5.0 = OID: .1.3.6.1\n"
              ".1.3.6.1.4.1.99.5.0 = No more variables left in this MIB View (It is past the end of the MIB "
              "tree)\n");
    tool("snmpset", kWrites, {".1.3.6.1.4.1.99.1.0", "i", "8"});
    EXPECT_EQ(tool("snmpget", kReads, {".1.3.6.1.4.1.99.1.0"}), ".1.3.6.1.4.1.99.1.0 = INTEGER: 8\n");
    EXPECT_THAT(simulator->ctl("ups1 truth"), StartsWith("ERR "));
}

// net-snmp's receiver, told whom it may believe.
class SnmpTraps : public SnmpTools, public testing::WithParamInterface<const char*> {
protected:
    void receive(const std::string& at, const std::string& engine)
    {
        std::string config = "disableAuthorization yes\n";
        const std::string user = "op SHA-256 authsecret AES privsecret\n";
        config += "createUser " + user + "createUser -e " + engine + " " + user;
        auto variables = environment();
        variables["LD_LIBRARY_PATH"] = peers.environment(scratch)["LD_LIBRARY_PATH"];
        receiver = std::make_unique<Process>(Words{peers.program("snmptrapd"), "-f", "-Lo", "-On", "-C", "-c",
                                                   scratch.write("trapd.conf", config), "-m", "", "-F",
                                                   "%V|%w %q %v\\n", at},
                                             variables);
        ASSERT_TRUE(eventually([&] { return receiver->out().find("NET-SNMP version") != std::string::npos; }))
            << receiver->err();
    }

    Peers peers;
    std::unique_ptr<Process> receiver;
};

TEST_P(SnmpTraps, TellOfFailingMains)
{
    const auto at = "udp:127.0.0.1:" + std::to_string(free_port());
    start({"--user", "op:authPriv:SHA-256:authsecret:AES:privsecret", "--trap-to", at, "--trap-version",
           GetParam()},
          "apcc");
    const auto engine = simulator->ctl("ups1 engine");
    receive(at, engine.substr(8, engine.find('\n') - 8));
    const bool v1 = GetParam() == std::string("1");
    const auto heard = [&](const std::string& number) {
        const auto end = v1 ? "6 ." + number + " " : ".1.3.6.1.4.1.318.0." + number + "\n";
        return eventually([&] { return receiver->out().find(end) != std::string::npos; });
    };

    simulator->ctl("ups1 mains off");
    EXPECT_TRUE(heard("5")) << receiver->out() << receiver->err();
    simulator->ctl("ups1 mains on");
    EXPECT_TRUE(heard("9")) << receiver->out() << receiver->err();
}

INSTANTIATE_TEST_SUITE_P(Each, SnmpTraps, testing::Values("1", "2c", "3", "inform2c", "inform3"),
                         [](const auto& one) { return "Version" + std::string(one.param); });

TEST_F(SnmpTools, NeedNobodyToHearOfTraps)
{
    start({"--trap-to", "udp:127.0.0.1:" + std::to_string(free_port()), "--trap-version", "inform2c"});
    simulator->ctl("ups1 mains off");
    EXPECT_THAT(tool("snmpget", kReads, {kDescription}), StartsWith(kDescription));
}

} // namespace
} // namespace upright::test
