// From a reading to what is published: the rules for ups.status (S1 to S13 of the driver's duties) one by
// one.
#include "drivers/runtime/status.hpp"

#include <gmock/gmock.h>

namespace upright {
namespace {

Snapshot reading(WordList status, std::vector<std::pair<std::string, std::string>> values = {})
{
    Snapshot snapshot;
    snapshot.status = std::move(status);
    for (auto& [name, value] : values)
        snapshot.set(name, value);
    return snapshot;
}

std::string value_of(const State::Variables& variables, std::string_view name)
{
    const auto it = variables.find(name);
    return it == variables.end() ? "<none>" : it->second.value;
}

State::Variables published(const Snapshot& snapshot, const StatusRules& rules = {})
{
    StatusMemory memory;
    return publishable(snapshot, rules, memory);
}

std::string status_of(const Snapshot& snapshot, const StatusRules& rules = {})
{
    return value_of(published(snapshot, rules), "ups.status");
}

// A device whose readings follow each other.
struct Device {
    StatusMemory memory;
    StatusRules rules;

    std::string at(const std::string& charge, WordList status)
    {
        return value_of(publishable(reading(std::move(status), {{"battery.charge", charge}}), rules, memory),
                        "ups.status");
    }
};

TEST(Status, S1EachWordOnceWithSingleBlanks) // Trap 50
{
    auto snapshot = reading({"OL", "CHRG", "OL", ""});
    snapshot.status.add_all(parse_words("  CHRG   BOOST "));

    EXPECT_EQ(status_of(snapshot), "OL CHRG BOOST");
}

TEST(Status, S2TheDevicesLbIsDroppedWithIgnorelb)
{
    const auto snapshot = reading({"OB", "LB"}, {{"battery.charge", "80"}, {"battery.charge.low", "30"}});

    EXPECT_EQ(status_of(snapshot), "OB LB");
    EXPECT_EQ(status_of(snapshot, {.ignorelb = true}), "OB");
}

TEST(Status, S3LbExactlyBelowTheLowCharge) // Trap 51
{
    const StatusRules rules{.ignorelb = true, .defaults = {}, .overrides = {{"battery.charge.low", "30"}}};
    const auto at = [&](const char* charge) {
        return status_of(reading({"OB"}, {{"battery.charge", charge}}), rules);
    };

    EXPECT_EQ(at("31"), "OB");
    EXPECT_EQ(at("30"), "OB");
    EXPECT_EQ(at("30.0"), "OB");
    EXPECT_EQ(at("29"), "OB LB");
    EXPECT_EQ(at("29.9"), "OB LB");
    EXPECT_EQ(at("0"), "OB LB");
    EXPECT_EQ(at("unknown"), "OB");
}

TEST(Status, S3EitherTestIsEnough)
{
    const auto with = [](const char* charge, const char* runtime) {
        return status_of(reading({"OB"}, {{"battery.charge", charge},
                                          {"battery.charge.low", "20"},
                                          {"battery.runtime", runtime},
                                          {"battery.runtime.low", "120"}}),
                         {.ignorelb = true});
    };

    EXPECT_EQ(with("50", "600"), "OB");
    EXPECT_EQ(with("19", "600"), "OB LB");
    EXPECT_EQ(with("50", "119"), "OB LB");
    EXPECT_EQ(with("50", "120"), "OB");
    EXPECT_EQ(with("19", "119"), "OB LB");
}

TEST(Status, S4IgnorelbNeedsAMarkToCompareWith)
{
    const auto problem = [](std::vector<std::pair<std::string, std::string>> values) {
        return ignorelb_problem(published(reading({"OL"}, std::move(values)))).has_value();
    };

    EXPECT_TRUE(problem({}));
    EXPECT_TRUE(problem({{"battery.charge", "50"}, {"battery.runtime.low", "120"}}));
    EXPECT_TRUE(problem({{"battery.charge", "50"}, {"battery.charge.low", "low"}}));
    EXPECT_FALSE(problem({{"battery.charge", "50"}, {"battery.charge.low", "20"}}));
    EXPECT_FALSE(problem({{"battery.runtime", "50"}, {"battery.runtime.low", "20"}}));
    EXPECT_THAT(ignorelb_problem({}).value_or(""), testing::AllOf(testing::HasSubstr("'battery.charge.low'"),
                                                                  testing::HasSubstr("'battery.runtime'")));
}

TEST(Status, S5TheChargeTellsWhetherItChargesIfTheDeviceDoesNot)
{
    Device device;

    EXPECT_EQ(device.at("50", {"OL"}), "OL") << "nothing to compare with yet";
    EXPECT_EQ(device.at("51", {"OL"}), "OL CHRG");
    EXPECT_EQ(device.at("51", {"OL"}), "OL CHRG") << "until the charge says otherwise";
    EXPECT_EQ(device.at("50", {"OL"}), "OL DISCHRG");
    EXPECT_EQ(device.at("49", {"OB"}), "OB DISCHRG");
    EXPECT_EQ(device.at("49", {"OL"}), "OL") << "what the charge did on battery says nothing about now";
    EXPECT_EQ(device.at("99", {"OL"}), "OL CHRG");
    EXPECT_EQ(device.at("100", {"OL"}), "OL");
    EXPECT_EQ(device.at("100", {"OL"}), "OL");
}

TEST(Status, S5TheRightWordReplacesTheWrongOne)
{
    Device device;
    device.at("50", {"OB", "CHRG"});

    EXPECT_EQ(device.at("49", {"OB", "CHRG"}), "OB DISCHRG");
    EXPECT_EQ(device.at("48", {"OB", "DISCHRG"}), "OB DISCHRG");
    EXPECT_EQ(device.at("49", {"OL", "DISCHRG"}), "OL CHRG");
}

TEST(Status, S5WithoutAChargeTheDeviceIsBelieved)
{
    EXPECT_EQ(status_of(reading({"OL", "CHRG"})), "OL CHRG");
    EXPECT_EQ(status_of(reading({"OL", "DISCHRG"}, {{"battery.charge", "n/a"}})), "OL DISCHRG");
}

TEST(Status, S6AlarmsAreJoinedAndComeFirst) // Trap 50
{
    auto snapshot = reading({"OL", "RB"});
    snapshot.alarms = {"[Replace battery]", "", "[Hot]"};
    const auto variables = published(snapshot);

    EXPECT_EQ(value_of(variables, "ups.alarm"), "[Replace battery] [Hot]");
    EXPECT_EQ(value_of(variables, "ups.status"), "ALARM OL RB");

    snapshot.alarms.clear();
    EXPECT_EQ(value_of(published(snapshot), "ups.alarm"), "<none>");
    EXPECT_EQ(status_of(snapshot), "OL RB");

    snapshot.status.clear();
    snapshot.alarms = {"[Dead]"};
    EXPECT_EQ(status_of(snapshot), "ALARM");
}

TEST(Status, S6AlarmTextsAreBounded)
{
    auto snapshot = reading({"OL"});
    snapshot.alarms.assign(100, "[something is wrong]");

    EXPECT_EQ(value_of(published(snapshot), "ups.alarm").size(), 255U);
}

TEST(Status, S7ADriversOwnAlarmWordComesFirstToo)
{
    auto snapshot = reading({"OL", "ALARM", "CHRG"});
    EXPECT_EQ(status_of(snapshot), "ALARM OL CHRG");

    snapshot.alarms = {"[N/A]"};
    EXPECT_EQ(value_of(published(snapshot), "ups.alarm"), "[N/A]");
    snapshot.alarms = {"[N/A]", "[Real]"};
    EXPECT_EQ(value_of(published(snapshot), "ups.alarm"), "[Real]");
    EXPECT_EQ(status_of(snapshot), "ALARM OL CHRG");
}

TEST(Status, S8DaisyChainedDevicesKeepTheirOwn)
{
    const auto variables =
        published(reading({"OL"}, {{"device.2.ups.status", "OB"}, {"device.2.ups.alarm", "x"}}));

    EXPECT_EQ(value_of(variables, "device.2.ups.status"), "OB");
    EXPECT_EQ(value_of(variables, "device.2.ups.alarm"), "x");
    EXPECT_EQ(value_of(variables, "ups.status"), "OL");
}

TEST(Status, S9MayBeEmpty) { EXPECT_EQ(status_of(reading({})), ""); }

TEST(Status, S10KeepsTheDriversChoiceOfOlOrOb)
{
    EXPECT_EQ(status_of(reading({"OL"})), "OL");
    EXPECT_EQ(status_of(reading({"OB"})), "OB");
    EXPECT_EQ(status_of(reading({"OFF"})), "OFF");
}

TEST(Status, S11BuzzwordsAreBuiltTheSameWay)
{
    auto snapshot = reading({"OL"});
    EXPECT_EQ(value_of(published(snapshot), "experimental.ups.mode.buzzwords"), "<none>");

    snapshot.buzzwords = {"vendor:eco", "vendor:eco", "other"};
    EXPECT_EQ(value_of(published(snapshot), "experimental.ups.mode.buzzwords"), "vendor:eco other");
}

TEST(Status, S12FsdFromTheDeviceIsLegal) { EXPECT_EQ(status_of(reading({"OB", "FSD", "LB"})), "OB FSD LB"); }

TEST(Published, OverrideBeatsTheDeviceAndDefaultOnlyFillsIn) // Trap 49
{
    const StatusRules rules{.ignorelb = false,
                            .defaults = {{"ups.mfr", "ours"}, {"ups.serial", "none"}},
                            .overrides = {{"Battery.Charge", "42"}, {"ups.id", "fixed"}}};
    auto snapshot = reading({"OL"}, {{"ups.mfr", "theirs"}});
    snapshot.set_text("battery.charge", "99", 10);
    const auto variables = published(snapshot, rules);

    EXPECT_EQ(value_of(variables, "ups.mfr"), "theirs");
    EXPECT_EQ(value_of(variables, "ups.serial"), "none");
    EXPECT_EQ(value_of(variables, "battery.charge"), "42");
    EXPECT_EQ(value_of(variables, "ups.id"), "fixed");
    EXPECT_TRUE(variables.find("battery.charge")->second.flags.immutable);
    EXPECT_FALSE(variables.find("battery.charge")->second.flags.rw);
}

TEST(Published, AnOverrideHoldsForTheStatusToo)
{
    auto snapshot = reading({"OB", "LB"});
    snapshot.alarms = {"[x]"};

    EXPECT_EQ(status_of(snapshot, {.ignorelb = false, .defaults = {}, .overrides = {{"ups.status", "OL"}}}),
              "OL");
}

TEST(Published, DeviceNamesAreFilledFromThoseOfTheUps) // Trap 59
{
    const auto variables = published(reading(
        {"OL"}, {{"ups.mfr", "M"}, {"ups.model", "N"}, {"ups.serial", "S"}, {"device.model", "mine"}}));

    EXPECT_EQ(value_of(variables, "device.mfr"), "M");
    EXPECT_EQ(value_of(variables, "device.model"), "mine");
    EXPECT_EQ(value_of(variables, "device.serial"), "S");
    EXPECT_EQ(value_of(variables, "device.type"), "ups");
    EXPECT_EQ(value_of(published(reading({"OL"}, {{"device.type", "pdu"}})), "device.type"), "pdu");
}

TEST(Published, AWritableStatusStaysWritable)
{
    auto snapshot = reading({"OL"});
    snapshot.set_text("ups.status", "", 32);
    const auto variables = published(snapshot);

    EXPECT_EQ(value_of(variables, "ups.status"), "OL");
    EXPECT_TRUE(variables.find("ups.status")->second.flags.rw);
}

TEST(Published, ADeviceThatKnowsNothingOfMainsHasNoStatusButItsAlarms)
{
    auto snapshot = reading({});
    EXPECT_EQ(published(snapshot).count("ups.status"), 1U);

    snapshot.has_status = false;
    EXPECT_EQ(published(snapshot).count("ups.status"), 0U);

    snapshot.alarms = {"too hot"};
    EXPECT_EQ(value_of(published(snapshot), "ups.status"), "ALARM");
}

} // namespace
} // namespace upright
