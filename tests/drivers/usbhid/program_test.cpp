// usbhid-ups, through the real libusb, against simulated UPSes: what it publishes is what they hold for the
// truth, and what it is told reaches them.
#include "tests/e2e/site.hpp"
#include "tests/support/usb_simulator.hpp"

#include <gmock/gmock.h>

namespace upright::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Variables = std::map<std::string, std::string>;

Variables variables_of(const std::string& text, const std::string& between)
{
    Variables found;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (const auto at = line.find(between); at != line.npos)
            found[line.substr(0, at)] = line.substr(at + between.size());
    return found;
}

// One of ours, running, and a client at its socket.
class Running {
public:
    explicit Running(const std::vector<std::string>& devices, const std::string& more = "")
        : simulator(devices)
    {
        EXPECT_TRUE(simulator.ready()) << simulator.process().err();
        site.ups_conf("[u]\ndriver = usbhid-ups\nport = auto\n" + more);
        driver = std::make_unique<Process>(site.command("usbhid-ups", {"-a", "u", "-F"}),
                                           simulator.environment(site.scratch.environment()));
        const auto path = site.scratch.file("usbhid-ups-u");
        EXPECT_TRUE(eventually([&] { return RawClient(path).connected(); })) << driver->err();
        client = std::make_unique<RawClient>(path);
        client->send("DUMPALL\n");
        client->until("DUMPDONE");
    }

    // The truth changes from second to second; this is what the driver publishes of it when both agree.
    bool agrees(const std::set<std::string>& except = {})
    {
        return eventually([&] {
            expected = variables_of(simulator.ctl("ups1 truth"), "=");
            for (const auto& name : except)
                expected.erase(name);
            Variables all;
            RawClient asker(site.scratch.file("usbhid-ups-u"));
            asker.send("DUMPALL\n");
            for (const auto& line : asker.until("DUMPDONE"))
                if (line.starts_with("SETINFO "))
                    if (const auto blank = line.find(' ', 8); blank != line.npos)
                        all[line.substr(8, blank - 8)] = line.substr(blank + 2, line.size() - blank - 3);
            seen.clear();
            for (const auto& [name, value] : expected)
                if (all.contains(name))
                    seen[name] = all[name];
            return seen == expected;
        });
    }
    std::string writes() { return simulator.ctl("ups1 writes"); }

    const Site site;
    UsbSimulator simulator;
    std::unique_ptr<Process> driver;
    std::unique_ptr<RawClient> client;
    Variables expected;
    Variables seen;
};

class EachProfile : public testing::TestWithParam<const char*> {};

TEST_P(EachProfile, IsPublishedAsItIs)
{
    Running running({std::string("hid:") + GetParam()}, "pollfreq = 1\n");
    EXPECT_TRUE(running.agrees());
    EXPECT_EQ(running.seen, running.expected);
    EXPECT_GT(running.expected.size(), 8U);
    running.simulator.ctl("ups1 load 120");
    EXPECT_TRUE(running.agrees());
    EXPECT_EQ(running.seen, running.expected);
}

TEST_P(EachProfile, TellsOfMainsThatFailAndReturn)
{
    Running running({std::string("hid:") + GetParam()}, "pollfreq = 1\n");
    running.simulator.ctl("ups1 load 1"); // discharges slowly
    running.simulator.ctl("ups1 mains off");
    EXPECT_THAT(running.client->until("SETINFO ups.status \"OB").back(),
                StartsWith("SETINFO ups.status \"OB"));
    EXPECT_TRUE(running.agrees());
    EXPECT_EQ(running.seen, running.expected);
    running.simulator.ctl("ups1 mains on");
    EXPECT_THAT(running.client->until("SETINFO ups.status \"OL").back(),
                StartsWith("SETINFO ups.status \"OL"));
}

INSTANTIATE_TEST_SUITE_P(Profiles, EachProfile,
                         testing::Values("apc", "eaton", "cps", "tripplite", "generic", "noid", "belkin",
                                         "liebert", "powercom", "arduino", "delta_ups", "ecoflow", "ever",
                                         "idowell", "legrand", "openups", "powervar", "salicru"),
                         [](const auto& one) { return std::string(one.param); });

struct Order {
    const char* profile;
    const char* command;
    const char* writes; // id and bytes of each report, in hex, in order
};

std::ostream& operator<<(std::ostream& out, const Order& order)
{
    return out << order.profile << " " << order.command;
}

class EachOrder : public testing::TestWithParam<Order> {};

TEST_P(EachOrder, ReachesTheUpsInItsOwnBytes)
{
    Running running({std::string("hid:") + GetParam().profile});
    running.client->send(std::string(GetParam().command) + "\n");
    const auto expected = std::string(GetParam().writes) + "OK\n";
    EXPECT_TRUE(eventually([&] { return running.writes() == expected; })) << running.writes();
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Orders, EachOrder, testing::Values(
    Order{"apc", "INSTCMD shutdown.return", "14 1e 00\n15 14 00\n"}),
    [](const auto& one) { return std::string(one.param.profile) + std::to_string(one.index); });
// clang-format on

TEST(UsbHidProgram, FindsAnyUpsOfTheClass)
{
    Running running({"hid:generic"});
    EXPECT_TRUE(running.agrees());
    EXPECT_EQ(running.expected.at("ups.vendorid"), "1209");
}

} // namespace
} // namespace upright::test
