// nutdrv_qx over each bridge, through the real libusb, against simulated USB devices.
#include "tests/e2e/site.hpp"
#include "tests/support/usb_simulator.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace upright::test {
namespace {

using testing::StartsWith;

struct Bridge {
    const char* name;
    const char* ids;     // published
    const char* options; // words for ups.conf, if the ids don't tell the bridge
    bool can_shut_down = true;
};

std::ostream& operator<<(std::ostream& out, const Bridge& bridge) { return out << bridge.name; }

// clang-format off
constexpr std::array kBridges{
    Bridge{"cypress",    "0665:5161", ""},
    Bridge{"phoenix",    "06da:0601", ""},
    Bridge{"phoenixtec", "06da:0002", ""},
    Bridge{"ippon",      "06da:0003", ""},
    Bridge{"krauler",    "0001:0000", "", false},
    Bridge{"fabula",     "0001:0000", ""},
    Bridge{"hunnox",     "0001:0000", ""},
    Bridge{"snr",        "0001:0000", "subdriver = snr\nvendorid = 0001\nproductid = 0000\n", false},
    Bridge{"fuji",       "0001:0000", ""},
    Bridge{"sgs",        "0483:0035", ""},
    Bridge{"ablerex",    "ffff:0000", ""},
    Bridge{"armac",      "0925:1234", ""},
    Bridge{"omron",      "0590:00b7", ""},
    Bridge{"gtec",       "0665:5161", "subdriver = gtec\nvendorid = 0665\nproductid = 5161\n"},
};
// clang-format on

std::string value_in(const std::string& dump, const std::string& name)
{
    const auto all = "\n" + dump;
    const auto at = all.find("\n" + name + ": ");
    if (at == all.npos)
        return "<none>";
    const auto from = at + name.size() + 3;
    return all.substr(from, all.find('\n', from) - from);
}

class EachBridge : public testing::TestWithParam<Bridge> {};

TEST_P(EachBridge, CarriesWhatTheUpsSays)
{
    const Site site;
    UsbSimulator simulator({GetParam().name});
    ASSERT_TRUE(simulator.ready()) << simulator.process().err();
    site.ups_conf(std::string("[u]\ndriver = nutdrv_qx\nport = auto\nprotocol = megatec\n")
                  + GetParam().options);
    simulator.ctl("ups1 load 47");

    const auto dump = run(site.command("nutdrv_qx", {"-a", "u", "-d", "1"}),
                          simulator.environment(site.scratch.environment()), 60s);

    EXPECT_EQ(dump.exit_code, 0) << dump.err;
    EXPECT_EQ(value_in(dump.out, "ups.load"), "47") << dump.out << dump.err;
    EXPECT_EQ(value_in(dump.out, "ups.status"), "OL");
    EXPECT_EQ(value_in(dump.out, "device.mfr"), "UPRIGHT");
    EXPECT_EQ(value_in(dump.out, "input.voltage.nominal"), "230");
    EXPECT_EQ(value_in(dump.out, "ups.vendorid") + ":" + value_in(dump.out, "ups.productid"), GetParam().ids);
}

TEST_P(EachBridge, TellsOfTheMainsThatFail)
{
    const Site site;
    UsbSimulator simulator({GetParam().name});
    ASSERT_TRUE(simulator.ready()) << simulator.process().err();
    site.ups_conf(std::string("[u]\ndriver = nutdrv_qx\nport = auto\nprotocol = megatec\n")
                  + GetParam().options);
    Process driver(site.command("nutdrv_qx", {"-a", "u", "-F"}),
                   simulator.environment(site.scratch.environment()));
    const auto path = site.scratch.file("nutdrv_qx-u");
    ASSERT_TRUE(eventually([&] { return RawClient(path).connected(); })) << driver.err();
    RawClient client(path);
    client.send("DUMPALL\n");
    EXPECT_THAT(hears(client, "SETINFO ups.status"), StartsWith("SETINFO ups.status \"OL"));

    simulator.ctl("ups1 mains off");

    EXPECT_THAT(hears(client, "SETINFO ups.status"), StartsWith("SETINFO ups.status \"OB"));
}

// Two of them have no way to say it: then it must not look as if it had been done.
TEST_P(EachBridge, CarriesTheShutdown)
{
    const Site site;
    UsbSimulator simulator({GetParam().name});
    ASSERT_TRUE(simulator.ready()) << simulator.process().err();
    site.ups_conf(std::string("[u]\ndriver = nutdrv_qx\nport = auto\nprotocol = megatec\n")
                  + GetParam().options);

    const auto killed = run(site.command("nutdrv_qx", {"-a", "u", "-k"}),
                            simulator.environment(site.scratch.environment()), 60s);

    EXPECT_EQ(killed.exit_code, GetParam().can_shut_down ? EXIT_SUCCESS : EXIT_FAILURE) << killed.err;
    EXPECT_EQ(value_in(simulator.ctl("ups1 status"), "shutdown").starts_with("in "),
              GetParam().can_shut_down);
}

INSTANTIATE_TEST_SUITE_P(Bridges, EachBridge, testing::ValuesIn(kBridges),
                         [](const auto& one) { return std::string(one.param.name); });

struct Pair {
    const char* bridge;
    const char* dialect;
    const char* version; // begins so
};

std::ostream& operator<<(std::ostream& out, const Pair& pair)
{
    return out << pair.dialect << " over " << pair.bridge;
}

class EachDialect : public testing::TestWithParam<Pair> {};

TEST_P(EachDialect, IsFoundBehindItsBridge)
{
    const Site site;
    UsbSimulator simulator({GetParam().bridge}, GetParam().dialect);
    ASSERT_TRUE(simulator.ready()) << simulator.process().err();
    site.ups_conf("[u]\ndriver = nutdrv_qx\nport = auto\n");
    simulator.ctl("ups1 load 47");

    const auto dump = run(site.command("nutdrv_qx", {"-a", "u", "-d", "1"}),
                          simulator.environment(site.scratch.environment()), 60s);

    EXPECT_EQ(dump.exit_code, 0) << dump.err;
    EXPECT_THAT(value_in(dump.out, "driver.version.data"), StartsWith(GetParam().version));
    EXPECT_EQ(value_in(dump.out, "ups.load"), "47");
    EXPECT_EQ(value_in(dump.out, "ups.status"), "OL");
}

// Checksums, binary answers, answers of known length; one that only its bridge tells; one after commands that
// its bridge does not answer.
INSTANTIATE_TEST_SUITE_P(
    Dialects, EachDialect,
    testing::Values(Pair{"cypress", "megatec", "Megatec "}, Pair{"cypress", "voltronic", "Voltronic "},
                    Pair{"cypress", "voltronic-axpert", "Voltronic Axpert "},
                    Pair{"cypress", "voltronic-qs-hex", "Voltronic-QS-Hex "},
                    Pair{"cypress", "gtec", "Gtec "}, Pair{"cypress", "ablerex", "Ablerex "},
                    Pair{"krauler", "megatec", "Megatec "}, Pair{"omron", "omron", "Omron "},
                    Pair{"phoenixtec", "masterguard", "Masterguard "}),
    [](const auto& one) {
        auto name = std::string(one.param.bridge) + "_" + one.param.dialect;
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

} // namespace
} // namespace upright::test
