// All virtual UPSes together: groups, groups of groups, and stages of them.
#include "server/upsd/virtual_upses.hpp"

#include <gmock/gmock.h>

namespace upright::upsd {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

// UPSes by name, some of them virtual, and what was shown of those.
class House : public testing::Test {
protected:
    void conf(const std::string& virtuals)
    {
        const auto parsed = parse_ups_conf(
            "ups.conf",
            "[a]\ndriver = x\nport = 1\n[b]\ndriver = x\nport = 2\n[c]\ndriver = x\nport = 3\n" + virtuals);
        const auto loaded = virtual_upses(parsed.value);
        EXPECT_TRUE(loaded.clean());
        virtuals_.adopt(loaded.value);
    }
    void ups(const std::string& name, const std::string& status)
    {
        states_[name].apply(SetValue{"ups.status", status});
    }

    std::map<std::string, std::string> update(std::chrono::seconds later)
    {
        std::map<std::string, std::string> statuses;
        const VirtualUpses::World world{
            .ups =
                [&](const std::string& name) {
                    const auto state = states_.find(name);
                    return state == states_.end() ? UpsView{} : UpsView{&state->second, true, false};
                },
            .own =
                [&](const std::string& name) {
                    return OwnView{logins_[name], false};
                },
            .show =
                [&](const std::string& name, const Shown& shown) {
                    states_.erase(name);
                    for (const auto& [variable, value] : shown.variables)
                        states_[name].apply(SetValue{variable, value});
                    statuses[name] = shown.available ? shown.variables.at("ups.status") : "STALE";
                }};
        virtuals_.update(world, TimePoint{} + 1h + later);
        return statuses;
    }

    VirtualUpses virtuals_;
    std::map<std::string, State> states_;
    std::map<std::string, std::size_t> logins_;
};

constexpr auto kRack = "[stage]\ndriver = virtual\nof = rack\nstage = 1\nafter = 10\n"
                       "[rack]\ndriver = virtual\nof = feeds c\n"
                       "[feeds]\ndriver = virtual\nof = a b\nneed = 2\n";

TEST_F(House, IsWorkedOutFromTheBottom)
{
    conf(kRack);
    ups("a", "OL");
    ups("b", "OB");
    ups("c", "OB");

    EXPECT_THAT(update(0s), ElementsAre(Pair("feeds", "OB"), Pair("rack", "OB"), Pair("stage", "OB")));
    EXPECT_THAT(update(10s), ElementsAre(Pair("feeds", "OB"), Pair("rack", "OB"), Pair("stage", "FSD OB")));
    ups("c", "OL");
    EXPECT_THAT(update(11s), ElementsAre(Pair("feeds", "OB"), Pair("rack", "OL"), Pair("stage", "FSD OL")));
}

TEST_F(House, SaysWhatItIsMadeOf)
{
    EXPECT_TRUE(virtuals_.empty());
    conf(kRack);

    EXPECT_FALSE(virtuals_.empty());
    for (const auto* const name : {"a", "B", "c", "feeds", "Rack"})
        EXPECT_TRUE(virtuals_.is_made_of(name)) << name;
    EXPECT_FALSE(virtuals_.is_made_of("stage"));
}

TEST_F(House, KeepsWhatItKnowsThroughAReload)
{
    conf(kRack);
    for (const auto* const name : {"a", "b", "c"})
        ups(name, "OB");
    logins_["stage"] = 1;
    update(0s);
    EXPECT_EQ(update(10s)["stage"], "FSD OB");

    conf("[stage]\ndriver = virtual\nof = rack\nstage = 1\nafter = 500\n[rack]\ndriver = virtual\nof = a\n"
         "[other]\ndriver = virtual\nof = rack\nstage = 2\nafter = 20\n");
    auto shown = update(20s);
    EXPECT_EQ(shown["stage"], "FSD OB");
    EXPECT_EQ(shown["other"], "OB");
    logins_["stage"] = 0;
    EXPECT_EQ(update(21s)["other"], "FSD OB"); // the time on battery went on

    conf("[rack]\ndriver = virtual\nof = a\n");
    EXPECT_THAT(update(30s), ElementsAre(Pair("rack", "OB")));
    conf("");
    EXPECT_TRUE(virtuals_.empty());
    EXPECT_TRUE(update(40s).empty());
}

} // namespace
} // namespace upright::upsd
