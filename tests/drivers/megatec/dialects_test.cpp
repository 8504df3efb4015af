// The driver on every dialect of upsim, over a real (pseudo) terminal: found among all others, true readings,
// every command and setting, and no wrong value whatever happens to the line.
#include "common/text/number.hpp"
#include "drivers/io/serial.hpp"
#include "tests/drivers/megatec/fixture.hpp"
#include "tests/support/simulator.hpp"

#include <cmath>
#include <set>

namespace upright::megatec {
namespace {

using namespace std::chrono_literals;
using test::value;
using upright::test::eventually;
using upright::test::Simulator;

struct Simulated {
    std::string name;     // of upsim
    std::string dialect;  // that it is found to be
    std::string protocol; // if it is not looked for: only its own USB bridge has it
    std::string output = "output.voltage";
    std::string input = "input.voltage";
    std::string load = "ups.load";
};

std::ostream& operator<<(std::ostream& out, const Simulated& one) { return out << one.name; }

// clang-format off
const std::vector<Simulated> kSimulated{
    {"ablerex",          "ablerex", ""},
    {"bestups",          "bestups", ""},
    {"gtec",             "gtec", ""},
    {"hunnox",           "hunnox", ""},
    {"innovart31",       "innovart31", "", "output.voltage", "input.L1-N.voltage"},
    {"innovart33",       "innovart33", "", "output.L1-N.voltage", "input.L1-N.voltage"},
    {"innovatae",        "innovatae", ""},
    {"masterguard",      "masterguard", ""},
    {"mecer",            "mecer", ""},
    {"megatec",          "megatec", ""},
    {"megatec-old",      "megatec-old", ""},
    {"mustek",           "mustek", ""},
    {"omron",            "omron", "omron"},
    {"q1",               "q1", ""},
    {"q2",               "q2", "", "output.L1-N.voltage", "input.L1-N.voltage"},
    {"q6",               "q6", "", "output.L1-N.voltage", "input.L1-N.voltage"},
    {"voltronic",        "voltronic", ""},
    {"voltronic-axpert", "voltronic-axpert", ""},
    {"voltronic-p10",    "voltronic", ""},
    {"voltronic-p31",    "voltronic", ""},
    {"voltronic-qs",     "voltronic-qs", ""},
    {"voltronic-qs-hex", "voltronic-qs-hex", ""},
    {"zinto",            "zinto", ""},
};
// clang-format on

// Its clock stands nearly still: readings don't wander, and nothing ends by itself.
class Dialects : public testing::TestWithParam<Simulated> {
protected:
    explicit Dialects(const std::string& time_scale = "0.001")
        : simulator({"--dialect", GetParam().name, "--time-scale", time_scale})
    {
    }

    void SetUp() override
    {
        ASSERT_TRUE(simulator.ready()) << simulator.process().err();
        DriverOptions options;
        options.port = simulator.port();
        if (!GetParam().protocol.empty())
            options.set("protocol", GetParam().protocol);
        auto dialects = load_dialects({test::device_folder()}).value;
        if (!GetParam().protocol.empty())
            std::erase_if(dialects, [](const Dialect& one) { return one.name != GetParam().protocol; });
        for (auto& dialect : dialects)
            dialect.silence_ms = 200; // upsim answers in less than one
        driver = std::make_unique<MegatecDriver>(options, std::make_unique<io::Serial>(simulator.port()),
                                                 std::move(dialects));
        driver->open();
    }

    // "230.1 V"
    double truth(const std::string& name) const
    {
        const auto text = simulator.status(name);
        return to_double(text.substr(0, text.find(' '))).value_or(-2);
    }
    void expect_true_readings(const Snapshot& read) const
    {
        const auto near = [&](const std::string& variable, const std::string& name, double allowed) {
            const auto is = to_double(value(read, variable)).value_or(-1);
            EXPECT_LE(std::abs(is - truth(name)), allowed)
                << variable << ": " << is << " is not " << truth(name);
        };
        near(GetParam().input, "input", 0.15);
        near(GetParam().output, "output", 0.15);
        near(GetParam().load, "load", 0.5);
        if (value(read, "battery.runtime") != "<none>"
            && value(read, "battery.runtime.estimated") == "<none>")
            near("battery.runtime", "battery.runtime", 60);
        if (tells_charge())
            near("battery.charge", "battery.charge", 1);
        // Some tell that of a cell of 2 V.
        const auto volts = to_double(value(read, "battery.voltage")).value_or(-1);
        EXPECT_LE(std::abs((volts < 3 ? 12 : 1) * volts - truth("battery.voltage")), 0.11) << volts;
    }
    // Or does the driver work it out from the voltage?
    static bool tells_charge()
    {
        for (const auto& query : test::dialect(GetParam().dialect).queries)
            for (const auto& row : query.rows)
                if (row.variable == "battery.charge" && row.number.curve.empty())
                    return true;
        return false;
    }
    // Whether it is charging is not told by all.
    WordList status() const
    {
        auto words = driver->poll(Depth::quick).status;
        words.remove("CHRG");
        return words;
    }

    Simulator simulator;
    std::unique_ptr<MegatecDriver> driver;
};

TEST_P(Dialects, AreFoundByThemselvesAndReadWhatIsTrue)
{
    auto read = driver->poll(Depth::full);
    EXPECT_EQ(value(read, "driver.version.data").substr(0, 3),
              test::dialect(GetParam().dialect).version.substr(0, 3));
    EXPECT_EQ(value(read, "driver.version.data"), test::dialect(GetParam().dialect).version);
    EXPECT_EQ(read.status.joined(), "OL");
    expect_true_readings(read);

    simulator.ctl({"ups1", "mains", "off"});
    simulator.ctl({"ups1", "load", "55"});
    simulator.ctl({"ups1", "battery", "70"});
    EXPECT_EQ(status(), WordList{"OB"});
    driver->poll(Depth::full); // so sudden a change is believed when it is read again
    expect_true_readings(driver->poll(Depth::full));
    simulator.ctl({"ups1", "battery", "9"});
    const auto low = status();
    EXPECT_TRUE(low.has("OB") && low.has("LB")) << low.joined();
    simulator.ctl({"ups1", "battery", "80"});
    simulator.ctl({"ups1", "mains", "on"});
    EXPECT_EQ(status(), WordList{"OL"});
}

// What a command leads to in the UPS. Commands not named here must be obeyed all the same.
const std::map<std::string, std::pair<std::string, std::string>, std::less<>> kLeadsTo{
    {"beeper.disable", {"beeper", "off"}},
    {"beeper.enable", {"beeper", "on"}},
    {"load.on", {"output.state", "on"}},
    {"shutdown.stop", {"shutdown", "none"}},
    {"test.battery.start", {"testing", "yes"}},
    {"test.battery.start.deep", {"testing", "yes"}},
    {"test.battery.start.low", {"testing", "yes"}},
    {"test.battery.start.quick", {"testing", "yes"}},
    {"test.battery.stop", {"testing", "no"}},
};

TEST_P(Dialects, ObeyEveryCommand)
{
    const auto commands = driver->poll(Depth::full).commands;
    const auto can = [&](std::string_view command) { return commands.find(command) != commands.end(); };
    const auto give = [&](const std::string& command) {
        EXPECT_EQ(driver->command(command, {}), Outcome::handled) << command;
        const bool is_silenced_otherwise = // by a flag of its own, whatever the beeper does
            command.starts_with("beeper.") && GetParam().dialect == "voltronic";
        if (const auto leads = kLeadsTo.find(command); leads != kLeadsTo.end() && !is_silenced_otherwise) {
            EXPECT_EQ(simulator.status(leads->second.first), leads->second.second) << command;
        }
    };
    for (const auto& command : commands) {
        SCOPED_TRACE(command);
        give(command);
        driver->poll(Depth::full);
        if (command.starts_with("test.battery.start")) {
            if (can("test.battery.stop"))
                give("test.battery.stop");
            else // by the mains, which end a test
                for (const auto* const mains : {"off", "on"})
                    simulator.ctl({"ups1", "mains", mains});
        }
        if (command == "shutdown.return" || command == "shutdown.stayoff") {
            EXPECT_THAT(simulator.status("shutdown"), testing::StartsWith("in ")) << command;
            EXPECT_TRUE(status().has("FSD"));
            give("shutdown.stop");
        }
        if (command == "load.off") {
            EXPECT_TRUE(simulator.status("output.state") != "on"
                        || simulator.status("shutdown") == "in 12 s");
            give("load.on");
        }
    }
    EXPECT_EQ(driver->command("no.such.command", {}), Outcome::unknown);
    EXPECT_GE(commands.size(), GetParam().name == "voltronic-axpert" ? 0U : 3U);
}

// Another value than it has.
std::string other_value(std::string_view name, const Variable& variable)
{
    for (const auto& choice : variable.enums)
        if (choice != variable.value)
            return choice;
    if (name.starts_with("ups.delay.")) // which are rounded
        return "120";
    const auto& range = variable.ranges.at(0);
    const auto is = to_double(variable.value).value_or(0);
    for (const int step : {60, 6, 1, -1, -6, -60})
        if (is + step >= range.min && is + step <= range.max)
            return fmt::format("{:.0f}", is + step);
    return "<none>";
}

TEST_P(Dialects, KeepEverySetting)
{
    const auto before = driver->poll(Depth::full);
    for (const auto& [name, variable] : before.variables) {
        if (!variable.flags.rw)
            continue;
        SCOPED_TRACE(name);
        const auto wanted = other_value(name, variable);
        ASSERT_EQ(driver->set(name, wanted), Outcome::handled) << wanted;
        const auto is = value(driver->poll(Depth::full), name);
        EXPECT_TRUE(is == wanted || to_double(is) == to_double(wanted)) << is << " instead of " << wanted;
        EXPECT_EQ(driver->set(name, "x"), Outcome::invalid);
        EXPECT_EQ(driver->set(name, ""), Outcome::invalid);
        EXPECT_EQ(driver->set(name, "99999999"), Outcome::invalid);
    }
    EXPECT_EQ(driver->set("ups.status", "OL"), Outcome::unknown);
}

// What stands in a snapshot while the line is disturbed must have been true before or be true now.
void expect_no_lie(const Snapshot& read, const Snapshot& before)
{
    auto words = read.status;
    words.remove("CHRG");
    EXPECT_EQ(words.joined(), before.status.joined());
    EXPECT_EQ(read.alarms, before.alarms);
    for (const auto* const name : {"battery.voltage", "battery.charge", "ups.load", "input.voltage",
                                   "output.voltage", "ups.temperature", "input.frequency"}) {
        const auto is = to_double(value(read, name));
        const auto was = to_double(value(before, name));
        if (is && was) {
            EXPECT_LE(std::abs(*is - *was), 0.01 * std::abs(*was) + 0.11) << name;
        }
    }
}

TEST_P(Dialects, NeverLieOverABadLine)
{
    const auto before = driver->poll(Depth::full);
    for (const std::string fault :
         {"garble", "truncate", "overlong", "double", "nonnumeric", "leap", "mute"}) {
        SCOPED_TRACE(fault);
        if (fault == "nonnumeric" && GetParam().name == "voltronic-qs-hex")
            continue; // any byte may stand in its frames, and nothing tells a wrong one
        simulator.ctl({"ups1", "fault", fault, fault == "leap" ? "1" : "2"});
        for (int poll = 0; poll < 3; ++poll) {
            try {
                expect_no_lie(driver->poll(Depth::quick), before);
            } catch (const DeviceError& e) {
                EXPECT_EQ(e.kind(), DeviceError::Kind::no_answer) << e.what();
            }
        }
        simulator.ctl({"ups1", "fault", "none"});
        EXPECT_TRUE(eventually([&] {
            try {
                expect_no_lie(driver->poll(Depth::full), before);
                return true;
            } catch (const DeviceError&) {
                return false;
            }
        }));
    }
}

std::string name_of(const testing::TestParamInfo<Simulated>& one)
{
    auto name = one.param.name;
    std::erase(name, '-');
    return name;
}

INSTANTIATE_TEST_SUITE_P(OfUpsim, Dialects, testing::ValuesIn(kSimulated), name_of);

// Off after the delay, and on again by itself when the mains are back.
class ShutdownCycle : public Dialects {
protected:
    ShutdownCycle() : Dialects("120") {}
};

TEST_P(ShutdownCycle, EndsWithTheLoadOnAgain)
{
    simulator.ctl({"ups1", "mains", "off"});
    driver->set("ups.delay.shutdown", "12");
    driver->set("ups.delay.start", "60");
    ASSERT_EQ(driver->power_off(), Outcome::handled);
    EXPECT_TRUE(eventually([&] { return simulator.status("output.state").starts_with("off"); }));
    simulator.ctl({"ups1", "mains", "on"});
    EXPECT_TRUE(eventually([&] { return simulator.status("output.state") == "on"; }));
}

std::vector<Simulated> with_shutdown()
{
    auto all = kSimulated;
    std::erase_if(all, [](const Simulated& one) { return one.dialect == "voltronic-axpert"; });
    return all;
}

INSTANTIATE_TEST_SUITE_P(OfUpsim, ShutdownCycle, testing::ValuesIn(with_shutdown()), name_of);

} // namespace
} // namespace upright::megatec
