// Groups: what is shown for every mix of members.
#include "server/upsd/virtual_group.hpp"

#include <gmock/gmock.h>

#include <array>
#include <deque>

namespace upright::upsd {
namespace {

using namespace std::chrono_literals;
using testing::IsSupersetOf;
using testing::Pair;

// Members by their status; "-" has no data, "!" in front is the latch of FSD.
class Members {
public:
    Members(std::initializer_list<std::string_view> statuses)
    {
        for (const auto status : statuses)
            add(status);
    }
    void add(std::string_view status, std::string_view charge = {}, std::string_view runtime = {})
    {
        auto& state = states_.emplace_back();
        const bool fsd = status.starts_with('!');
        if (fsd)
            status.remove_prefix(1);
        state.apply(SetValue{"ups.status", std::string(status)});
        if (!charge.empty())
            state.apply(SetValue{"battery.charge", std::string(charge)});
        if (!runtime.empty())
            state.apply(SetValue{"battery.runtime", std::string(runtime)});
        views.push_back({&state, status != "-", fsd});
    }
    State& last() { return states_.back(); }

    std::vector<UpsView> views;

private:
    std::deque<State> states_;
};

VirtualSettings settings(std::size_t members, int need)
{
    VirtualSettings settings;
    settings.name = "rack";
    settings.need = need;
    for (std::size_t i = 0; i < members; ++i)
        settings.of.push_back(std::string(1, static_cast<char>('a' + i)));
    return settings;
}

const TimePoint kStart = TimePoint{} + 1h;

Shown shown(const Members& members, int need, OwnView own = {})
{
    return Group(settings(members.views.size(), need)).show(members.views, own, kStart);
}

// The status, or "STALE".
std::string status(std::initializer_list<std::string_view> statuses, int need)
{
    const auto all = shown(Members(statuses), need);
    return all.available ? all.variables.at("ups.status") : "STALE";
}

TEST(Group, IsOnLineWhileEnoughMembersAre)
{
    EXPECT_EQ(status({"OL", "OL"}, 1), "OL");
    EXPECT_EQ(status({"OL", "OL"}, 2), "OL");
    EXPECT_EQ(status({"OL", "OB"}, 1), "OL");
    EXPECT_EQ(status({"OL", "OB LB"}, 1), "OL");
    EXPECT_EQ(status({"OL", "OFF"}, 1), "OL");
    EXPECT_EQ(status({"OL", "OL", "OB LB"}, 2), "OL");
    EXPECT_EQ(status({"OL BOOST", "OL TRIM"}, 2), "OL");
}

TEST(Group, IsOnBatteryWhenTooFewAreOnMains)
{
    EXPECT_EQ(status({"OB", "OB"}, 1), "OB");
    EXPECT_EQ(status({"OL", "OB"}, 2), "OB");
    EXPECT_EQ(status({"OB", "OB LB"}, 1), "OB");
    EXPECT_EQ(status({"OL", "OB", "OB LB"}, 2), "OB");
}

TEST(Group, IsLowWhenTooFewCanCarryOn)
{
    EXPECT_EQ(status({"OB LB", "OB LB"}, 1), "OB LB");
    EXPECT_EQ(status({"OL", "OB LB"}, 2), "OB LB");
    EXPECT_EQ(status({"OL", "OB", "OB LB"}, 3), "OB LB");
    EXPECT_EQ(status({"OL LB", "OL LB"}, 2), "OL"); // charging again
}

TEST(Group, IsOffWhenOnlyMembersThatAreOffAreMissing) // a client waits before it takes OFF for the end
{
    EXPECT_EQ(status({"OL", "OFF"}, 2), "OB OFF");
    EXPECT_EQ(status({"OL OFF", "OL OFF"}, 1), "OB OFF");
    EXPECT_EQ(status({"OB LB", "OFF"}, 1), "OB OFF");
    EXPECT_EQ(status({"OB LB", "OFF"}, 2), "OB LB");
}

TEST(Group, GoesDownWhenTooManyMembersDo)
{
    EXPECT_EQ(status({"!OB", "OL"}, 1), "OL");
    EXPECT_EQ(status({"!OB", "OL"}, 2), "FSD OB LB");
    EXPECT_EQ(status({"FSD OB LB", "OL"}, 2), "FSD OB LB");
    EXPECT_EQ(status({"!OL", "!OL"}, 1), "FSD OB LB");
    EXPECT_EQ(status({"!-", "!OL"}, 1), "FSD OB LB");
}

TEST(Group, TakesSilenceForNoPowerFailure)
{
    EXPECT_EQ(status({"-", "-"}, 1), "STALE");
    EXPECT_EQ(status({"OL", "-"}, 1), "OL");
    EXPECT_EQ(status({"OL", "-"}, 2), "STALE");
    EXPECT_EQ(status({"OL", "-", "-"}, 2), "STALE");
    EXPECT_EQ(status({"OL", "WAIT"}, 2), "STALE"); // a driver that was just connected
    EXPECT_EQ(status({"OL", ""}, 2), "STALE");
}

TEST(Group, DoesNotCountOnSilentMembersInAPowerFailure)
{
    EXPECT_EQ(status({"OB", "-"}, 1), "OB");
    EXPECT_EQ(status({"OB LB", "-"}, 1), "OB LB");
    EXPECT_EQ(status({"OL", "OB", "-"}, 2), "OB");
    EXPECT_EQ(status({"OL", "OB LB", "-"}, 2), "OB LB");
    EXPECT_EQ(status({"OL", "OL", "-", "OB LB"}, 2), "OL");
}

TEST(Group, TakesACalibrationForNoPowerFailure)
{
    EXPECT_EQ(status({"OB CAL LB", "OL"}, 2), "OB CAL");
    EXPECT_EQ(status({"OB CAL", "OB"}, 2), "OB");
    EXPECT_EQ(status({"OB CAL"}, 1), "OB CAL");
    EXPECT_EQ(status({"OB CAL LB", "OB LB"}, 2), "OB LB");
}

TEST(Group, PassesOnWhatPeopleShouldKnow)
{
    EXPECT_EQ(status({"OL CHRG", "OL RB"}, 1), "OL RB CHRG");
    EXPECT_EQ(status({"OL CHRG", "OL OVER"}, 2), "OL OVER CHRG");
    EXPECT_EQ(status({"OB DISCHRG", "OB DISCHRG"}, 1), "OB DISCHRG");
    EXPECT_EQ(status({"OB DISCHRG", "OL"}, 1), "OL");
}

TEST(Group, PassesOnDangersOnlyIfItDependsOnThatMember) // a client takes their silence for the end
{
    EXPECT_EQ(status({"ALARM OL", "OL"}, 1), "OL");
    EXPECT_EQ(status({"ALARM OL", "OL"}, 2), "ALARM OL");
    EXPECT_EQ(status({"OL BYPASS", "OL"}, 1), "OL");
    EXPECT_EQ(status({"OL BYPASS", "OL BYPASS"}, 1), "OL BYPASS");
    EXPECT_EQ(status({"BYPASS"}, 1), "OL BYPASS");
}

TEST(Group, ShowsTheWorstNumbersAndItsMembers)
{
    Members members{};
    members.add("OL", "90", "1200.5");
    members.add("ALARM OB", "40.5", "");
    members.last().apply(SetValue{"ups.alarm", "too hot"});
    members.last().apply(SetValue{"ups.load", "70"});
    members.add("-", "1", "1");

    const auto all = shown(members, 1);

    EXPECT_TRUE(all.available);
    EXPECT_THAT(
        all.variables,
        IsSupersetOf({Pair("ups.status", "OL"), Pair("battery.charge", "40.5"),
                      Pair("battery.runtime", "1200.5"), Pair("ups.load", "70"),
                      Pair("ups.alarm", "b: too hot"), Pair("driver.name", "virtual"),
                      Pair("device.type", "ups"), Pair("ups.virtual.need", "1"),
                      Pair("ups.virtual.online", "1"), Pair("ups.virtual.able", "2"),
                      Pair("ups.virtual.1.name", "a"), Pair("ups.virtual.1.supply", "mains"),
                      Pair("ups.virtual.2.supply", "battery"), Pair("ups.virtual.3.supply", "unknown")}));
}

TEST(Group, SaysFsdOnceWhenItIsLatchedItself)
{
    EXPECT_EQ(shown(Members({"!OL"}), 1, {.logins = 0, .fsd = true}).variables.at("ups.status"), "OB LB");
}

TEST(Group, LosesItsLatchWhenTheMainsAreBackAndNobodyIsThere)
{
    Group group(settings(2, 1));
    auto now = kStart;
    const auto released = [&](std::initializer_list<std::string_view> statuses, std::size_t logins) {
        const Members members(statuses);
        return group.show(members.views, {.logins = logins, .fsd = true}, now).release_fsd;
    };

    EXPECT_FALSE(released({"OB", "OB"}, 0));
    now += 1h;
    EXPECT_FALSE(released({"OL", "OB"}, 0));
    now += 29s;
    EXPECT_FALSE(released({"OB", "OB"}, 0)); // the mains went again: from the beginning
    EXPECT_FALSE(released({"OL", "OB"}, 0));
    now += 29s;
    EXPECT_FALSE(released({"OL", "OB"}, 0));
    now += 1s;
    EXPECT_TRUE(released({"OL", "OB"}, 0));
}

TEST(Group, KeepsItsLatchForThoseStillLoggedInButNotForEver)
{
    Group group(settings(1, 1));
    auto now = kStart;
    const Members members{"OL"};
    const auto released = [&] {
        return group.show(members.views, {.logins = 1, .fsd = true}, now).release_fsd;
    };

    EXPECT_FALSE(released());
    now += 299s;
    EXPECT_FALSE(released());
    now += 1s;
    EXPECT_TRUE(released());
}

// Every mix of up to three members and every need.
TEST(Group, NeverClaimsMoreThanItsMembersCarry)
{
    constexpr std::array<std::string_view, 9> kAll{"OL",     "OB",   "OB LB", "OFF",  "FSD OB LB",
                                                   "OB CAL", "WAIT", "-",     "OL LB"};
    for (std::size_t members = 1; members <= 3; ++members) {
        std::size_t mixes = 1;
        for (std::size_t i = 0; i < members; ++i)
            mixes *= kAll.size();
        for (std::size_t mix = 0; mix < mixes; ++mix) {
            Members all{};
            std::array<std::size_t, kAll.size()> count{};
            for (std::size_t i = 0, rest = mix; i < members; ++i, rest /= kAll.size()) {
                all.add(kAll[rest % kAll.size()]);
                ++count[rest % kAll.size()];
            }
            const auto on_mains = count[0] + count[8];
            const auto able = on_mains + count[1] + count[5];
            const auto failing = count[1] + count[2] + count[3] + count[4];
            for (std::size_t need = 1; need <= members; ++need) {
                SCOPED_TRACE(testing::Message() << "mix " << mix << " of " << members << ", need " << need);
                const auto result = shown(all, static_cast<int>(need));
                EXPECT_EQ(result.available, on_mains + count[5] >= need || failing > 0);
                if (!result.available)
                    continue;
                const StatusWords words(result.variables.at("ups.status"));
                EXPECT_EQ(words.has("OL"), on_mains >= need);
                EXPECT_NE(words.has("OL"), words.has("OB"));
                EXPECT_EQ(words.has("LB") || words.has("OFF"), able < need);
                EXPECT_EQ(words.has("FSD"), members - count[4] < need);
                EXPECT_FALSE(words.has("OL") && (words.has("LB") || words.has("FSD") || words.has("OFF")));
                EXPECT_FALSE(words.has("LB") && words.has("OFF"));
            }
        }
    }
}

} // namespace
} // namespace upright::upsd
