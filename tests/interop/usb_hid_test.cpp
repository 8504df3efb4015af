// Debian's usbhid-ups on our simulated HID UPSes: what it reads is what the simulator holds for the truth.
// That proves the simulator, whatever our own driver does.
#include "tests/interop/peers.hpp"
#include "tests/support/usb_simulator.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace upright::test {
namespace {

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

struct Profile {
    const char* name;
    // What NUT 2.8.0 does not know or does otherwise than later versions, which the truth follows.
    std::set<std::string> except;
};

std::ostream& operator<<(std::ostream& out, const Profile& profile) { return out << profile.name; }

class UsbHid : public testing::TestWithParam<Profile> {
protected:
    Variables truth() const
    {
        auto all = variables_of(simulator.ctl("ups1 truth"), "=");
        for (const auto& variable : GetParam().except)
            all.erase(variable);
        return all;
    }

    // Of the driver's variables those that the truth has, too; none if the truth changed meanwhile.
    Variables theirs(const Variables& expected)
    {
        const auto dumped =
            run({peers.driver_dir() + "/usbhid-ups", "-s", "u", "-u", "root", "-d", "1", "-x", "port=auto"},
                simulator.environment(peers.environment(scratch)), 60s);
        EXPECT_EQ(dumped.exit_code, 0) << dumped.err << dumped.out;
        Variables common;
        for (const auto& [name, value] : variables_of(dumped.out, ": "))
            if (expected.contains(name))
                common[name] = value;
        return truth() == expected ? common : Variables{};
    }

    void expect_the_truth()
    {
        Variables expected;
        Variables seen;
        const bool steady = eventually([&] { return !(seen = theirs(expected = truth())).empty(); });
        EXPECT_TRUE(steady);
        EXPECT_EQ(seen, expected);
        EXPECT_GE(seen.size(), 10U);
    }

    Peers peers;
    Scratch scratch;
    UsbSimulator simulator{{std::string("hid:") + GetParam().name}};
};

TEST_P(UsbHid, ShowsDebiansDriverTheTruth)
{
    ASSERT_TRUE(simulator.ready()) << simulator.process().err();

    expect_the_truth();
    simulator.ctl("ups1 load 120");
    simulator.ctl("ups1 beeper off");
    expect_the_truth();
}

TEST_P(UsbHid, ShowsThatTheMainsFailed)
{
    ASSERT_TRUE(simulator.ready()) << simulator.process().err();
    simulator.ctl("ups1 load 0");
    simulator.ctl("ups1 battery 15"); // discharges slowly
    simulator.ctl("ups1 mains off");

    const auto dumped =
        run({peers.driver_dir() + "/usbhid-ups", "-s", "u", "-u", "root", "-d", "1", "-x", "port=auto"},
            simulator.environment(peers.environment(scratch)), 60s);
    const auto status = variables_of(dumped.out, ": ")["ups.status"];
    const auto expected = variables_of(simulator.ctl("ups1 truth"), "=")["ups.status"];

    const auto words = [](const std::string& text) {
        std::istringstream in(text);
        return std::set<std::string>{std::istream_iterator<std::string>(in), {}};
    };
    EXPECT_EQ(words(status), words(expected));
    EXPECT_THAT(words(status), testing::Contains("OB"));
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Each, UsbHid, testing::Values(
    Profile{"apc", {}},
    Profile{"eaton", {"device.usb.version"}},
    Profile{"cps", {"battery.status", "input.sensitivity", "ups.firmware", // no rows for them
                    "ups.delay.shutdown", "ups.delay.start",               // 20 and 30 as for others
                    "input.frequency", "ups.realpower.nominal"}},          // not set right
    Profile{"tripplite", {}},
    Profile{"belkin", {}},
    Profile{"delta_ups", {}},
    Profile{"ever", {"battery.type"}}, // it shows the number of the text
    Profile{"idowell", {"battery.voltage", "battery.voltage.nominal"}}, // no rows for them
    Profile{"legrand", {}},
    Profile{"liebert", {"ups.beeper.status", "ups.delay.shutdown", "ups.delay.start", "ups.test.result",
                        "ups.timer.shutdown", "ups.timer.start"}}, // no rows for them
    Profile{"openups", {}},
    Profile{"powercom", {}}),
    [](const auto& one) { return std::string(one.param.name); });
// clang-format on

TEST(UsbHidReplay, ShowsDebiansDriverWhatWasRecorded)
{
    const Peers peers;
    const Scratch scratch;
    const auto dump = [&](const UsbSimulator& simulator) {
        const auto done =
            run({peers.driver_dir() + "/usbhid-ups", "-s", "u", "-u", "root", "-d", "1", "-x", "port=auto"},
                simulator.environment(peers.environment(scratch)), 60s);
        EXPECT_EQ(done.exit_code, 0) << done.err;
        auto all = variables_of(done.out, ": ");
        std::erase_if(all, [](const auto& one) { return one.first.starts_with("driver."); });
        return all;
    };
    std::string recording;
    Variables original;
    { // one at a time: each has the bus for itself
        UsbSimulator simulator({"hid:eaton"});
        ASSERT_TRUE(simulator.ready()) << simulator.process().err();
        recording = simulator.ctl("ups1 record");
        original = dump(simulator);
    }
    recording.erase(recording.rfind("OK\n"));

    UsbSimulator replayed({"replay:" + scratch.write("eaton.rec", recording)});
    ASSERT_TRUE(replayed.ready()) << replayed.process().err();

    EXPECT_EQ(dump(replayed), original);
    EXPECT_GT(original.size(), 50U);
}

// Debian's driver, running.
class UsbHidDriver : public testing::Test {
protected:
    UsbHidDriver()
    {
        EXPECT_TRUE(simulator.ready()) << simulator.process().err();
        scratch.write("ups.conf", "[u]\ndriver = usbhid-ups\nport = auto\npollinterval = 1\n");
        driver = std::make_unique<Process>(
            std::vector<std::string>{peers.driver_dir() + "/usbhid-ups", "-a", "u", "-u", "root", "-F"},
            simulator.environment(peers.environment(scratch)));
        const auto path = scratch.file("usbhid-ups-u");
        EXPECT_TRUE(eventually([&] { return RawClient(path).connected(); })) << driver->err();
        client = std::make_unique<RawClient>(path);
        client->send("DUMPALL\n");
        client->until("DUMPDONE");
    }

    Peers peers;
    Scratch scratch;
    UsbSimulator simulator{{"hid:apc"}};
    std::unique_ptr<Process> driver;
    std::unique_ptr<RawClient> client;
};

TEST_F(UsbHidDriver, HearsOfFailingMains)
{
    simulator.ctl("ups1 mains off");
    EXPECT_THAT(client->until("SETINFO ups.status \"OB").back(),
                testing::StartsWith("SETINFO ups.status \"OB"));
}

TEST_F(UsbHidDriver, FindsADeviceAgainThatWentInTheMiddleOfATransfer)
{
    simulator.ctl("ups1 fault disconnect-mid");
    EXPECT_EQ(client->until("DATASTALE", 30s).back(), "DATASTALE") << driver->err();
    simulator.ctl("ups1 plug");
    EXPECT_EQ(client->until("DATAOK", 30s).back(), "DATAOK") << driver->err();
}

TEST_F(UsbHidDriver, SetsTheStartBeforeTheShutdown)
{
    client->send("INSTCMD shutdown.return\n");

    EXPECT_TRUE(eventually([&] { return simulator.ctl("ups1 writes") == "14 1e 00\n15 14 00\nOK\n"; }))
        << simulator.ctl("ups1 writes");
    EXPECT_THAT(simulator.ctl("ups1 status"), testing::HasSubstr("shutdown: in "));
}

} // namespace
} // namespace upright::test
