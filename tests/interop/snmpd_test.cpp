// snmp-ups on Debian's snmpd, which holds a UPS by RFC 1628 as its configuration gives it: values, settings
// and commands over each version of SNMP.
#include "tests/e2e/site.hpp"
#include "tests/interop/peers.hpp"

#include <gmock/gmock.h>

#include <csignal>

namespace upright::test {
namespace {

// An object, its type and value for snmpd's `override`; those that may be written.
struct Row {
    const char* oid; // below the UPS-MIB
    const char* type;
    const char* value;
    bool writable = false;
};

const std::vector<Row> kUps{
    {"1.1.0", "octet_str", "Acme"},
    {"1.2.0", "octet_str", "Rack 3000"},
    {"1.5.0", "octet_str", "rack 7", true},
    {"2.1.0", "integer", "2"},
    {"2.2.0", "integer", "0"},
    {"2.3.0", "integer", "42"},
    {"2.4.0", "integer", "97"},
    {"2.5.0", "integer", "545"},
    {"3.2.0", "integer", "1"},
    {"3.3.1.2.1", "integer", "499"},
    {"3.3.1.3.1", "integer", "231"},
    {"4.1.0", "integer", "3", true}, // so that the test can fail the mains
    {"4.2.0", "integer", "500"},
    {"4.3.0", "integer", "1"},
    {"4.4.1.2.1", "integer", "229"},
    {"4.4.1.5.1", "integer", "35"},
    {"6.1.0", "uinteger", "0"},
    {"8.1.0", "integer", "2", true},
    {"8.2.0", "integer", "-1", true},
    {"8.3.0", "integer", "-1", true},
    {"8.4.0", "integer", "-1", true},
    {"8.5.0", "integer", "1", true},
    {"9.8.0", "integer", "2", true},
};

std::string configuration(int port)
{
    std::string text =
        fmt::format("agentAddress udp:127.0.0.1:{}\nsysObjectID .1.3.6.1.2.1.33\nsysDescr A UPS\n"
                    "rocommunity public\nrwcommunity private\n"
                    "createUser op SHA-256 authsecret AES privsecret\nrwuser op priv\n",
                    port);
    for (const auto& row : kUps) {
        const bool quoted = std::string_view(row.type) == "octet_str";
        text += fmt::format("override {}.1.3.6.1.2.1.33.1.{} {} {}{}{}\n", row.writable ? "-rw " : "",
                            row.oid, row.type, quoted ? "\"" : "", row.value, quoted ? "\"" : "");
    }
    return text;
}

class Snmpd {
public:
    Snmpd()
    {
        scratch_.write("snmpd.conf", configuration(port));
        auto environment = peers_.environment(scratch_);
        environment["SNMP_PERSISTENT_DIR"] = scratch_.path();
        environment["MIBS"] = "";
        process_ = std::make_unique<Process>(std::vector<std::string>{peers_.file("usr/sbin/snmpd"), "-f",
                                                                      "-C", "-c", scratch_.file("snmpd.conf"),
                                                                      "-Lf", scratch_.file("log"), "-r"},
                                             environment);
        up = eventually([this] { return get("4.1.0") == "3"; });
        if (!up)
            ADD_FAILURE() << scratch_.read("log") << process_->err();
    }

    // An object of the UPS, as net-snmp's own program sees it.
    std::string get(const std::string& oid) const
    {
        const auto done = tool("snmpget", {"-Oqv", "-Ir", address(), ".1.3.6.1.2.1.33.1." + oid});
        return done.out.substr(0, done.out.find('\n'));
    }
    void set(const std::string& oid, const std::string& value) const
    {
        const auto done = tool("snmpset", {address(), ".1.3.6.1.2.1.33.1." + oid, "i", value});
        EXPECT_EQ(done.exit_code, 0) << done.err;
    }
    std::string address() const { return fmt::format("127.0.0.1:{}", port); }
    void stop() const { process_->signal(SIGSTOP); }
    void go_on() const { process_->signal(SIGCONT); }

    const int port = free_port();
    bool up = false;

private:
    Finished tool(const std::string& name, const std::vector<std::string>& more) const
    {
        std::vector<std::string> command{"/usr/bin/" + name, "-v2c", "-c", "private", "-t", "1", "-r", "1"};
        command.insert(command.end(), more.begin(), more.end());
        auto environment = scratch_.environment();
        environment["SNMPCONFPATH"] = environment["SNMP_PERSISTENT_DIR"] = scratch_.path();
        environment["MIBS"] = "";
        return run(command, environment);
    }

    Peers peers_;
    Scratch scratch_;
    std::unique_ptr<Process> process_;
};

struct Version {
    std::string name;
    std::string options;
};

class RealSnmpd : public testing::TestWithParam<Version> {};

TEST_P(RealSnmpd, IsReadAndObeys)
{
    const Snmpd snmpd;
    ASSERT_TRUE(snmpd.up);
    const Site site;
    site.ups_conf("[u]\ndriver = snmp-ups\nport = " + snmpd.address() + "\npollfreq = 1\n"
                  + GetParam().options);
    site.scratch.write("upsd.users", "[admin]\npassword = secret\nactions = SET\ninstcmds = ALL\n");
    const auto driver = site.driver("u", "snmp-ups");
    const auto upsd = site.upsd();
    for (const auto& [name, value] :
         std::vector<std::pair<std::string, std::string>>{{"ups.mfr", "Acme"},
                                                          {"ups.model", "Rack 3000"},
                                                          {"ups.status", "OL"},
                                                          {"battery.charge", "97"},
                                                          {"battery.runtime", "2520"},
                                                          {"battery.voltage", "54.50"},
                                                          {"input.voltage", "231"},
                                                          {"input.frequency", "49.90"},
                                                          {"output.voltage", "229"},
                                                          {"ups.load", "35"}})
        EXPECT_TRUE(site.answers("GET VAR u " + name, fmt::format("VAR u {} \"{}\"", name, value)))
            << site.ask("GET VAR u " + name);
    const std::vector<std::string> admin{"-u", "admin", "-p", "secret", "-w"};
    const auto at = "u" + site.at();
    auto arguments = admin;
    arguments.insert(arguments.begin(), {"-s", "ups.id=rack 12"});
    arguments.push_back(at);
    const auto written = site.finish("upsrw", arguments);
    EXPECT_EQ(written.exit_code, 0) << written.err;
    EXPECT_EQ(snmpd.get("1.5.0"), "\"rack 12\"");
    arguments = admin;
    arguments.insert(arguments.end(), {at, "beeper.disable"});
    const auto muted = site.finish("upscmd", arguments);
    EXPECT_EQ(muted.exit_code, 0) << muted.err;
    EXPECT_EQ(snmpd.get("9.8.0"), "1");
    arguments.back() = "shutdown.return";
    EXPECT_EQ(site.finish("upscmd", arguments).exit_code, 0);
    EXPECT_EQ(snmpd.get("8.2.0"), "20");
    EXPECT_EQ(snmpd.get("8.3.0"), "30");
    snmpd.set("4.1.0", "5");
    EXPECT_TRUE(site.has_status("u", "OB"));
    snmpd.stop();
    EXPECT_TRUE(site.answers("GET VAR u ups.status", "ERR DATA-STALE", 30s));
    snmpd.go_on();
    EXPECT_TRUE(site.answers("GET VAR u battery.charge", "VAR u battery.charge \"97\"", 30s));
}

INSTANTIATE_TEST_SUITE_P(
    Each, RealSnmpd,
    testing::Values(Version{"V1", "community = private\n"},
                    Version{"V2c", "community = private\nsnmp_version = v2c\n"},
                    Version{"V3",
                            "snmp_version = v3\nsecName = op\nsecLevel = authPriv\nauthProtocol = SHA256\n"
                            "authPassword = authsecret\nprivProtocol = AES\nprivPassword = privsecret\n"}),
    [](const auto& one) { return one.param.name; });

TEST(Snmpd, TellsWhatIsWrongWithAnOrder)
{
    const Snmpd snmpd;
    ASSERT_TRUE(snmpd.up);
    const Site site;
    site.ups_conf("[u]\ndriver = snmp-ups\nport = " + snmpd.address()
                  + "\ncommunity = public\nsnmp_version = v2c\n");
    const auto driver = site.driver("u", "snmp-ups");
    RawClient client(site.scratch.file("snmp-ups-u"));
    client.send("NOBROADCAST\nINSTCMD beeper.disable TRACKING 7\n");
    EXPECT_EQ(hears(client, "TRACKING"), "TRACKING 7 3") << "a community that may only read";
    EXPECT_EQ(snmpd.get("9.8.0"), "2");
}

} // namespace
} // namespace upright::test
