// Debian's nutdrv_qx and ours on the same simulated USB devices: both see the same UPS.
#include "tests/interop/peers.hpp"
#include "tests/support/usb_simulator.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace upright::test {
namespace {

using Variables = std::map<std::string, std::string>;

// What the device says: not what a driver says of itself.
Variables variables_of(const std::string& dump)
{
    // Measured: never the same twice.
    static constexpr std::array<std::string_view, 5> kMoving{
        "battery.charge", "battery.voltage", "input.voltage", "output.voltage", "ups.temperature"};
    Variables found;
    std::istringstream lines(dump);
    for (std::string line; std::getline(lines, line);) {
        const auto colon = line.find(": ");
        const auto name = line.substr(0, colon);
        if (colon == line.npos || name.find(' ') != name.npos)
            continue;
        const bool moving = std::find(kMoving.begin(), kMoving.end(), name) != kMoving.end();
        if (name.starts_with("battery.runtime")) // ours says what is usual
            continue;
        if (!name.starts_with("driver.") || name == "driver.version.usb")
            found[name] = moving ? "?" : line.substr(colon + 2);
    }
    return found;
}

struct Bridge {
    const char* name;
    std::vector<std::string> options; // for drivers that don't know it by its ids
};

std::ostream& operator<<(std::ostream& out, const Bridge& bridge) { return out << bridge.name; }

class UsbBridges : public testing::TestWithParam<Bridge> {
protected:
    std::string dump(const std::string& program, std::map<std::string, std::string> environment) const
    {
        std::vector<std::string> words{program, "-s", "u", "-u", "root", "-d", "1"};
        for (const auto* const option : {"port=auto", "protocol=megatec"})
            words.insert(words.end(), {"-x", option});
        for (const auto& option : GetParam().options)
            words.insert(words.end(), {"-x", option});
        const auto done = run(words, simulator.environment(std::move(environment)), 60s);
        EXPECT_EQ(done.exit_code, 0) << done.err << done.out;
        return done.out;
    }

    Peers peers;
    Scratch scratch;
    UsbSimulator simulator{{GetParam().name}};
};

TEST_P(UsbBridges, ShowBothDriversTheSameUps)
{
    ASSERT_TRUE(simulator.ready()) << simulator.process().err();
    simulator.ctl("ups1 mains off");

    const auto theirs = variables_of(dump(peers.driver_dir() + "/nutdrv_qx", peers.environment(scratch)));
    const auto ours = variables_of(dump(program("nutdrv_qx"), scratch.environment()));

    EXPECT_EQ(ours, theirs);
    EXPECT_GT(theirs.size(), 15U);
    EXPECT_THAT(theirs.at("ups.status"), testing::HasSubstr("OB"));
}

const std::vector<std::string> kSnr{"subdriver=snr", "vendorid=0001", "productid=0000", "langid_fix=0x409"};

// The bridges that nutdrv_qx 2.8.0 has.
INSTANTIATE_TEST_SUITE_P(Each, UsbBridges,
                         testing::Values(Bridge{"cypress", {}}, Bridge{"phoenix", {}},
                                         Bridge{"phoenixtec", {}}, Bridge{"ippon", {}}, Bridge{"krauler", {}},
                                         Bridge{"fabula", {}}, Bridge{"hunnox", {}}, Bridge{"snr", kSnr},
                                         Bridge{"fuji", {}}, Bridge{"sgs", {}}, Bridge{"ablerex", {}},
                                         Bridge{"armac", {}}),
                         [](const auto& one) { return std::string(one.param.name); });

} // namespace
} // namespace upright::test
