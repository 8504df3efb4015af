// Stages: when each fires, in which order, and when it ends.
#include "server/upsd/virtual_stages.hpp"

#include <gmock/gmock.h>

namespace upright::upsd {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

// One UPS with stages, and a clock that only the test moves.
class StagesOf : public testing::Test {
protected:
    VirtualSettings& add(const std::string& name, int number)
    {
        auto& settings = settings_.emplace_back();
        settings.name = name;
        settings.of = {"desk"};
        settings.stage = number;
        settings.limit = 120s;
        return settings;
    }
    void begin()
    {
        stages_.adopt(settings_);
        own_.resize(settings_.size());
        ups("OL", "100", "3600");
    }
    void ups(const std::string& status, const std::string& charge = "", const std::string& runtime = "")
    {
        state_.apply(SetValue{"ups.status", status});
        if (!charge.empty())
            state_.apply(SetValue{"battery.charge", charge});
        if (!runtime.empty())
            state_.apply(SetValue{"battery.runtime", runtime});
    }
    // So much later: what every stage shows then.
    std::vector<std::string> at(std::chrono::seconds later)
    {
        now_ = kStart + later;
        const auto shown = stages_.show({&state_, available_, fsd_}, own_, now_);
        std::vector<std::string> statuses;
        for (std::size_t i = 0; i < shown.size(); ++i) {
            statuses.push_back(shown[i].available ? shown[i].variables.at("ups.status") : "STALE");
            for (const auto& event : shown[i].events)
                events_.push_back(stages_.settings(i).name + ": " + event);
            if (shown[i].release_fsd)
                own_[i].fsd = false;
        }
        last_ = shown;
        return statuses;
    }

    const TimePoint kStart = TimePoint{} + 1h;
    TimePoint now_ = kStart;
    State state_;
    bool available_ = true;
    bool fsd_ = false;
    std::vector<VirtualSettings> settings_;
    std::vector<OwnView> own_;
    Stages stages_{{}};
    std::vector<Shown> last_;
    std::vector<std::string> events_;
};

TEST_F(StagesOf, ShowWhatTheUpsShowsUntilTheyFire)
{
    add("one", 1).after = 60s;
    begin();

    EXPECT_THAT(at(0s), ElementsAre("OL"));
    ups("OL CHRG LB");
    state_.apply(SetValue{"ups.model", "Test"});
    state_.apply(SetValue{"driver.name", "dummy-ups"});
    EXPECT_THAT(at(1s), ElementsAre("OL CHRG LB"));
    EXPECT_EQ(last_[0].variables.at("ups.model"), "Test");
    EXPECT_EQ(last_[0].variables.at("battery.charge"), "100");
    EXPECT_EQ(last_[0].variables.at("driver.name"), "virtual");
    EXPECT_EQ(last_[0].variables.at("ups.stage.state"), "watching");
    EXPECT_EQ(last_[0].variables.at("ups.stage.of"), "desk");
    EXPECT_EQ(last_[0].variables.at("ups.stage.number"), "1");
    EXPECT_EQ(last_[0].variables.at("ups.stage.after"), "60");
    EXPECT_EQ(last_[0].variables.at("ups.stage.limit"), "120");
    available_ = false;
    EXPECT_THAT(at(2s), ElementsAre("STALE"));
    available_ = true;
    ups("WAIT");
    EXPECT_THAT(at(3s), ElementsAre("WAIT"));
    EXPECT_THAT(events_, IsEmpty());
}

TEST_F(StagesOf, FireAfterTheirTimeOnBattery)
{
    add("one", 1).after = 60s;
    begin();
    at(0s);

    ups("OB DISCHRG");
    EXPECT_THAT(at(10s), ElementsAre("OB DISCHRG"));
    EXPECT_THAT(at(69s), ElementsAre("OB DISCHRG"));
    EXPECT_THAT(at(70s), ElementsAre("FSD OB DISCHRG"));
    EXPECT_EQ(last_[0].variables.at("ups.stage.state"), "fired");
    EXPECT_EQ(last_[0].variables.at("ups.stage.reason"), "on battery for 60 s");
    EXPECT_THAT(at(71s), ElementsAre("FSD OB DISCHRG"));
    EXPECT_THAT(events_, ElementsAre("one: stage fired: on battery for 60 s"));
}

TEST_F(StagesOf, NeverFireWhenTheMainsComeBackBefore)
{
    add("one", 1).after = 60s;
    begin();

    ups("OB");
    at(0s);
    EXPECT_THAT(at(59s), ElementsAre("OB"));
    ups("OL");
    EXPECT_THAT(at(59s + 500s), ElementsAre("OL"));
    ups("OB"); // and the time begins anew
    EXPECT_THAT(at(600s), ElementsAre("OB"));
    EXPECT_THAT(at(659s), ElementsAre("OB"));
    EXPECT_THAT(at(660s), ElementsAre("FSD OB"));
}

TEST_F(StagesOf, FireWhenTheChargeOrTheRuntimeIsLowAndStaysLow)
{
    add("one", 1).charge = 50;
    add("two", 2).runtime = 600s;
    begin();

    ups("OL", "10", "100"); // charging after an outage: no matter
    EXPECT_THAT(at(0s), ElementsAre("OL", "OL"));
    EXPECT_THAT(at(60s), ElementsAre("OL", "OL"));
    ups("OB", "51", "601");
    EXPECT_THAT(at(70s), ElementsAre("OB", "OB"));
    ups("OB", "50");
    EXPECT_THAT(at(80s), ElementsAre("OB", "OB"));
    ups("OB", "51"); // one wrong reading
    EXPECT_THAT(at(84s), ElementsAre("OB", "OB"));
    ups("OB", "49.5");
    EXPECT_THAT(at(90s), ElementsAre("OB", "OB"));
    EXPECT_THAT(at(94s), ElementsAre("OB", "OB"));
    EXPECT_THAT(at(95s), ElementsAre("FSD OB", "OB"));
    ups("OB", "49", "600");
    EXPECT_THAT(at(100s), ElementsAre("FSD OB", "OB"));
    EXPECT_THAT(at(105s), ElementsAre("FSD OB", "FSD OB"));
    EXPECT_THAT(events_, ElementsAre("one: stage fired: charge 49.5 % is not above 50 %",
                                     "two: stage fired: runtime 600 s is not above 600 s"));
}

TEST_F(StagesOf, DoNotFireDuringACalibrationOrOnNonsense)
{
    add("one", 1).after = 0s;
    add("two", 2).charge = 50;
    begin();

    for (const auto* const status : {"OB CAL", "OB CAL LB", "OL", "WAIT", "", "OBX", "OL OFF"}) {
        ups(status, "5", "5");
        at(10s);
        EXPECT_THAT(at(100s), testing::Each(testing::Not(testing::StartsWith("FSD")))) << status;
    }
    ups("OB", "none");
    own_ = {{.logins = 1}, {.logins = 1}};
    EXPECT_THAT(at(200s), ElementsAre("FSD OB", "OB"));
    EXPECT_THAT(at(219s), ElementsAre("FSD OB", "OB"));
}

TEST_F(StagesOf, WaitForTheOneBeforeUntilItIsEmpty)
{
    add("one", 1).after = 10s;
    add("two", 2).after = 20s;
    begin();
    own_[0].logins = 3;
    ups("OB");
    at(0s);

    EXPECT_THAT(at(10s), ElementsAre("FSD OB", "OB"));
    EXPECT_THAT(at(20s), ElementsAre("FSD OB", "OB"));
    EXPECT_EQ(last_[1].variables.at("ups.stage.state"), "waiting");
    EXPECT_EQ(last_[1].variables.at("ups.stage.reason"), "on battery for 20 s");
    own_[0].logins = 1;
    EXPECT_THAT(at(60s), ElementsAre("FSD OB", "OB"));
    own_[0].logins = 0;
    EXPECT_THAT(at(61s), ElementsAre("FSD OB", "FSD OB"));
}

TEST_F(StagesOf, WaitNoLongerThanTheLimitOfTheOneBefore)
{
    add("one", 1).after = 10s;
    add("two", 2).after = 20s;
    settings_[0].limit = 30s;
    begin();
    own_[0].logins = 1;
    ups("OB");
    at(0s);
    at(10s);

    EXPECT_THAT(at(39s), ElementsAre("FSD OB", "OB"));
    EXPECT_THAT(at(40s), ElementsAre("FSD OB", "FSD OB"));
}

TEST_F(StagesOf, SpareTheNextWhenTheMainsComeBackWhileItWaits)
{
    add("one", 1).after = 10s;
    add("two", 2).after = 20s;
    begin();
    own_[0].logins = 1;
    ups("OB");
    at(0s);
    at(10s);
    EXPECT_THAT(at(25s), ElementsAre("FSD OB", "OB"));

    ups("OL");
    EXPECT_THAT(at(26s), ElementsAre("FSD OL", "OL"));
    own_[0].logins = 0;
    EXPECT_THAT(at(27s), ElementsAre("FSD OL", "OL"));
}

TEST_F(StagesOf, PullThoseBeforeThem) // whoever comes later is due: the others must go first
{
    add("one", 1).after = 600s;
    add("two", 2).charge = 30;
    begin();
    own_ = {{.logins = 1}, {.logins = 1}};
    ups("OB", "30");
    at(0s);

    EXPECT_THAT(at(5s), ElementsAre("FSD OB", "OB"));
    own_[0].logins = 0;
    EXPECT_THAT(at(6s), ElementsAre("FSD OB", "FSD OB"));
    EXPECT_THAT(events_, ElementsAre("one: stage fired: two is due: charge 30 % is not above 30 %",
                                     "two: stage fired: charge 30 % is not above 30 %"));
}

TEST_F(StagesOf, OfTheSameTurnGoTogether)
{
    add("last", 2).after = 0s;
    add("b", 1).after = 10s;
    add("a", 1).after = 10s;
    begin();
    own_ = {{.logins = 1}, {.logins = 1}, {.logins = 0}}; // b, a, last
    ups("OB");

    EXPECT_THAT(at(0s), ElementsAre("FSD OB", "FSD OB", "OB"));
    own_[0].logins = 0;
    EXPECT_THAT(at(1s), ElementsAre("FSD OB", "FSD OB", "OB"));
    own_[1].logins = 0;
    EXPECT_THAT(at(2s), ElementsAre("FSD OB", "FSD OB", "FSD OB"));
}

TEST_F(StagesOf, ShowTheFsdOfTheUps)
{
    add("one", 1).after = 60s;
    begin();

    fsd_ = true;
    ups("OB LB");
    EXPECT_THAT(at(0s), ElementsAre("FSD OB LB"));
    EXPECT_EQ(last_[0].variables.at("ups.stage.state"), "watching");
    fsd_ = false;
    ups("FSD OB LB"); // the driver's own word
    EXPECT_THAT(at(1s), ElementsAre("FSD OB LB"));
    ups("OL");
    EXPECT_THAT(at(2s), ElementsAre("OL"));
    EXPECT_THAT(events_, IsEmpty());
}

TEST_F(StagesOf, TakeAClientsFsdForFiring)
{
    add("one", 1).after = 600s;
    add("two", 2).after = 600s;
    begin();
    own_ = {{.logins = 1, .fsd = true}, {.logins = 1}};
    ups("OB LB");

    EXPECT_THAT(at(0s), ElementsAre("OB LB", "OB LB")); // the latch itself puts FSD in front
    EXPECT_EQ(last_[0].variables.at("ups.stage.reason"), "FSD command");
    ups("OL");
    own_[0].logins = 0;
    EXPECT_THAT(at(10s), ElementsAre("OL", "OL"));
    EXPECT_TRUE(own_[0].fsd);
    at(40s);
    EXPECT_FALSE(own_[0].fsd);
    EXPECT_THAT(at(41s), ElementsAre("OL", "OL"));
    EXPECT_EQ(last_[0].variables.at("ups.stage.state"), "watching");
}

TEST_F(StagesOf, StayFiredUntilTheMainsAreBackForAWhileAndTheirHostsAreGone)
{
    add("one", 1).after = 0s;
    begin();
    own_[0].logins = 1;
    ups("OB");
    EXPECT_THAT(at(0s), ElementsAre("FSD OB"));
    ups("OL");
    EXPECT_THAT(at(10s), ElementsAre("FSD OL"));
    EXPECT_THAT(at(50s), ElementsAre("FSD OL")); // somebody is there
    own_[0].logins = 0;
    EXPECT_THAT(at(51s), ElementsAre("OL"));
    EXPECT_THAT(events_,
                ElementsAre("one: stage fired: on battery for 0 s", "one: stage ended: mains are back"));

    own_[0].logins = 1; // and again: a host that never goes does not hold it for ever
    ups("OB");
    EXPECT_THAT(at(100s), ElementsAre("FSD OB"));
    ups("OL");
    EXPECT_THAT(at(110s), ElementsAre("FSD OL"));
    EXPECT_THAT(at(219s), ElementsAre("FSD OL"));
    EXPECT_THAT(at(220s), ElementsAre("OL"));
}

TEST_F(StagesOf, BeginTheWaitForCalmAnewWhenTheMainsGoAgain)
{
    add("one", 1).after = 0s;
    begin();
    ups("OB");
    at(0s);
    ups("OL");
    at(1s);
    ups("OB");
    at(29s);
    ups("OL");

    EXPECT_THAT(at(30s), ElementsAre("FSD OL"));
    EXPECT_THAT(at(59s), ElementsAre("FSD OL"));
    EXPECT_THAT(at(60s), ElementsAre("OL"));
}

TEST_F(StagesOf, StayVisibleOnceFiredWhenTheUpsFallsSilent)
{
    add("one", 1).after = 0s;
    add("two", 2).after = 60s;
    begin();
    ups("OB");
    at(0s);

    available_ = false;
    EXPECT_THAT(at(30s), ElementsAre("FSD OB", "STALE"));
    EXPECT_THAT(at(90s), ElementsAre("FSD OB", "STALE")); // silence fires nothing
    available_ = true;
    EXPECT_THAT(at(91s), ElementsAre("FSD OB", "FSD OB")); // on battery all the time, as far as anybody knows
}

TEST_F(StagesOf, KeepTheirLatchesThroughAReload)
{
    add("one", 1).after = 10s;
    add("two", 2).after = 20s;
    begin();
    own_[0].logins = 1;
    ups("OB");
    at(0s);
    EXPECT_THAT(at(10s), ElementsAre("FSD OB", "OB"));

    settings_[0].name = "ONE";
    settings_[0].after = 1000s;
    add("zero", 0).after = 15s;
    stages_.adopt(settings_);
    own_ = {{}, {.logins = 1}, {}}; // zero, one, two

    EXPECT_THAT(at(11s), ElementsAre("OB", "FSD OB", "OB"));
    EXPECT_THAT(at(15s), ElementsAre("FSD OB", "FSD OB", "OB"));
    own_[1].logins = 0;
    EXPECT_THAT(at(20s), ElementsAre("FSD OB", "FSD OB", "FSD OB"));
}

TEST_F(StagesOf, WithoutTriggersOnlyRepeat)
{
    add("one", 1);
    begin();

    ups("OB LB", "0", "0");
    at(0s);
    EXPECT_THAT(at(10000s), ElementsAre("OB LB"));
}

} // namespace
} // namespace upright::upsd
