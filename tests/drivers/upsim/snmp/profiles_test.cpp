// The makes: their tables are sound, their physics show, their commands act.
#include "drivers/upsim/snmp/notifications.hpp"
#include "tests/drivers/upsim/snmp/one_ups.hpp"

#include <gmock/gmock.h>

namespace upright::upsim::snmp {
namespace {

using testing::HasSubstr;

class EachProfile : public testing::TestWithParam<std::string_view> {};

TEST_P(EachProfile, HasSoundRows)
{
    OneSnmpUps ups(GetParam());
    EXPECT_TRUE(to_oid(ups.profile.object_id));
    for (const auto& row : ups.rows) {
        ASSERT_TRUE(to_oid(row.oid)) << row.oid;
        const auto value = value_of(row, ups.state());
        ASSERT_TRUE(value) << row.oid;
        EXPECT_EQ(value->type, row.type) << row.oid;
        EXPECT_TRUE(row.type != Type::integer || std::abs(value->number) <= INT32_MAX) << row.oid;
        EXPECT_TRUE(row.what.write == nullptr || row.set.any()) << row.oid << " can't be written";
    }
}

TEST_P(EachProfile, TellsTheTruthOfEachNamedObject)
{
    OneSnmpUps ups(GetParam());
    const auto truth = ups.truth();
    EXPECT_GE(truth.size(), 20U);
    for (const auto& row : ups.rows)
        if (const auto variable = row.variable.substr(0, row.variable.find(';')); !variable.empty()) {
            EXPECT_TRUE(truth.contains(variable)) << variable;
        }
    EXPECT_FALSE(truth.contains(""));
}

INSTANTIATE_TEST_SUITE_P(Snmp, EachProfile,
                         testing::Values("ietf", "ietf3", "apcc", "xups", "cyberpower", "epdu", "apc_pdu"),
                         [](const auto& one) { return std::string(one.param); });

class EachUps : public testing::TestWithParam<std::string_view> {};

TEST_P(EachUps, TellsThatTheMainsFailed)
{
    OneSnmpUps ups(GetParam());
    EXPECT_THAT(ups.truth()["ups.status"], testing::StartsWith("OL"));

    ups.model.set_mains(0);
    ups.model.set_charge(10);
    ups.look(3);

    const auto truth = ups.truth();
    EXPECT_THAT(truth.at("ups.status"), HasSubstr("OB"));
    EXPECT_THAT(truth.at("ups.status"), HasSubstr("LB"));
    EXPECT_THAT(
        truth.at("input.voltage").empty() ? truth.at("input.L1-N.voltage") : truth.at("input.voltage"), "0");
}

INSTANTIATE_TEST_SUITE_P(Snmp, EachUps, testing::Values("ietf", "apcc", "xups", "cyberpower"),
                         [](const auto& one) { return std::string(one.param); });

TEST(SnmpIetf, ShutsDownAndReturns)
{
    OneSnmpUps ups("ietf");
    EXPECT_EQ(ups.set("1.3.6.1.2.1.33.1.8.5.0", 1), Status::none);
    EXPECT_EQ(ups.set("1.3.6.1.2.1.33.1.8.3.0", 60), Status::none);
    EXPECT_EQ(ups.set("1.3.6.1.2.1.33.1.8.2.0", 20), Status::none);
    EXPECT_EQ(ups.get("1.3.6.1.2.1.33.1.8.2.0"), "20");
    ups.look(21);
    EXPECT_THAT(ups.truth()["ups.status"], HasSubstr("OFF"));
    EXPECT_EQ(ups.get("1.3.6.1.2.1.33.1.4.1.0"), "2");
    ups.look(60);
    EXPECT_EQ(ups.truth()["ups.status"], "OL");
}

TEST(SnmpIetf, StopsACountdown)
{
    OneSnmpUps ups("ietf");
    ups.set("1.3.6.1.2.1.33.1.8.2.0", 20);
    ups.look(5);
    EXPECT_EQ(ups.get("1.3.6.1.2.1.33.1.8.2.0"), "15");
    EXPECT_EQ(ups.set("1.3.6.1.2.1.33.1.8.2.0", -1), Status::none);
    EXPECT_EQ(ups.get("1.3.6.1.2.1.33.1.8.2.0"), "-1");
    EXPECT_EQ(ups.set("1.3.6.1.2.1.33.1.8.2.0", -2), Status::wrong_value);
}

TEST(SnmpIetf, TestsItsBatteryUnderTheSpinLock)
{
    OneSnmpUps ups("ietf");
    const Oid lock{1, 3, 6, 1, 2, 1, 33, 1, 7, 2, 0};
    const Oid test{1, 3, 6, 1, 2, 1, 33, 1, 7, 1, 0};
    const auto start = [&](int key) {
        const auto status =
            ups.ask({.kind = Request::Kind::set,
                     .may_write = true,
                     .bindings = {{lock, Value::of(Type::integer, key)},
                                  {test, Value::identifier({1, 3, 6, 1, 2, 1, 33, 1, 7, 7, 4})}}})
                .status;
        ups.look();
        return status;
    };
    EXPECT_EQ(start(1), Status::inconsistent_value);
    EXPECT_EQ(ups.truth()["ups.test.result"], "no test initiated");
    EXPECT_EQ(start(4711), Status::none);
    EXPECT_EQ(ups.get("1.3.6.1.2.1.33.1.7.2.0"), "4712");
    EXPECT_EQ(ups.truth()["ups.test.result"], "in progress");
    ups.look(11);
    EXPECT_EQ(ups.truth()["ups.test.result"], "done and passed");
    EXPECT_EQ(ups.set("1.3.6.1.2.1.33.1.7.1.0", 0), Status::wrong_type);
}

TEST(SnmpIetf, ListsItsAlarms)
{
    OneSnmpUps ups("ietf");
    EXPECT_EQ(ups.get("1.3.6.1.2.1.33.1.6.1.0"), "0");
    ups.model.set_load(130);
    ups.settings.forced_alarms = {{1, 3, 6, 1, 4, 1, 99}};
    ups.look();
    EXPECT_EQ(ups.get("1.3.6.1.2.1.33.1.6.1.0"), "2");
    EXPECT_EQ(ups.get("1.3.6.1.2.1.33.1.6.2.1.2.6"), ".1.3.6.1.2.1.33.1.6.3.8");
    EXPECT_EQ(ups.get("1.3.6.1.2.1.33.1.6.2.1.2.1000"), ".1.3.6.1.4.1.99");
    EXPECT_EQ(ups.get("1.3.6.1.2.1.33.1.6.2.1.2.1"), "none");
    EXPECT_THAT(ups.truth()["ups.status"], HasSubstr("OVER"));
}

TEST(SnmpIetf, SpreadsTheLoadOverThreeLines)
{
    OneSnmpUps ups("ietf3");
    auto truth = ups.truth();
    EXPECT_EQ(truth["output.phases"], "3");
    EXPECT_NE(truth["output.L1.realpower"], truth["output.L3.realpower"]);
    EXPECT_FALSE(truth.contains("ups.load"));
}

TEST(SnmpApcc, CalibratesUntilItIsStopped)
{
    OneSnmpUps ups("apcc");
    EXPECT_EQ(ups.set("1.3.6.1.4.1.318.1.1.1.7.2.5.0", 2), Status::none);
    EXPECT_THAT(ups.truth()["ups.status"], HasSubstr("CAL"));
    EXPECT_EQ(ups.set("1.3.6.1.4.1.318.1.1.1.7.2.5.0", 3), Status::none);
    EXPECT_EQ(ups.truth()["ups.status"], "OL");
}

TEST(SnmpApcc, SwitchesItsOutletGroups)
{
    OneSnmpUps ups("apcc");
    EXPECT_EQ(ups.set("1.3.6.1.4.1.318.1.1.1.12.3.2.1.3.2", 3), Status::none);
    EXPECT_EQ(ups.get("1.3.6.1.4.1.318.1.1.1.12.1.2.1.3.1"), "1");
    EXPECT_EQ(ups.get("1.3.6.1.4.1.318.1.1.1.12.1.2.1.3.2"), "2");
}

TEST(SnmpPdus, SwitchOutletsWithDelays)
{
    OneSnmpUps ups("epdu");
    EXPECT_EQ(ups.set("1.3.6.1.4.1.534.6.6.7.6.6.1.3.0.2", 5), Status::none);
    EXPECT_EQ(ups.truth()["outlet.2.status"], "pendingOff");
    EXPECT_EQ(ups.truth()["outlet.2.timer.shutdown"], "5");
    ups.look(6);
    EXPECT_EQ(ups.truth()["outlet.2.status"], "off");
    EXPECT_EQ(ups.truth()["outlet.2.realpower"], "0");
    EXPECT_EQ(ups.truth()["outlet.1.status"], "on");

    OneSnmpUps apc("apc_pdu");
    EXPECT_EQ(apc.set("1.3.6.1.4.1.318.1.1.12.3.3.1.1.4.3", 6), Status::none); // off and on, with its delays
    apc.look(11);
    EXPECT_EQ(apc.truth()["outlet.3.status"], "off");
    apc.look(11);
    EXPECT_EQ(apc.truth()["outlet.3.status"], "on");
}

TEST(SnmpPdus, HaveUnitsInAChain)
{
    OneSnmpUps ups("epdu", {.outlets = 3, .units = 2});
    EXPECT_EQ(ups.get("1.3.6.1.4.1.534.6.6.7.1.1.0"), "\"0,1\"");
    ups.set("1.3.6.1.4.1.534.6.6.7.6.6.1.3.1.1", 0);
    auto truth = ups.truth();
    EXPECT_EQ(truth["device.2.outlet.1.status"], "off");
    EXPECT_EQ(truth["device.1.outlet.1.status"], "on");
    EXPECT_EQ(truth["outlet.1.status"], "on");
}

TEST(SnmpWatch, TellsOfChangesOnce)
{
    OneSnmpUps ups("apcc");
    const auto events = ups.profile.events({});
    Watch watch;
    const auto told = [&] {
        std::vector<std::string> all;
        for (const auto& one : watch.look(ups.profile, events, ups.tree, ups.state()))
            all.push_back(to_string(one.what));
        return all;
    };
    EXPECT_THAT(told(), testing::IsEmpty());
    ups.model.set_mains(0);
    ups.look();
    EXPECT_THAT(told(), testing::ElementsAre(".1.3.6.1.4.1.318.0.5"));
    EXPECT_THAT(told(), testing::IsEmpty());
    ups.model.set_mains(230);
    ups.look();
    EXPECT_THAT(told(), testing::ElementsAre(".1.3.6.1.4.1.318.0.9"));
}

TEST(SnmpWatch, RepeatsThatItIsOnBatteryEachMinute)
{
    OneSnmpUps ups("ietf");
    const auto events = ups.profile.events({});
    Watch watch;
    const auto told = [&] { return watch.look(ups.profile, events, ups.tree, ups.state()); };
    told();
    ups.model.set_mains(0);
    ups.look();
    EXPECT_EQ(told().size(), 2U); // and the alarm that the input is bad
    ups.look(59);
    EXPECT_TRUE(told().empty());
    ups.look(2);
    ASSERT_EQ(told().size(), 1U);
}

} // namespace
} // namespace upright::upsim::snmp
