// Debian's snmp-ups on our simulated SNMP devices: what it reads is what the simulator holds for the truth.
// That proves the simulator, whatever our own driver does.
#include "tests/interop/peers.hpp"
#include "tests/support/snmp_simulator.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace upright::test {
namespace {

using Variables = std::map<std::string, std::string>;

const std::string kUser = "op:authPriv:SHA-256:authsecret:AES:privsecret";

Variables variables_of(const std::string& text, const std::string& between)
{
    Variables found;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (const auto at = line.find(between); at != line.npos)
            found[line.substr(0, at)] = line.substr(at + between.size());
    return found;
}

// Debian's driver is not to look into /etc/snmp, nor for MIB files.
std::map<std::string, std::string> environment(const Peers& peers, const Scratch& scratch)
{
    scratch.write("snmp.conf", "mibs :\n");
    auto all = peers.environment(scratch);
    all["SNMPCONFPATH"] = all["SNMP_PERSISTENT_DIR"] = scratch.path();
    return all;
}

struct Profile {
    const char* name;
    std::vector<std::string> options = {};
    // What NUT 2.8.0 does not know or does otherwise than later versions, which the truth follows.
    std::set<std::string> except = {};
    // It takes noSuchInstance for something that is there, and so counts outlets of a chain without end.
    bool endless = false;
};

std::ostream& operator<<(std::ostream& out, const Profile& profile) { return out << profile.name; }

std::vector<std::string> run_words(const Profile& profile)
{
    std::vector<std::string> words{"run", "--snmp", profile.name, "--user", kUser};
    words.insert(words.end(), profile.options.begin(), profile.options.end());
    return words;
}

class SnmpUps : public testing::TestWithParam<Profile> {
protected:
    Variables truth() const
    {
        auto all = variables_of(simulator.ctl("ups1 truth"), "=");
        for (const auto& variable : GetParam().except)
            all.erase(variable);
        return all;
    }

    // Of the driver's variables those that the truth has, too; none if the truth changed meanwhile.
    Variables theirs(const Variables& expected, const std::vector<std::string>& settings)
    {
        std::vector<std::string> command{
            peers.driver_dir() + "/snmp-ups",    "-s", "u", "-u", "root", "-d", "1", "-x",
            "port=127.0.0.1:" + simulator.port()};
        for (const auto& setting : settings)
            command.insert(command.end(), {"-x", setting});
        const auto dumped = run(command, environment(peers, scratch), 60s);
        EXPECT_EQ(dumped.exit_code, 0) << dumped.err << dumped.out;
        Variables common;
        for (const auto& [name, value] : variables_of(dumped.out, ": "))
            if (expected.contains(name))
                common[name] = value;
        return truth() == expected ? common : Variables{};
    }

    void expect_the_truth(const std::vector<std::string>& settings = {})
    {
        Variables expected;
        Variables seen;
        const bool steady =
            eventually([&] { return !(seen = theirs(expected = truth(), settings)).empty(); });
        EXPECT_TRUE(steady);
        for (const auto& [variable, value] : seen)
            EXPECT_EQ(value, expected[variable]) << variable;
        EXPECT_GE(seen.size(), 20U);
    }

    Peers peers;
    Scratch scratch;
    SnmpSimulator simulator{run_words(GetParam())};
};

TEST_P(SnmpUps, ShowsDebiansDriverTheTruth)
{
    ASSERT_TRUE(simulator.ready()) << simulator.process().err();

    expect_the_truth();
    simulator.ctl("ups1 load 90");
    simulator.ctl("ups1 beeper off");
    expect_the_truth();
}

TEST_P(SnmpUps, ShowsAllOfTheTruthOverVersion2cAnd3)
{
    ASSERT_TRUE(simulator.ready()) << simulator.process().err();
    if (GetParam().endless)
        return;

    expect_the_truth({"snmp_version=v2c"});
    expect_the_truth({"snmp_version=v3", "secLevel=authPriv", "secName=op", "authProtocol=SHA256",
                      "authPassword=authsecret", "privProtocol=AES", "privPassword=privsecret"});
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Each, SnmpUps, testing::Values(
    Profile{"ietf"},
    Profile{"ietf3"},
    Profile{"apcc", {}, {"ups.delay.shutdown", "ups.delay.start"}}, // it makes them three times as long
    Profile{"xups", {}, {"ambient.1.temperature"}}, // it loses the tenths
    Profile{"cyberpower", {}, {"ups.status"}}, // its table of statuses begins with the end mark
    Profile{"epdu", {"--outlets", "6"}, {"ambient.1.temperature"}},
    Profile{"epdu", {"--outlets", "3", "--units", "2"}, {"device.model"}, true}, // "daisychain pdu (1+1)"
    Profile{"apc_pdu", {"--outlets", "8"}, {"device.description"}}), // sysName
    [](const auto& one) { return one.param.name + std::string(one.param.options.size() > 2 ? "_chain" : ""); });
// clang-format on

// Debian's driver, running.
class SnmpUpsDriver : public testing::Test {
protected:
    void start(const std::string& profile)
    {
        simulator = std::make_unique<SnmpSimulator>(
            std::vector<std::string>{"run", "--snmp", profile, "--outlets", "4"});
        ASSERT_TRUE(simulator->ready()) << simulator->process().err();
        scratch.write("ups.conf", "[u]\ndriver = snmp-ups\nport = 127.0.0.1:" + simulator->port()
                                      + "\ncommunity = private\npollfreq = 1\npollinterval = 1\n");
        driver = std::make_unique<Process>(
            std::vector<std::string>{peers.driver_dir() + "/snmp-ups", "-a", "u", "-u", "root", "-F"},
            environment(peers, scratch));
        const auto path = scratch.file("snmp-ups-u");
        EXPECT_TRUE(eventually([&] { return RawClient(path).connected(); })) << driver->err();
        client = std::make_unique<RawClient>(path);
        client->send("DUMPALL\n");
        client->until("DUMPDONE");
    }

    Peers peers;
    Scratch scratch;
    std::unique_ptr<SnmpSimulator> simulator;
    std::unique_ptr<Process> driver;
    std::unique_ptr<RawClient> client;
};

TEST_F(SnmpUpsDriver, HearsOfFailingMains)
{
    start("ietf");
    simulator->ctl("ups1 mains off");
    EXPECT_THAT(client->until("SETINFO ups.status \"OB", 30s).back(),
                testing::StartsWith("SETINFO ups.status \"OB"));
}

TEST_F(SnmpUpsDriver, SwitchesAnOutlet)
{
    start("epdu");
    client->send("INSTCMD outlet.2.load.off\n");
    EXPECT_EQ(client->until("SETINFO outlet.2.status", 30s).back(), "SETINFO outlet.2.status \"off\"");
    EXPECT_EQ(simulator->ctl("ups1 writes"), ".1.3.6.1.4.1.534.6.6.7.6.6.1.3.0.2 = 0\nOK\n");
}

TEST_F(SnmpUpsDriver, GoesStaleWhileTheAgentIsMute)
{
    start("ietf");
    simulator->ctl("ups1 fault mute");
    EXPECT_EQ(client->until("DATASTALE", 60s).back(), "DATASTALE") << driver->err();
}

} // namespace
} // namespace upright::test
