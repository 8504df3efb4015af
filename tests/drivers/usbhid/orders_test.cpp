// What usbhid-ups is told reaches each simulated UPS in its own bytes: ids and places are those of the tables
// in drivers/upsim/hid, numbers have their low byte first. And the UPS does it.
#include "tests/drivers/usbhid/orders.hpp"
#include "tests/drivers/usbhid/running.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace upright::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

class EachUps : public testing::TestWithParam<Orders> {};

// Commands and settings of the device that no order has in it; what all drivers have aside.
std::set<std::string> untold(Running& running, const std::vector<Order>& orders)
{
    std::set<std::string> names;
    running.client->send("DUMPALL\n");
    for (const auto& line : running.client->until("DUMPDONE")) {
        std::istringstream words(line);
        std::string keyword;
        std::string name;
        std::string flag;
        words >> keyword >> name >> flag;
        if (!name.starts_with("driver.") && name != "shutdown.default"
            && (keyword == "ADDCMD" || (keyword == "SETFLAGS" && flag == "RW")))
            names.insert(name);
    }
    std::erase_if(names, [&](const auto& name) {
        return std::any_of(orders.begin(), orders.end(), [&](const Order& order) {
            const std::string lines(order.lines);
            return lines.find(" " + name + "\n") != lines.npos || lines.find(" " + name + " ") != lines.npos;
        });
    });
    return names;
}

TEST_P(EachUps, GetsWhatIsMeantInItsOwnBytes)
{
    Running running({std::string("hid:") + GetParam().profile});
    for (const auto& order : GetParam().orders) {
        running.simulator.ctl("ups1 forget writes");
        running.client->send(order.lines);
        const testing::Matcher<std::string> expected = MatchesRegex(std::string(order.writes) + "OK\n");
        EXPECT_TRUE(eventually([&] { return expected.Matches(running.writes()); }))
            << order.lines << running.writes();
        const auto said = [&] {
            return running.simulator.ctl("ups1 status") + running.simulator.ctl("ups1 truth");
        };
        EXPECT_TRUE(eventually([&] { return said().find(order.effect) != std::string::npos; }))
            << order.lines << order.effect << "\n"
            << said();
    }
    EXPECT_THAT(untold(running, GetParam().orders), IsEmpty()) << "not tried";
}

INSTANTIATE_TEST_SUITE_P(Orders, EachUps, testing::ValuesIn(orders()),
                         [](const auto& one) { return std::string(one.param.profile); });

struct PowerOff {
    const char* profile;
    const char* writes; // nothing: it can't
};

std::ostream& operator<<(std::ostream& out, const PowerOff& one) { return out << one.profile; }

class EachPowerOff : public testing::TestWithParam<PowerOff> {};

// -k without a running driver, as at the end of a shutdown.
TEST_P(EachPowerOff, SwitchesOffAndComesBack)
{
    UsbSimulator simulator({std::string("hid:") + GetParam().profile});
    const Site site;
    site.ups_conf("[u]\ndriver = usbhid-ups\nport = auto\n");

    const bool can = GetParam().writes[0] != '\0';
    const auto environment = simulator.environment(site.scratch.environment());

    const auto rehearsed = run(site.command("usbhid-ups", {"-a", "u", "-k", "--check"}), environment, 60s);
    EXPECT_EQ(rehearsed.exit_code == 0, can) << rehearsed.err;
    EXPECT_EQ(simulator.ctl("ups1 writes"), "OK\n");

    const auto done = run(site.command("usbhid-ups", {"-a", "u", "-k"}), environment, 60s);

    EXPECT_EQ(done.exit_code == 0, can) << done.err;
    EXPECT_THAT(simulator.ctl("ups1 writes"), MatchesRegex(std::string(GetParam().writes) + "OK\n"));
    EXPECT_THAT(simulator.ctl("ups1 status"), HasSubstr(can ? "shutdown: in " : "shutdown: none"));
    if (can) {
        const auto way = rehearsed.out.substr(rehearsed.out.rfind(": ") + 2);
        EXPECT_THAT(done.err, HasSubstr("switched off by " + way));
    }
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Each, EachPowerOff, testing::Values(
    PowerOff{"apc",       "14 1e 00\n15 14 00\n"},
    PowerOff{"eaton",     "33 01\n0a 1e 00 00 00\n09 14 00 00 00\n"},
    PowerOff{"cps",       "16 78 00\n15 3c 00\n"},
    PowerOff{"tripplite", "12 1e 00\n15 14 00\n"},
    PowerOff{"generic",   "33 1e 00 00\n32 14 00 00\n"},
    PowerOff{"noid",      "00 .* ff ff 1e 00 02\n00 .* 14 00 ff ff 02\n"},
    PowerOff{"belkin",    "12 1e 00\n13 14 00\n"},
    PowerOff{"liebert",   "31 fc 08 88 13 1e 00\n30 14 00\n"},
    PowerOff{"powercom",  "0f 54 00\n"},
    PowerOff{"arduino",   "31 1e 00\n30 14 00\n"},
    PowerOff{"delta_ups", "09 1e 00\n08 14 00\n"},
    PowerOff{"ever",      "0b 14 00\n"},
    PowerOff{"idowell",   "31 1e 00\n30 14 00\n"},
    PowerOff{"legrand",   "0d 1e 00\n0c 14 00\n"},
    PowerOff{"ecoflow",   ""},
    PowerOff{"salicru",   ""}),
    [](const auto& one) { return std::string(one.param.profile); });
// clang-format on

TEST(UsbHidOrders, OptionsAreTheFirstValuesOfSettings)
{
    Running running({"hid:apc"}, "ondelay = 90\noffdelay = 70\nlowbatt = 25\n");
    running.client->send("INSTCMD shutdown.return\n");
    EXPECT_TRUE(eventually([&] { return running.writes() == "11 19\n14 5a 00\n15 46 00\nOK\n"; }))
        << running.writes();
}

} // namespace
} // namespace upright::test
