// What usbhid-ups is told reaches each simulated UPS in its own bytes: ids and places are those of the tables
// in drivers/upsim/hid, numbers have their low byte first. And the UPS does it.
#include "tests/drivers/usbhid/running.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace upright::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

struct Order {
    const char* lines;       // to the driver
    const char* writes;      // id and bytes of each report, in order; "." is any character
    const char* effect = ""; // is in what the simulator says of the UPS then
};

struct Orders {
    const char* profile;
    std::vector<Order> orders; // one after the other
};

std::ostream& operator<<(std::ostream& out, const Orders& orders) { return out << orders.profile; }

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

// clang-format off
const std::vector<Orders> kOrders{
    {"apc", {
        {"INSTCMD test.battery.start.quick\n", "21 01\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "21 03\n", "testing: no"},
        {"INSTCMD test.battery.start.deep\n",  "21 02\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "21 03\n", "testing: no"},
        {"INSTCMD test.panel.start\n",         "79 01\n"},
        {"INSTCMD test.panel.stop\n",          "79 00\n"},
        {"INSTCMD beeper.disable\n",           "18 01\n", "beeper: off"},
        {"INSTCMD beeper.enable\n",            "18 02\n", "ups.beeper.status=enabled"},
        {"INSTCMD beeper.mute\n",              "18 03\n", "ups.beeper.status=muted"},
        {"INSTCMD beeper.on\n",                "18 02\n", "ups.beeper.status=enabled"},
        {"INSTCMD beeper.off\n",               "18 03\n", "ups.beeper.status=muted"},
        {"SET battery.charge.low \"35\"\n",    "11 23\n", "battery.charge.low=35"},
        {"SET battery.runtime.low \"300\"\n",  "24 2c 01\n", "battery.runtime.low=300"},
        {"SET input.transfer.low \"185\"\n",   "32 b9 00\n", "input.transfer.low=185"},
        {"SET input.transfer.high \"264\"\n",  "33 08 01\n", "input.transfer.high=264"},
        {"SET input.sensitivity \"high\"\n",   "35 02\n", "input.sensitivity=high"},
        {"INSTCMD load.off\n",                 "15 00 00\n", "output.state: off"},
        {"INSTCMD load.on\n",                  "14 00 00\n", "output.state: on"},
        {"INSTCMD load.off.delay\n",           "15 14 00\n", "shutdown: in "},
        {"INSTCMD shutdown.stop\n",            "15 ff ff\n", "shutdown: none"},
        {"INSTCMD load.off.delay 300\n",       "15 2c 01\n", "shutdown: in "},
        {"INSTCMD load.on.delay\n",            "14 1e 00\n", "ups.timer.start=30"},
        {"INSTCMD shutdown.return\n",          "14 1e 00\n15 14 00\n", "ups.timer.start=30"},
        {"INSTCMD shutdown.stayoff\n",         "14 ff ff\n15 14 00\n", "ups.timer.start=-1"},
        {"INSTCMD shutdown.reboot\n",          "17 0a 00\n", "shutdown: in "},
        {"SET ups.delay.start \"90\"\nSET ups.delay.shutdown \"45\"\nINSTCMD shutdown.return\n",
                                               "14 5a 00\n15 2d 00\n", "ups.timer.start=90"},
    }},
    {"eaton", {
        {"INSTCMD test.battery.start.quick\n", "24 01\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "24 03\n", "testing: no"},
        {"INSTCMD test.battery.start.deep\n",  "24 02\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "24 03\n", "testing: no"},
        {"INSTCMD beeper.disable\n",           "28 01\n", "beeper: off"},
        {"INSTCMD beeper.enable\n",            "28 02\n", "beeper: on"},
        {"INSTCMD beeper.mute\n",              "28 03\n", "ups.beeper.status=muted"},
        {"SET battery.charge.low \"30\"\n",    "08 1e\n", "battery.charge.low=30"},
        {"SET battery.charge.restart \"50\"\n", "15 32\n", "battery.charge.restart=50"},
        {"SET battery.protection \"no\"\n",    "22 00\n", "battery.protection=no"},
        {"SET input.transfer.low \"176\"\n",   "47 b0 00\n", "input.transfer.low=176"},
        {"SET input.transfer.high \"264\"\n",  "48 08 01\n", "input.transfer.high=264"},
        {"SET input.transfer.trim.high \"256\"\n", "4d 00 01\n", "input.transfer.trim.high=256"},
        {"SET input.transfer.boost.low \"205\"\n", "4e cd 00\n", "input.transfer.boost.low=205"},
        {"SET input.sensitivity \"high\"\n",   "44 01\n", "input.sensitivity=high"},
        {"SET output.voltage.nominal \"240\"\n", "61 f0 00\n", "output.voltage.nominal=240"},
        {"SET ups.start.auto \"no\"\n",        "33 00\n", "ups.start.auto=no"},
        {"SET ups.start.battery \"no\"\n",     "36 00\n", "ups.start.battery=no"},
        {"SET ups.start.reboot \"no\"\n",      "43 00\n", "ups.start.reboot=no"},
        {"SET ups.shutdown \"disabled\"\n",    "03 00\n", "ups.shutdown=disabled"},
        {"SET ups.test.interval \"86400\"\n",  "25 80 51 01 00\n", "ups.test.interval=86400"},
        {"SET outlet.1.autoswitch.charge.low \"20\"\n", "85 14\n", "outlet.1.autoswitch.charge.low=20"},
        {"SET outlet.1.delay.shutdown \"120\"\n", "86 78 00 00 00\n", "outlet.1.delay.shutdown=120"},
        {"SET outlet.1.delay.start \"10\"\n",  "87 0a 00 00 00\n", "outlet.1.delay.start=10"},
        {"SET outlet.desc \"A\"\nSET outlet.1.desc \"B\"\nINSTCMD outlet.1.load.off\n", "88 00 00 00 00\n"},
        {"INSTCMD outlet.1.load.on\n",         "89 00 00 00 00\n"},
        {"INSTCMD load.off\n",                 "09 00 00 00 00\n", "output.state: off"},
        {"INSTCMD load.on\n",                  "0a 00 00 00 00\n", "output.state: on"},
        {"INSTCMD load.off.delay\n",           "09 14 00 00 00\n", "shutdown: in "},
        {"INSTCMD load.on.delay\n",            "0a 1e 00 00 00\n", "ups.timer.start=30"},
        {"INSTCMD shutdown.stop\n",            "09 ff ff ff ff\n", "shutdown: none"},
        {"INSTCMD shutdown.return\n",          "0a 1e 00 00 00\n09 14 00 00 00\n", "ups.timer.start=30"},
        {"INSTCMD shutdown.stayoff\n",         "0a ff ff ff ff\n09 14 00 00 00\n", "ups.timer.start=-1"},
        {"INSTCMD shutdown.reboot\n",          "0b 0a 00 00 00\n", "shutdown: in "},
        {"SET ups.delay.start \"70000\"\nSET ups.delay.shutdown \"300\"\nINSTCMD shutdown.return\n",
                                               "0a 70 11 01 00\n09 2c 01 00 00\n", "ups.timer.start=70000"},
    }},
    {"cps", {
        {"INSTCMD test.battery.start.quick\n", "14 01\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "14 03\n", "testing: no"},
        {"INSTCMD test.battery.start.deep\n",  "14 02\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "14 03\n", "testing: no"},
        {"INSTCMD beeper.disable\n",           "0c 01\n", "beeper: off"},
        {"INSTCMD beeper.enable\n",            "0c 02\n", "ups.beeper.status=enabled"},
        {"INSTCMD beeper.mute\n",              "0c 03\n", "ups.beeper.status=muted"},
        {"INSTCMD beeper.on\n",                "0c 02\n", "ups.beeper.status=enabled"},
        {"INSTCMD beeper.off\n",               "0c 03\n", "ups.beeper.status=muted"},
        // Design, granularities, warning and full capacity keep what they have.
        {"SET battery.charge.low \"25\"\n",    "07 64 05 0a 14 19 64\n", "battery.charge.low=25"},
        {"SET battery.runtime.low \"240\"\n",  "08 .. .. .. f0 00\n", "battery.runtime.low=240"},
        {"SET input.transfer.low \"180\"\n",   "10 b4 00 04 01\n", "input.transfer.low=180"},
        {"SET input.transfer.high \"255\"\n",  "10 b4 00 ff 00\n", "input.transfer.high=255"},
        {"SET input.sensitivity \"high\"\n",   "1a 02\n", "input.sensitivity=high"},
        {"INSTCMD load.off\n",                 "15 00 00\n", "output.state: off"},
        {"INSTCMD load.on\n",                  "16 00 00\n", "output.state: on"},
        {"INSTCMD load.off.delay\n",           "15 3c 00\n", "shutdown: in "},
        {"INSTCMD load.on.delay\n",            "16 78 00\n", "ups.timer.start=120"},
        {"INSTCMD shutdown.stop\n",            "15 ff ff\n", "shutdown: none"},
        {"INSTCMD shutdown.return\n",          "16 78 00\n15 3c 00\n", "ups.timer.start=120"},
        {"INSTCMD shutdown.stayoff\n",         "16 ff ff\n15 3c 00\n", "ups.timer.start=-1"},
        {"SET ups.delay.start \"300\"\nSET ups.delay.shutdown \"180\"\nINSTCMD shutdown.return\n",
                                               "16 2c 01\n15 b4 00\n", "ups.timer.start=300"},
    }},
    {"tripplite", {
        {"INSTCMD test.battery.start.quick\n", "10 01\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "10 03\n", "testing: no"},
        {"INSTCMD test.battery.start.deep\n",  "10 02\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "10 03\n", "testing: no"},
        {"INSTCMD beeper.disable\n",           "11 01\n", "beeper: off"},
        {"INSTCMD beeper.enable\n",            "11 02\n", "ups.beeper.status=enabled"},
        {"INSTCMD beeper.mute\n",              "11 03\n", "ups.beeper.status=muted"},
        {"INSTCMD beeper.on\n",                "11 02\n", "ups.beeper.status=enabled"},
        {"INSTCMD beeper.off\n",               "11 03\n", "ups.beeper.status=muted"},
        {"SET input.transfer.low \"90\"\n",    "06 5a 00\n", "input.transfer.low=90.0"},
        {"SET input.transfer.high \"140\"\n",  "09 8c 00\n", "input.transfer.high=140.0"},
        {"INSTCMD reset.watchdog\n",           "17 3c 00\n", "ups.watchdog.status=60"},
        {"INSTCMD load.off\n",                 "15 00 00\n", "output.state: off"},
        {"INSTCMD load.on\n",                  "12 00 00\n", "output.state: on"},
        {"INSTCMD load.off.delay\n",           "15 14 00\n", "shutdown: in "},
        {"INSTCMD load.on.delay\n",            "12 1e 00\n", "ups.timer.start=30"},
        {"INSTCMD shutdown.stop\n",            "15 ff ff\n", "shutdown: none"},
        {"INSTCMD shutdown.return\n",          "12 1e 00\n15 14 00\n", "ups.timer.start=30"},
        {"INSTCMD shutdown.stayoff\n",         "12 ff ff\n15 14 00\n", "ups.timer.start=-1"},
        {"INSTCMD shutdown.reboot\n",          "16 0a 00\n", "shutdown: in "},
        {"SET ups.delay.start \"90\"\nSET ups.delay.shutdown \"45\"\nINSTCMD shutdown.return\n",
                                               "12 5a 00\n15 2d 00\n", "ups.timer.start=90"},
    }},
    {"generic", {
        {"INSTCMD test.battery.start.quick\n", "31 01\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "31 03\n", "testing: no"},
        {"INSTCMD test.battery.start.deep\n",  "31 02\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "31 03\n", "testing: no"},
        {"INSTCMD beeper.disable\n",           "30 01\n", "beeper: off"},
        {"INSTCMD beeper.enable\n",            "30 02\n", "ups.beeper.status=enabled"},
        {"INSTCMD beeper.mute\n",              "30 03\n", "ups.beeper.status=muted"},
        {"SET battery.charge.low \"35\"\n",    "03 23 32\n", "battery.charge.low=35"}, // a warning at 50
        {"SET battery.runtime.low \"300\"\n",  "04 2c 01\n", "battery.runtime.low=300"},
        // Tenths: 180 and 288, then 180 and 270.
        {"SET input.transfer.low \"180\"\n",   "13 08 07 40 0b\n", "input.transfer.low=180"},
        {"SET input.transfer.high \"270\"\n",  "13 08 07 8c 0a\n", "input.transfer.high=270"},
        {"INSTCMD load.off\n",                 "32 00 00 00\n", "output.state: off"},
        {"INSTCMD load.on\n",                  "33 00 00 00\n", "output.state: on"},
        {"INSTCMD load.off.delay\n",           "32 14 00 00\n", "shutdown: in "},
        {"INSTCMD load.on.delay\n",            "33 1e 00 00\n", "ups.timer.start=30"},
        {"INSTCMD shutdown.stop\n",            "32 ff ff ff\n", "shutdown: none"},
        {"INSTCMD shutdown.return\n",          "33 1e 00 00\n32 14 00 00\n", "ups.timer.start=30"},
        {"INSTCMD shutdown.stayoff\n",         "33 ff ff ff\n32 14 00 00\n", "ups.timer.start=-1"},
        {"SET ups.delay.start \"70000\"\nSET ups.delay.shutdown \"300\"\nINSTCMD shutdown.return\n",
                                               "33 70 11 01\n32 2c 01 00\n", "ups.timer.start=70000"},
    }},
    // One report for all: state, charge, runtime, voltages, load; then shutdown, start, beeper.
    {"noid", {
        {"INSTCMD beeper.disable\n",           "00 01 64 .. .. .. .. fc 08 .. ff ff ff ff 01\n", "beeper: off"},
        {"INSTCMD beeper.enable\n",            "00 01 64 .. .. .. .. fc 08 .. ff ff ff ff 02\n", "ups.beeper.status=enabled"},
        {"INSTCMD beeper.mute\n",              "00 01 64 .. .. .. .. fc 08 .. ff ff ff ff 03\n", "ups.beeper.status=muted"},
        {"INSTCMD load.off.delay\n",           "00 01 64 .. .. .. .. fc 08 .. 14 00 ff ff 03\n", "shutdown: in "},
        {"INSTCMD shutdown.stop\n",            "00 01 .. .. .. .. .. fc 08 .. ff ff ff ff 03\n", "shutdown: none"},
        {"INSTCMD load.on.delay\n",            "00 01 .. .. .. .. .. fc 08 .. ff ff 1e 00 03\n"},
        {"INSTCMD shutdown.return\n",          "00 01 .. .. .. .. .. fc 08 .. ff ff 1e 00 03\n"
                                               "00 01 .. .. .. .. .. fc 08 .. 14 00 ff ff 03\n", "shutdown: in "},
        {"INSTCMD shutdown.stop\n",            "00 01 .. .. .. .. .. fc 08 .. ff ff 1e 00 03\n", "shutdown: none"},
        {"SET ups.delay.start \"60\"\nSET ups.delay.shutdown \"40\"\nINSTCMD shutdown.stayoff\n",
                                               "00 01 .. .. .. .. .. fc 08 .. ff ff ff ff 03\n"
                                               "00 01 .. .. .. .. .. fc 08 .. 28 00 ff ff 03\n", "shutdown: in "},
        {"INSTCMD load.off\n",                 "00 01 .. .. .. .. .. fc 08 .. 00 00 ff ff 03\n", "output.state: off"},
        {"INSTCMD load.on\n",                  "00 .. .. .. .. .. .. fc 08 .. ff ff 00 00 03\n", "output.state: on"},
    }},
    {"belkin", {
        {"INSTCMD test.battery.start.quick\n", "10 01\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "10 03\n", "testing: no"},
        {"INSTCMD test.battery.start.deep\n",  "10 02\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "10 03\n", "testing: no"},
        {"INSTCMD beeper.disable\n",           "11 01\n", "beeper: off"},
        {"INSTCMD beeper.enable\n",            "11 02\n", "ups.beeper.status=enabled"},
        {"INSTCMD beeper.mute\n",              "11 03\n", "ups.beeper.status=muted"},
        {"INSTCMD beeper.on\n",                "11 02\n", "ups.beeper.status=enabled"},
        {"INSTCMD beeper.off\n",               "11 03\n", "ups.beeper.status=muted"},
        {"SET input.transfer.low \"180\"\n",   "06 b4 00\n", "input.transfer.low=180"},
        {"SET input.transfer.high \"270\"\n",  "07 0e 01\n", "input.transfer.high=270"},
        {"INSTCMD load.off\n",                 "13 01 00\n", "output.state: off"}, // it knows no 0
        {"INSTCMD load.on\n",                  "12 01 00\n", "output.state: on"},
        {"INSTCMD load.off.delay\n",           "13 14 00\n", "shutdown: in "},
        {"INSTCMD load.on.delay\n",            "12 1e 00\n", "ups.timer.start=30"},
        {"INSTCMD shutdown.stop\n",            "13 ff ff\n", "shutdown: none"},
        {"INSTCMD shutdown.return\n",          "12 1e 00\n13 14 00\n", "ups.timer.start=30"},
        {"INSTCMD shutdown.stayoff\n",         "12 ff ff\n13 14 00\n", "ups.timer.start=-1"},
        {"SET ups.delay.start \"90\"\nSET ups.delay.shutdown \"45\"\nINSTCMD shutdown.return\n",
                                               "12 5a 00\n13 2d 00\n", "ups.timer.start=90"},
    }},
    // The start stands behind the input's volts and hertz, 230.0 and 50.00.
    {"liebert", {
        {"INSTCMD test.battery.start\n",       "24 01\n", "testing: yes"},
        {"INSTCMD beeper.toggle\n",            "28 01\n", "beeper: off"},
        {"INSTCMD load.off\n",                 "30 00 00\n", "output.state: off"},
        {"INSTCMD load.on\n",                  "31 fc 08 88 13 00 00\n", "output.state: on"},
        {"INSTCMD load.off.delay\n",           "30 14 00\n", "shutdown: in "},
        {"INSTCMD load.on.delay\n",            "31 fc 08 88 13 1e 00\n"},
        {"INSTCMD shutdown.stop\n",            "30 ff ff\n", "shutdown: none"},
        {"INSTCMD shutdown.return\n",          "31 fc 08 88 13 1e 00\n30 14 00\n", "shutdown: in "},
        {"INSTCMD shutdown.stayoff\n",         "31 fc 08 88 13 ff ff\n30 14 00\n", "shutdown: in "},
        {"SET ups.delay.start \"90\"\nSET ups.delay.shutdown \"45\"\nINSTCMD shutdown.return\n",
                                               "31 fc 08 88 13 5a 00\n30 2d 00\n", "shutdown: in "},
    }},
    // Shutdown: minutes in the high byte, seconds in the low one with 40 (comes back) or 80 (stays off).
    // Start: minutes, the high byte first.
    {"powercom", {
        {"INSTCMD test.battery.start.quick\n", "15 01\n", "testing: yes"},
        {"INSTCMD beeper.disable\n",           "12 00\n", "beeper: off"},
        {"INSTCMD beeper.enable\n",            "12 01\n", "beeper: on"},
        {"INSTCMD beeper.toggle\n",            "12 01\n"},
        {"INSTCMD load.on.delay\n",            "10 00 01\n"},
        {"INSTCMD load.on.delay 180\n",        "10 00 03\n"},
        {"INSTCMD load.on\n",                  "10 00 00\n"},
        {"INSTCMD shutdown.return\n",          "0f 54 00\n", "shutdown: in "},
        {"INSTCMD shutdown.stayoff\n",         "0f 94 00\n", "shutdown: in "},
        {"SET ups.delay.start \"120\"\nSET ups.delay.shutdown \"90\"\nINSTCMD shutdown.return\n",
                                               "0f 5e 01\n", "shutdown: in "},
        {"INSTCMD load.on.delay\n",            "10 00 02\n"},
    }},
    {"arduino", {
        {"INSTCMD load.off\n",                 "30 00 00\n", "output.state: off"},
        {"INSTCMD load.on\n",                  "31 00 00\n", "output.state: on"},
        {"INSTCMD load.off.delay\n",           "30 14 00\n", "shutdown: in "},
        {"INSTCMD load.on.delay\n",            "31 1e 00\n", "ups.timer.start=30"},
        {"INSTCMD shutdown.stop\n",            "30 ff ff\n", "shutdown: none"},
        {"INSTCMD shutdown.return\n",          "31 1e 00\n30 14 00\n", "ups.timer.start=30"},
        {"INSTCMD shutdown.stayoff\n",         "31 ff ff\n30 14 00\n", "ups.timer.start=-1"},
        {"SET ups.delay.start \"90\"\nSET ups.delay.shutdown \"45\"\nINSTCMD shutdown.return\n",
                                               "31 5a 00\n30 2d 00\n", "ups.timer.start=90"},
    }},
    {"delta_ups", {
        {"INSTCMD test.battery.start.quick\n", "0b 01\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "0b 03\n", "testing: no"},
        {"INSTCMD test.battery.start.deep\n",  "0b 02\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "0b 03\n", "testing: no"},
        {"INSTCMD beeper.disable\n",           "0c 01\n", "beeper: off"},
        {"INSTCMD beeper.enable\n",            "0c 02\n", "ups.beeper.status=enabled"},
        {"INSTCMD beeper.mute\n",              "0c 03\n", "ups.beeper.status=muted"},
        {"INSTCMD beeper.on\n",                "0c 02\n", "ups.beeper.status=enabled"},
        {"INSTCMD beeper.off\n",               "0c 03\n", "ups.beeper.status=muted"},
        {"SET input.sensitivity \"reduced\"\n", "0d 01\n", "input.sensitivity=reduced"},
        {"SET input.transfer.low \"180\"\n",   "06 b4 00 20 01\n", "input.transfer.low=180.0"},
        {"SET input.transfer.high \"270\"\n",  "06 b4 00 0e 01\n", "input.transfer.high=270.0"},
        {"INSTCMD load.off\n",                 "08 00 00\n", "output.state: off"},
        {"INSTCMD load.on\n",                  "09 00 00\n", "output.state: on"},
        {"INSTCMD load.off.delay\n",           "08 14 00\n", "shutdown: in "},
        {"INSTCMD load.on.delay\n",            "09 1e 00\n", "ups.timer.start=30"},
        {"INSTCMD shutdown.stop\n",            "08 ff ff\n", "shutdown: none"},
        {"INSTCMD shutdown.return\n",          "09 1e 00\n08 14 00\n", "ups.timer.start=30"},
        {"INSTCMD shutdown.stayoff\n",         "09 ff ff\n08 14 00\n", "ups.timer.start=-1"},
    }},
    {"ecoflow", {
        {"SET battery.charge.low \"30\"\n",    "11 1e\n", "battery.charge.low=30"},
    }},
    {"ever", {
        {"INSTCMD shutdown.return\n",          "0b 14 00\n", "shutdown: in "},
        {"INSTCMD load.off.delay\n",           "0b 14 00\n", "shutdown: in "},
        {"INSTCMD load.off\n",                 "0b 00 00\n", "output.state: off"},
        {"SET ups.delay.shutdown \"45\"\n",    ""},
    }},
    {"idowell", {
        {"INSTCMD load.off\n",                 "30 00 00\n", "output.state: off"},
        {"INSTCMD load.on\n",                  "31 00 00\n", "output.state: on"},
        {"INSTCMD load.off.delay\n",           "30 14 00\n", "shutdown: in "},
        {"INSTCMD load.on.delay\n",            "31 1e 00\n", "ups.timer.start=30"},
        {"INSTCMD shutdown.stop\n",            "30 ff ff\n", "shutdown: none"},
        {"INSTCMD shutdown.return\n",          "31 1e 00\n30 14 00\n", "ups.timer.start=30"},
        {"INSTCMD shutdown.stayoff\n",         "31 ff ff\n30 14 00\n", "ups.timer.start=-1"},
        {"SET ups.delay.start \"90\"\nSET ups.delay.shutdown \"45\"\nINSTCMD shutdown.return\n",
                                               "31 5a 00\n30 2d 00\n", "ups.timer.start=90"},
    }},
    {"legrand", {
        {"INSTCMD test.battery.start.quick\n", "08 01\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "08 03\n", "testing: no"},
        {"INSTCMD test.battery.start.deep\n",  "08 02\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "08 03\n", "testing: no"},
        {"INSTCMD beeper.disable\n",           "0e 03\n"}, // it is muted, that is
        {"INSTCMD beeper.enable\n",            "0e 02\n", "beeper: on"},
        {"INSTCMD load.off\n",                 "0c 00 00\n", "output.state: off"},
        {"INSTCMD load.on\n",                  "0d 00 00\n", "output.state: on"},
        {"INSTCMD load.off.delay\n",           "0c 14 00\n", "shutdown: in "},
        {"INSTCMD load.on.delay\n",            "0d 1e 00\n"},
        {"INSTCMD shutdown.return\n",          "0d 1e 00\n0c 14 00\n", "shutdown: in "},
        {"INSTCMD shutdown.stayoff\n",         "0d ff ff\n0c 14 00\n", "shutdown: in "},
        {"SET ups.delay.start \"90\"\nSET ups.delay.shutdown \"45\"\nINSTCMD shutdown.return\n",
                                               "0d 5a 00\n0c 2d 00\n", "shutdown: in "},
    }},
    {"salicru", {
        {"INSTCMD test.battery.start.quick\n", "24 01\n", "testing: yes"},
        {"INSTCMD test.battery.stop\n",        "24 03\n", "testing: no"},
        {"INSTCMD test.battery.start.deep\n",  "24 02\n", "testing: yes"},
        {"SET battery.charge.low \"30\"\n",    "07 32 1e\n", "battery.charge.low=30"}, // a warning at 50
    }},
    {"openups", {}},
    {"powervar", {}},
};

INSTANTIATE_TEST_SUITE_P(Orders, EachUps, testing::ValuesIn(kOrders),
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

    const auto done = run(site.command("usbhid-ups", {"-a", "u", "-k"}),
                          simulator.environment(site.scratch.environment()), 60s);

    const bool can = GetParam().writes[0] != '\0';
    EXPECT_EQ(done.exit_code == 0, can) << done.err;
    EXPECT_THAT(simulator.ctl("ups1 writes"), MatchesRegex(std::string(GetParam().writes) + "OK\n"));
    EXPECT_THAT(simulator.ctl("ups1 status"), HasSubstr(can ? "shutdown: in " : "shutdown: none"));
}

INSTANTIATE_TEST_SUITE_P(Each, EachPowerOff, testing::Values(
    PowerOff{"apc",       "14 1e 00\n15 14 00\n"},
    PowerOff{"eaton",     "0a 1e 00 00 00\n09 14 00 00 00\n"},
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
