// What must hold for stages whatever a UPS, its hosts and the clock do.
#include "server/upsd/virtual_stages.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace upright::upsd {
namespace {

using namespace std::chrono_literals;

// A UPS and hosts that do anything at all, and what is remembered to judge the stages by.
class Chaos {
public:
    explicit Chaos(unsigned seed) : engine_(seed)
    {
        std::vector<VirtualSettings> settings(2 + below(3));
        for (std::size_t i = 0; i < settings.size(); ++i) {
            auto& one = settings[i];
            one.name = "s" + std::to_string(i);
            one.of = {"desk"};
            one.stage = static_cast<int>(below(4));
            if (below(2) == 0)
                one.after = std::chrono::seconds(below(120));
            if (below(2) == 0)
                one.charge = static_cast<double>(below(100));
            if (below(2) == 0)
                one.runtime = std::chrono::seconds(1 + below(900));
            one.limit = std::chrono::seconds(below(100));
        }
        stages_ = Stages(settings);
        own_.resize(settings.size());
        fired_.resize(settings.size());
        history_.resize(settings.size());
    }

    void step()
    {
        now_ += std::chrono::seconds(1 + below(12));
        change_ups();
        for (auto& one : own_)
            if (below(4) == 0)
                one.logins = below(3);
        on_battery_ = available_ && (status_ == "OB" || status_ == "OB LB");
        if (on_battery_)
            battery_since_ = battery_since_.value_or(now_);
        else if (available_ && (status_.starts_with("OL") || status_ == "OB CAL"))
            battery_since_.reset();
        note_triggers();
        const auto shown = stages_.show({&state_, available_, false}, own_, now_);
        for (std::size_t i = 0; i < shown.size(); ++i)
            judge(i, shown[i]);
    }

    int fired() const { return count_; }
    int ended() const { return ended_; }

private:
    std::size_t below(std::size_t limit)
    {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_);
    }

    void change_ups()
    {
        constexpr std::array<const char*, 8> kAll{"OL", "OL", "OB", "OB", "OB", "OB LB", "OB CAL", "WAIT"};
        if (below(3) == 0)
            status_ = kAll[below(kAll.size())];
        if (below(4) == 0)
            available_ = below(5) != 0;
        if (below(2) == 0) {
            charge_ = static_cast<double>(below(101));
            runtime_ = static_cast<double>(below(1000));
        }
        state_.apply(SetValue{"ups.status", status_});
        state_.apply(SetValue{"battery.charge", plain_number(charge_)});
        state_.apply(SetValue{"battery.runtime", plain_number(runtime_)});
    }

    // Whether some trigger of the stage holds now, by another way of reckoning than the stages' own.
    void note_triggers()
    {
        for (std::size_t i = 0; i < own_.size(); ++i) {
            const auto& s = stages_.settings(i);
            const bool low = on_battery_
                             && ((s.charge && charge_ <= *s.charge)
                                 || (s.runtime && runtime_ <= static_cast<double>(s.runtime->count())));
            history_[i].due = on_battery_
                              && ((s.after && now_ - *battery_since_ >= *s.after)
                                  || (low && history_[i].low_before && now_ - *history_[i].low_before >= 5s));
            if (!low)
                history_[i].low_before.reset();
            else if (!history_[i].low_before)
                history_[i].low_before = now_;
        }
    }

    void judge(std::size_t i, const Shown& shown)
    {
        SCOPED_TRACE(testing::Message() << stages_.settings(i).name << " at " << (now_ - TimePoint{}) / 1s);
        const bool now_fired = shown.available && shown.variables.at("ups.stage.state") == "fired";
        if (now_fired && !fired_[i])
            judge_firing(i);
        if (!now_fired && fired_[i]) {
            ++ended_;
            EXPECT_TRUE(available_ && status_ == "OL");
            EXPECT_TRUE(own_[i].logins == 0 || now_ - fired_at_[i] >= stages_.settings(i).limit);
        }
        fired_[i] = now_fired;
        if (!shown.available) {
            EXPECT_FALSE(available_);
            return;
        }
        const StatusWords words(shown.variables.at("ups.status"));
        EXPECT_EQ(words.has("FSD"), now_fired);
        if (available_) {
            EXPECT_TRUE(shown.variables.at("ups.status").ends_with(status_));
        }
    }

    void judge_firing(std::size_t i)
    {
        ++count_;
        fired_at_[i] = now_;
        EXPECT_TRUE(on_battery_);
        bool due = false;
        for (std::size_t j = 0; j < own_.size(); ++j)
            due =
                due || (history_[j].due && (j == i || stages_.settings(j).stage > stages_.settings(i).stage));
        EXPECT_TRUE(due);
        for (std::size_t j = 0; j < i; ++j) // those are in their turn
            if (stages_.settings(j).stage < stages_.settings(i).stage) {
                EXPECT_TRUE(fired_[j]);
                EXPECT_TRUE(own_[j].logins == 0 || now_ - fired_at_[j] >= stages_.settings(j).limit);
            }
    }

    struct History {
        bool due = false;
        std::optional<TimePoint> low_before;
    };

    std::mt19937 engine_;
    Stages stages_{{}};
    std::vector<OwnView> own_;
    State state_;
    std::string status_ = "OL";
    bool available_ = true;
    double charge_ = 100;
    double runtime_ = 900;
    TimePoint now_ = TimePoint{} + 1h;
    bool on_battery_ = false;
    std::optional<TimePoint> battery_since_;
    std::vector<bool> fired_;
    std::map<std::size_t, TimePoint> fired_at_;
    std::vector<History> history_;
    int count_ = 0;
    int ended_ = 0;
};

TEST(AnyOutage, FiresOnlyWhatIsDueAndInItsTurn)
{
    int fired = 0;
    int ended = 0;
    for (unsigned seed = 1; seed <= 40 && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        Chaos chaos(seed);
        for (int step = 0; step < 250 && !testing::Test::HasFailure(); ++step)
            chaos.step();
        fired += chaos.fired();
        ended += chaos.ended();
    }

    EXPECT_GT(fired, 100);
    EXPECT_GT(ended, 20);
}

} // namespace
} // namespace upright::upsd
