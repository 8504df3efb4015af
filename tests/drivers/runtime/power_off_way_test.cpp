#include "drivers/runtime/power_off_way.hpp"

#include <gmock/gmock.h>

namespace upright {
namespace {

std::string way(std::string_view program, std::string_view sdcommands, const State::Commands& announced,
                bool stay_off = false)
{
    const auto commands = parse_sdcommands(sdcommands);
    const auto found = power_off_way({program, commands, stay_off}, announced);
    return found ? *found : found.error().what;
}

TEST(PowerOffWay, IsTheFirstOfTheDriversOwnThatIsAnnounced)
{
    EXPECT_EQ(way("snmp-ups", "", {"load.off", "shutdown.stayoff", "shutdown.reboot"}), "shutdown.reboot");
    EXPECT_EQ(way("snmp-ups", "", {"load.off"}), "load.off");
    EXPECT_EQ(way("usbhid-ups", "", {"load.off", "shutdown.stayoff"}), "shutdown.stayoff");
    EXPECT_EQ(way("nutdrv_qx", "", {"shutdown.return", "shutdown.stayoff"}), "shutdown.return");
    EXPECT_EQ(way("blazer_ser", "", {"shutdown.return", "shutdown.stayoff"}, true), "shutdown.stayoff");
    EXPECT_EQ(way("apcsmart", "", {"load.off"}), "load.off") << "a driver of NUT";
}

TEST(PowerOffWay, IsWhatSdcommandsSayWhereThereAreAny)
{
    EXPECT_EQ(way("nutdrv_qx", "no.such, load.off", {"load.off", "shutdown.return"}), "load.off");
    EXPECT_EQ(way("nutdrv_qx", "no.such,shutdown.default", {"shutdown.return"}), "shutdown.return");
    EXPECT_EQ(way("nutdrv_qx", "no.such", {"shutdown.return"}), "it announces none of no.such");
}

TEST(PowerOffWay, IsNoneWhereThereIsNothingToSwitchOff)
{
    EXPECT_EQ(way("usbhid-ups", "", {"load.off", "shutdown.default"}),
              "it announces none of shutdown.return, shutdown.reboot, load.off.delay, shutdown.stayoff");
    EXPECT_THAT(way("dummy-ups", "load.off", {"load.off"}), testing::StartsWith("dummy-ups simulates"));
}

} // namespace
} // namespace upright
