// The driver on a device that a test makes up: what is read when, what makes the data stale, what is written.
#include "drivers/snmp/snmp_driver.hpp"

#include "tests/drivers/snmp/recorded_agent.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace upright::snmp {
namespace {

constexpr std::string_view kAcme = R"(version = "acme MIB 1.0"
trees = ["1.9"]
values = [
    { variable = "ups.model", oid = "1.9.1.0", text = true, poll = "once" },
    { variable = "battery.charge", oid = "1.9.2.0", none = [-1] },
    { variable = "ups.load", oid = "1.9.3.0", poll = "quick" },
    { variable = "input.transfer.low", oid = "1.9.4.0", scale = 0.1, write = "integer", low = 180, high = 210, optional = true, poll = "full" },
    { variable = "ups.id", oid = "1.9.5.0", text = true, write = "text", max_length = 8, poll = "seldom" },
]
status = [{ oid = "1.9.6.0", words = { 1 = "OL", 2 = "OB" } }]
commands = [
    { name = "load.off", oid = "1.9.7.0", value = 1 },
    { name = "test.battery.start", set = [{ oid = "1.9.8.0", lock = true }, { oid = "1.9.9.0", as = "object-id", value = "1.9.99" }] },
    { name = "test.battery.start", oid = "1.9.9.0", value = 3 },
    { name = "shutdown.return", set = [{ oid = "1.9.10.0", value = 1 }, { oid = "1.9.11.0", value = "ondelay" }, { oid = "1.9.12.0", value = "offdelay" }] },
    { name = "load.off.delay", oid = "1.9.12.0" },
]
[[alarm_lists]]
count = "1.9.20.0"
oid = "1.9.21.1"
known = { "1.9.22.1" = { alarm = "Battery bad!", status = "RB" } }
[[tables]]
prefix = "outlet.{n}."
count = "outlet.count"
values = [{ variable = "status", oid = "1.9.30.1", words = { 1 = "on", 2 = "off" } }]
commands = [{ name = "load.off", oid = "1.9.30.2", value = 1, confirm = { oid = "1.9.30.1", is = [2] } }]
)";

// The device, whatever link leads to it.
struct Device {
    Objects objects;
    bool silent = false;
    std::function<Error(const Binding&)> on_set = [](const Binding&) { return Error::none; };
    std::function<void()> after_set = [] {};
    std::function<void()> before_answer = [] {};
    std::vector<std::vector<Binding>> sets;
    std::vector<Request> requests;
};

class Wire final : public Link {
public:
    explicit Wire(Device& device) : device_(device), agent_(device.objects) {}
    Response exchange(const Request& request) override
    {
        device_.requests.push_back(request);
        device_.before_answer();
        if (device_.silent)
            throw SnmpError(SnmpError::Cause::silent, "no answer");
        agent_.on_set = device_.on_set;
        auto response = agent_.exchange(request);
        if (request.ask == Ask::set) {
            device_.sets.push_back(request.bindings);
            device_.after_set();
        }
        return response;
    }
    bool has_bulk() const override { return true; }

private:
    Device& device_;
    RecordedAgent agent_;
};

class Driven : public testing::Test {
protected:
    Driven()
    {
        scratch.write("acme.toml", kAcme);
        auto& objects = device.objects;
        objects.set("1.3.6.1.2.1.1.1.0", std::string("Acme card"));
        objects.set("1.9.1.0", std::string("Acme 3000"));
        objects.set("1.9.2.0", 97);
        objects.set("1.9.3.0", 20);
        objects.set("1.9.4.0", 1900);
        objects.set("1.9.5.0", std::string("rack 7"));
        objects.set("1.9.6.0", 1);
        for (int i = 7; i <= 12; ++i)
            objects.set("1.9." + std::to_string(i) + ".0", i);
        objects.set("1.9.20.0", 0);
        objects.set("1.9.30.1.1", 1);
        objects.set("1.9.30.2.1", 0);
        options.ups = "u";
        options.port = "nowhere";
    }

    SnmpDriver& driver()
    {
        if (!driver_) {
            driver_ = std::make_unique<SnmpDriver>(
                options, Families({scratch.path()}),
                [this](auto, const auto&) { return std::make_unique<Wire>(device); }, std::nullopt,
                [this] { return now; });
            driver_->open();
        }
        return *driver_;
    }
    std::string value(const Snapshot& snapshot, const std::string& name)
    {
        const auto it = snapshot.variables.find(name);
        return it == snapshot.variables.end() ? "<none>" : it->second.value;
    }
    // The error of a poll; empty if it went well.
    std::string failure(Depth depth = Depth::full)
    {
        try {
            driver().poll(depth);
            return "";
        } catch (const DeviceError& e) {
            return e.what();
        }
    }
    std::set<std::string> asked_in(Depth depth)
    {
        driver().poll(Depth::full);
        device.requests.clear();
        driver().poll(depth);
        std::set<std::string> oids;
        for (const auto& request : device.requests)
            for (const auto& binding : request.bindings)
                oids.insert(to_string(binding.oid));
        return oids;
    }

    test::Scratch scratch;
    Device device;
    DriverOptions options;
    std::chrono::steady_clock::time_point now{};
    std::unique_ptr<SnmpDriver> driver_;
};

TEST_F(Driven, PublishesWhatTheDeviceTells)
{
    const auto snapshot = driver().poll(Depth::full);
    EXPECT_EQ(value(snapshot, "ups.model"), "Acme 3000");
    EXPECT_EQ(value(snapshot, "input.transfer.low"), "190");
    EXPECT_TRUE(snapshot.variables.at("input.transfer.low").flags.rw);
    EXPECT_EQ(value(snapshot, "outlet.1.status"), "on");
    EXPECT_EQ(value(snapshot, "driver.version.data"), "acme MIB 1.0");
    EXPECT_EQ(value(snapshot, "ups.delay.start"), "30");
    EXPECT_EQ(snapshot.status.joined(), "OL");
    EXPECT_TRUE(snapshot.commands.contains("outlet.1.load.off"));
}

TEST_F(Driven, LeavesTransferLimitsOutOrScalesThem)
{
    options.set("symmetrathreephase", std::nullopt);
    EXPECT_EQ(value(driver().poll(Depth::full), "input.transfer.low"), "134.33");
    driver_.reset();
    options.set("notransferoids", std::nullopt);
    EXPECT_EQ(value(driver().poll(Depth::full), "input.transfer.low"), "<none>");
}

TEST_F(Driven, AsksOnlyForWhatIsDue)
{
    EXPECT_EQ(asked_in(Depth::quick), (std::set<std::string>{".1.9.20.0", ".1.9.3.0", ".1.9.6.0"}));
    EXPECT_EQ(asked_in(Depth::full), (std::set<std::string>{".1.9.2.0", ".1.9.20.0", ".1.9.3.0",
                                                            ".1.9.30.1.1", ".1.9.4.0", ".1.9.6.0"}));
    EXPECT_EQ(device.requests.size(), 1U);
}

TEST_F(Driven, ReadsEverythingWhenTheStatusChanges)
{
    driver().poll(Depth::full);
    device.objects.set("1.9.6.0", 2);
    device.objects.set("1.9.2.0", 90);
    const auto snapshot = driver().poll(Depth::quick);
    EXPECT_EQ(snapshot.status.joined(), "OB");
    EXPECT_EQ(value(snapshot, "battery.charge"), "90");
}

TEST_F(Driven, LooksAtTheStatusInTheMidstOfALongPoll)
{
    options.set("semistaticfreq", "1");
    driver().poll(Depth::full);
    driver().poll(Depth::full);
    device.before_answer = [this] {
        now += std::chrono::seconds(3); // a slow card
        if (device.requests.size() == 2)
            device.objects.set("1.9.6.0", 2);
    };
    device.requests.clear();
    bool told = false;
    driver().on_event([&] { told = told || device.requests.size() < 6; });
    EXPECT_EQ(driver().poll(Depth::full).status.joined(), "OB") << "not what was read before that";
    EXPECT_TRUE(told) << "before all was read";
    const auto snapshot = driver().heard();
    ASSERT_TRUE(snapshot);
    EXPECT_EQ(snapshot->status.joined(), "OB");
    EXPECT_FALSE(driver().heard());
}

TEST_F(Driven, IsStaleWithoutAValueThatWasThereAndFreshWithItAgain)
{
    driver().poll(Depth::full);
    device.objects.all.erase(*Oid::parse("1.9.2.0"));
    EXPECT_EQ(failure(), "the device gives no sensible answer for battery.charge (.1.9.2.0)");
    EXPECT_NE(failure(Depth::quick), "");
    device.objects.set("1.9.2.0", 50);
    EXPECT_EQ(failure(), "");
}

TEST_F(Driven, DoesWithoutAValueThatIsGoneForGood)
{
    driver().poll(Depth::full);
    device.objects.all.erase(*Oid::parse("1.9.2.0"));
    EXPECT_NE(failure(), "");
    now += std::chrono::minutes(9);
    EXPECT_NE(failure(), "");
    now += std::chrono::minutes(1);
    EXPECT_EQ(failure(), "");
    const auto snapshot = driver().poll(Depth::full);
    EXPECT_EQ(value(snapshot, "battery.charge"), "<none>");
    EXPECT_EQ(value(snapshot, "ups.load"), "20");
}

TEST_F(Driven, IsStaleWithAValueOfTheWrongType)
{
    driver().poll(Depth::full);
    device.objects.set("1.9.2.0", std::string("?"));
    EXPECT_NE(failure(), "");
    device.objects.set("1.9.2.0", -1);
    EXPECT_EQ(failure(), "") << "nothing there: the device says so itself";
}

TEST_F(Driven, IsStaleWithoutItsStatus)
{
    driver().poll(Depth::full);
    device.objects.all.erase(*Oid::parse("1.9.6.0"));
    EXPECT_EQ(failure(Depth::quick), "the device gives no sensible answer for ups.status (.1.9.6.0)");
}

TEST_F(Driven, IsStaleInAStateThatNobodyHasHeardOf)
{
    driver().poll(Depth::full);
    for (const auto& odd : {Value::of(std::string("hello")), Value::of(99), Value::of(std::string())}) {
        device.objects.set("1.9.6.0", odd);
        EXPECT_NE(failure(Depth::quick), "");
        device.objects.set("1.9.6.0", 1);
        EXPECT_EQ(failure(Depth::quick), "");
    }
}

TEST_F(Driven, SaysNoStateWhereItNeverKnewOne)
{
    device.objects.set("1.9.6.0", 99);
    EXPECT_TRUE(driver().poll(Depth::full).status.empty());
}

TEST_F(Driven, DoesWithoutWhatIsOptional)
{
    driver().poll(Depth::full);
    device.objects.all.erase(*Oid::parse("1.9.4.0"));
    device.objects.all.erase(*Oid::parse("1.9.30.1.1"));
    const auto snapshot = driver().poll(Depth::full);
    EXPECT_EQ(value(snapshot, "input.transfer.low"), "<none>");
    EXPECT_EQ(value(snapshot, "outlet.1.status"), "<none>");
}

TEST_F(Driven, ShowsAlarmsThatComeAndGo)
{
    driver().poll(Depth::full);
    device.objects.set("1.9.20.0", 2);
    device.objects.set("1.9.21.1.5", Value::of(*Oid::parse("1.9.22.1")));
    device.objects.set("1.9.21.1.6", Value::of(*Oid::parse("1.9.22.77")));
    auto snapshot = driver().poll(Depth::quick);
    EXPECT_EQ(snapshot.status.joined(), "OL RB");
    EXPECT_EQ(snapshot.alarms, (std::vector<std::string>{"Battery bad!", ".1.9.22.77"}));
    device.objects.all.erase(*Oid::parse("1.9.21.1.5"));
    snapshot = driver().poll(Depth::quick);
    EXPECT_EQ(snapshot.status.joined(), "OL");
    device.objects.set("1.9.20.0", 0);
    EXPECT_TRUE(driver().poll(Depth::quick).alarms.empty());
}

TEST_F(Driven, FindsNewRowsSometimes)
{
    options.set("semistaticfreq", "2");
    driver().poll(Depth::full);
    device.objects.set("1.9.30.1.2", 2);
    device.objects.set("1.9.5.0", std::string("rack 8"));
    EXPECT_EQ(value(driver().poll(Depth::full), "outlet.2.status"), "<none>");
    driver().poll(Depth::full);
    const auto snapshot = driver().poll(Depth::full);
    EXPECT_EQ(value(snapshot, "outlet.2.status"), "off");
    EXPECT_EQ(value(snapshot, "outlet.count"), "2");
    EXPECT_EQ(value(snapshot, "ups.id"), "rack 8");
}

TEST_F(Driven, DoesNotTakeAHalfStartedCardAtItsWord)
{
    driver().poll(Depth::full);
    device.silent = true;
    EXPECT_EQ(failure(), "no answer");
    device.silent = false;
    const auto all = device.objects.all;
    device.objects.all.erase(*Oid::parse("1.9.2.0"));
    EXPECT_THROW(driver().open(), DeviceError);
    device.objects.all = all;
    driver().open();
    EXPECT_EQ(value(driver().poll(Depth::full), "battery.charge"), "97");
}

TEST_F(Driven, NoticesAnotherDeviceAtTheSamePlace)
{
    options.set("semistaticfreq", "1");
    device.objects.set("1.3.6.1.2.1.1.2.0", Value::of(*Oid::parse("1.9.500")));
    driver().poll(Depth::full);
    device.objects.set("1.3.6.1.2.1.1.2.0", Value::of(*Oid::parse("1.9.501")));
    device.objects.set("1.9.1.0", std::string("Acme 5000"));
    device.objects.all.erase(*Oid::parse("1.9.2.0"));
    EXPECT_NE(failure(), "");
    driver().open();
    EXPECT_EQ(value(driver().poll(Depth::full), "ups.model"), "Acme 5000");
}

TEST_F(Driven, IsNotThereIfNothingAnswers)
{
    device.silent = true;
    EXPECT_THROW(driver(), DeviceError);
}

TEST_F(Driven, SaysWhichFamilyIsWrong)
{
    options.set("mibs", "other");
    EXPECT_THROW(driver(), DeviceError);
}

// ---- orders --------------------------------------------------------------------------------------------

TEST_F(Driven, WritesSettingsAndReadsThemBack)
{
    EXPECT_EQ(driver().set("INPUT.transfer.low", "185.5"), Outcome::handled);
    EXPECT_EQ(device.objects.all.at(*Oid::parse("1.9.4.0")), Value::of(1855));
    EXPECT_EQ(driver().set("input.transfer.low", "179"), Outcome::invalid);
    EXPECT_EQ(driver().set("ups.id", "rack 9"), Outcome::handled);
    EXPECT_EQ(driver().set("ups.id", "far too long"), Outcome::invalid);
    EXPECT_EQ(driver().set("ups.id", "a\x01"
                                     "b"),
              Outcome::invalid);
    EXPECT_EQ(driver().set("battery.charge", "5"), Outcome::unknown);
    EXPECT_EQ(driver().set("ups.delay.start", "60"), Outcome::handled);
    EXPECT_EQ(driver().set("ups.delay.start", "-2"), Outcome::invalid);
    EXPECT_EQ(value(driver().poll(Depth::quick), "ups.id"), "rack 9") << "read again at once";
}

TEST_F(Driven, DoesNotBelieveASettingThatDidNotStay)
{
    driver();
    device.after_set = [this] { device.objects.set("1.9.4.0", 1900); };
    EXPECT_EQ(driver().set("input.transfer.low", "200"), Outcome::failed);
    device.on_set = [](const Binding&) { return Error::no_access; };
    EXPECT_EQ(driver().set("input.transfer.low", "200"), Outcome::failed);
    device.on_set = [](const Binding&) { return Error::wrong_type; };
    EXPECT_EQ(driver().set("input.transfer.low", "200"), Outcome::invalid);
}

TEST_F(Driven, RunsCommands)
{
    EXPECT_EQ(driver().command("load.OFF", std::nullopt), Outcome::handled);
    ASSERT_EQ(device.sets.size(), 1U);
    EXPECT_EQ(device.sets[0], (std::vector<Binding>{{*Oid::parse("1.9.7.0"), Value::of(1)}}));
    EXPECT_EQ(driver().command("load.off.delay", "45"), Outcome::handled);
    EXPECT_EQ(device.sets[1][0].value, Value::of(45));
    EXPECT_EQ(driver().command("load.off.delay", "soon"), Outcome::invalid);
    EXPECT_EQ(driver().command("load.off.delay", std::nullopt), Outcome::invalid);
    EXPECT_EQ(driver().command("no.such", std::nullopt), Outcome::unknown);
}

TEST_F(Driven, HoldsALockAndTriesAnotherWayIfRefused)
{
    EXPECT_EQ(driver().command("test.battery.start", std::nullopt), Outcome::handled);
    ASSERT_EQ(device.sets.size(), 1U);
    EXPECT_EQ(device.sets[0],
              (std::vector<Binding>{{*Oid::parse("1.9.8.0"), Value::of(8)},
                                    {*Oid::parse("1.9.9.0"), Value::of(*Oid::parse("1.9.99"))}}));
    device.on_set = [](const Binding& one) {
        return one.value.type == Value::Type::object_id ? Error::wrong_type : Error::none;
    };
    EXPECT_EQ(driver().command("test.battery.start", std::nullopt), Outcome::handled);
    EXPECT_EQ(device.sets.back(), (std::vector<Binding>{{*Oid::parse("1.9.9.0"), Value::of(3)}}));
}

TEST_F(Driven, WritesOneByOneIfTheAgentTakesNoMore)
{
    driver();
    device.on_set = [this](const Binding&) {
        return device.requests.back().bindings.size() > 1 ? Error::failed : Error::none;
    };
    EXPECT_EQ(driver().command("shutdown.return", std::nullopt), Outcome::handled);
    ASSERT_EQ(device.sets.size(), 4U);
    EXPECT_EQ(device.sets[3], (std::vector<Binding>{{*Oid::parse("1.9.12.0"), Value::of(20)}}));
}

TEST_F(Driven, SwitchesOffSoThatItComesBack)
{
    options.set("ondelay", "120");
    options.set("offdelay", "40");
    EXPECT_EQ(driver().power_off(), Outcome::handled);
    ASSERT_EQ(device.sets.size(), 1U);
    EXPECT_EQ(device.sets[0][1].value, Value::of(120));
    EXPECT_EQ(device.sets[0][2].value, Value::of(40));
}

TEST_F(Driven, SeesWhetherAnOutletReallyWentOff)
{
    driver();
    device.after_set = [this] { device.objects.set("1.9.30.1.1", 2); };
    EXPECT_EQ(driver().command("outlet.1.load.off", std::nullopt), Outcome::handled);
    device.after_set = [this] { device.objects.set("1.9.30.1.1", 1); };
    EXPECT_EQ(driver().command("outlet.1.load.off", std::nullopt), Outcome::failed);
}

} // namespace
} // namespace upright::snmp
