// What must hold whatever happens: random histories, seeded, against a second and simpler idea of what is
// known. They are told to a Decision as upsmon would tell them, ticks included.
#include "clients/upsmon/record/play.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace upright::upsmon {
namespace {

using std::chrono::seconds;

constexpr unsigned kHistories = 500;

class Random {
public:
    explicit Random(unsigned seed) : engine_(seed) {}

    int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(engine_); }
    bool one_in(int n) { return below(n) == 0; }

    template <class T>
    T one_of(std::initializer_list<T> choice)
    {
        return *(choice.begin() + below(static_cast<int>(choice.size())));
    }

private:
    std::mt19937 engine_;
};

Policy random_policy(Random& random)
{
    Policy policy;
    int sum = 0;
    for (int feed = 0; feed <= random.below(3); ++feed) {
        policy.feeds.push_back({"ups" + std::to_string(feed) + "@h", random.below(3), !random.one_in(3), {}});
        sum += policy.feeds.back().power_value;
        if (random.one_in(3))
            policy.feeds.back().rules.push_back(
                {{{Limit::Of::charge, 40.0}, {Limit::Of::runtime, 300.0}}, random.one_in(2)});
        if (random.one_in(5))
            policy.feeds.back().rules.push_back({{{Limit::Of::on_battery, 60.0}}, false});
        if (random.one_in(8))
            policy.feeds.back().rules.push_back({{{Limit::Of::low_battery, 20.0}}, false});
    }
    policy.min_supplies = sum == 0 ? 0 : random.below(sum + 1);
    policy.dead_time = seconds(random.one_of({0, 5, 15, 25}));
    policy.host_sync = seconds(random.one_of({0, 1, 15}));
    policy.oblb_duration = seconds(random.one_of({0, 0, 7, 30}));
    policy.rb_warn_time = seconds(random.one_of({0, 10, 43200}));
    policy.no_comm_warn_time = seconds(random.one_of({0, 10, 300}));
    policy.final_delay = seconds(random.one_of({0, 5}));
    policy.off_duration = random.one_of<std::optional<Duration>>({std::nullopt, seconds(0), seconds(30)});
    policy.over_duration = random.one_of<std::optional<Duration>>({std::nullopt, seconds(0), seconds(30)});
    policy.shutdown_exit = random.one_of<std::optional<Duration>>({std::nullopt, seconds(0), seconds(3)});
    policy.alarm_critical = random.one_in(2);
    policy.poll_fail_log_throttle = random.below(4) - 1;
    return policy;
}

std::string random_status(Random& random)
{
    std::string status = random.one_of({"OL", "OL", "OL CHRG", "OB", "OB DISCHRG", "OB LB", "OL LB", "LB"});
    for (const auto* const word :
         {"CAL", "OFF", "BYPASS", "ECO", "OVER", "TRIM", "BOOST", "ALARM", "RB", "X"})
        if (random.one_in(25))
            status += std::string(" ") + word;
    if (random.one_in(60))
        status += " FSD";
    return status;
}

Reading random_reading(Random& random)
{
    Reading reading{random_status(random), {}, {}, {}, {}};
    if (reading.status.find("ALARM") != std::string::npos && random.one_in(2))
        reading.alarm = random.one_of({"hot", "fan"});
    if (random.one_in(10))
        reading.modes = random.one_of({"a:ECO", "a:B"});
    if (!random.one_in(4))
        reading.charge = random.below(101);
    if (!random.one_in(4))
        reading.runtime = random.one_of({0, 100, 600, 999999});
    return reading;
}

// Hears everything that a Decision is told and answers, and plays the part of the servers.
class Host {
public:
    explicit Host(Policy policy) : decision_(policy), policy_(std::move(policy)) { text_ = to_text(policy_); }
    virtual ~Host() = default;

    void tell(std::size_t feed, Occurrence what) { take({now_, feed, std::move(what)}); }

    // Time passes; what is due in it happens.
    void wait(Duration time)
    {
        const auto until = now_ + time;
        for (int ticks = 0; decision_.next() && *decision_.next() <= until; ++ticks) {
            ASSERT_LT(ticks, 100'000) << "ticks without end";
            now_ = std::max(now_, *decision_.next());
            take({now_, 0, Tick{}});
            if (decision_.next()) {
                ASSERT_GT(*decision_.next(), now_) << "a tick that is due at once again\n" << text_;
            }
        }
        now_ = std::max(now_, until); // answers take their time
    }

    Decision& decision() { return decision_; }
    const Policy& policy() const { return policy_; }
    Instant now() const { return now_; }
    const std::string& text() const { return text_; }
    int shut_downs() const { return shut_downs_; }
    std::optional<Instant> began() const { return began_; } // the shutdown

    std::optional<Random> servers; // answer if there are any

private:
    void take(Observation observation)
    {
        const auto actions = decision_.take(observation);
        text_ += to_text(observation, policy_);
        for (const auto& action : actions)
            text_ += to_text(action, policy_);
        if (!began_ && decision_.shutting_down())
            began_ = now_;
        for (const auto& action : actions) {
            if (std::holds_alternative<ShutDown>(action))
                ++shut_downs_;
            if (const auto* const set = std::get_if<SetFsd>(&action)) {
                EXPECT_TRUE(policy_.feeds[set->feed].primary) << text_;
                if (servers)
                    waiting_.push_back({{}, set->feed, FsdAnswer{!servers->one_in(4), "no"}});
            }
            if (const auto* const ask = std::get_if<AskLogins>(&action); ask != nullptr && servers)
                waiting_.push_back(
                    {{}, ask->feed, servers->one_in(9) ? Logins{} : Logins{servers->one_of({1, 1, 2})}});
        }
        while (!waiting_.empty() && !answering_) {
            answering_ = true;
            auto answer = waiting_.front();
            waiting_.erase(waiting_.begin());
            if (const auto* const fsd = std::get_if<FsdAnswer>(&answer.what); fsd != nullptr && fsd->set)
                std::get<FsdAnswer>(answer.what).why.clear();
            now_ += Duration(7);
            answer.at = now_;
            answering_ = false;
            take(answer);
        }
    }

    Decision decision_;
    Policy policy_;
    std::string text_;
    Instant now_{0};
    int shut_downs_ = 0;
    bool answering_ = false;
    std::optional<Instant> began_;
    std::vector<Observation> waiting_;
};

// Something that may happen, of any kind.
void happens(Host& host, Random& random)
{
    const auto feed = static_cast<std::size_t>(random.below(static_cast<int>(host.policy().feeds.size())));
    switch (random.below(40)) {
    case 0: return host.tell(feed, LoginRefused{"Access denied"});
    case 1: return host.tell(feed, LoggedIn{});
    case 2: return host.tell(0, ParentGone{});
    case 3: return host.tell(0, GoingToSleep{});
    case 4: return host.tell(0, Woken{random.one_in(2), seconds(random.below(9999))});
    case 5: return random.one_in(10) ? host.tell(0, ShutdownWanted{}) : host.tell(0, Tick{});
    default: break;
    }
    if (random.one_in(3))
        host.tell(feed, Silence{random.one_of({"Data stale", "Connection refused"})});
    else
        host.tell(feed, random_reading(random));
}

void live(Host& host, Random& random, int steps)
{
    for (; steps > 0 && !testing::Test::HasFatalFailure(); --steps) {
        happens(host, random);
        host.wait(Duration(random.one_of({0, 3, 250, 1000, 5000, 5000, 12'345})));
    }
}

TEST(DecisionProperties, EveryTimerEndsAndThereIsOneShutdownAtMost)
{
    for (unsigned seed = 0; seed < kHistories; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        Host host(random_policy(random));
        if (random.one_in(2))
            host.servers.emplace(seed);
        live(host, random, 60);
        host.wait(std::chrono::minutes(2)); // until the last patience has ended
        host.wait(std::chrono::minutes(1)); // and what it led to is over
        ASSERT_LE(host.shut_downs(), 1);
        ASSERT_EQ(host.shut_downs(), host.began() ? 1 : 0) << host.text();
        if (HasFailure())
            return;
    }
}

TEST(DecisionProperties, ARecordingOfItGoesTheSameWay)
{
    for (unsigned seed = 0; seed < kHistories; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        Host host(random_policy(random));
        host.servers.emplace(seed);
        live(host, random, 30);
        const auto recording = parse_recording("f", std::string(kTicksStandInIt) + host.text());
        ASSERT_TRUE(recording.clean()) << to_string(recording.problems.front()) << host.text();
        std::string played = to_text(host.policy());
        const auto outcome = play(recording.value, [&](const Step& step) {
            played += to_text(step.observation, step.policy);
            for (const auto& action : step.actions)
                played += to_text(action, step.policy);
        });
        ASSERT_FALSE(outcome.difference);
        ASSERT_EQ(played, host.text());
    }
}

// What is certain: the UPS has said just now that the mains are there and nothing is wrong.
TEST(DecisionProperties, NeverShutsDownWhileEnoughPowerIsCertain)
{
    for (unsigned seed = 0; seed < kHistories; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        Host host(random_policy(random));
        std::vector<bool> good(host.policy().feeds.size(), false);
        const auto certain = [&] {
            int sum = 0;
            for (std::size_t feed = 0; feed < good.size(); ++feed)
                sum += good[feed] ? host.policy().feeds[feed].power_value : 0;
            return sum >= host.policy().min_supplies;
        };
        for (int step = 0; step < 60; ++step) {
            const auto feed = static_cast<std::size_t>(random.below(static_cast<int>(good.size())));
            const auto reading = random_reading(random);
            const bool lost = random.one_in(4);
            good[feed] = !lost && reading.status.starts_with("OL")
                         && reading.status.find("OFF") == std::string::npos
                         && reading.status.find("FSD") == std::string::npos;
            if (lost)
                host.tell(feed, Silence{"Data stale"});
            else
                host.tell(feed, reading);
            const bool was_certain = certain();
            const bool had_begun = host.began().has_value();
            if (was_certain && !had_begun)
                host.wait(seconds(random.below(100)));
            ASSERT_FALSE(was_certain && !had_begun && host.began()) << host.text();
            if (host.began())
                break;
        }
    }
}

TEST(DecisionProperties, APrimaryActsAtTheObservationThatEndsItsPatience)
{
    for (unsigned seed = 0; seed < kHistories; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        auto policy = random_policy(random);
        for (auto& feed : policy.feeds) { // all needed, and none with words of its own about LB
            feed.primary = true;
            feed.power_value = 1;
            feed.rules.clear();
        }
        policy.min_supplies = static_cast<int>(policy.feeds.size());
        Host host(policy);
        for (std::size_t feed = 0; feed < policy.feeds.size(); ++feed)
            host.tell(feed, Reading{"OL", {}, {}, 100.0, {}});
        host.wait(seconds(random.below(100)));
        const auto feed = static_cast<std::size_t>(random.below(static_cast<int>(policy.feeds.size())));
        if (random.one_in(2))
            host.tell(feed, Reading{"OB", {}, {}, 50.0, {}});
        const auto low_since = host.now();
        while (!host.began()) {
            host.tell(feed, Reading{"OB LB", {}, {}, 50.0, {}});
            ASSERT_FALSE(host.began() && host.now() - low_since < policy.oblb_duration) << host.text();
            host.wait(Duration(random.below(5000)));
            ASSERT_TRUE(host.began() || host.now() - low_since < policy.oblb_duration) << host.text();
        }
        ASSERT_EQ(*host.began(), low_since + policy.oblb_duration) << host.text();
    }
}

TEST(DecisionProperties, ALostLinkAloneShutsDownNobody)
{
    for (unsigned seed = 0; seed < kHistories; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        Host host(random_policy(random));
        for (int step = 0; step < 40; ++step) {
            const auto feed =
                static_cast<std::size_t>(random.below(static_cast<int>(host.policy().feeds.size())));
            if (random.one_in(2))
                host.tell(feed, Silence{"Connection refused"});
            else
                host.tell(feed,
                          Reading{random.one_of({"OL", "OL CHRG LB", "OL TRIM", "OL BOOST ECO", "OL RB"}),
                                  {},
                                  {},
                                  random.below(101) * 1.0,
                                  {}});
            host.wait(seconds(random.one_of({0, 1, 5, 30, 600})));
            ASSERT_FALSE(host.began()) << host.text();
        }
    }
}

// With limits that the true values never come near.
TEST(DecisionProperties, OneAbsurdValueChangesNothing)
{
    for (unsigned seed = 0; seed < kHistories; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        auto policy = random_policy(random);
        policy.feeds.resize(1);
        policy.feeds[0].power_value = policy.min_supplies = 1;
        policy.feeds[0].rules = {{{{Limit::Of::charge, 30}, {Limit::Of::runtime, 300}}, random.one_in(2)}};
        Host host(policy);
        double charge = 100;
        const auto poll = Duration(random.one_of({500, 1000, 5000, 10'000, 20'000}));
        const int absurd = random.below(20);
        for (int step = 0; step < 20; ++step) {
            Reading reading{step < 5 ? "OL" : "OB", {}, {}, charge, charge * 30};
            if (step == absurd)
                (random.one_in(2) ? reading.charge : reading.runtime) = random.one_of({0.0, 999999.0, 1.0});
            host.tell(0, reading);
            host.wait(poll + Duration(random.below(900)));
            ASSERT_FALSE(host.began()) << host.text();
            charge -= step < 5 ? 0 : random.below(4);
        }
    }
}

// A battery that really runs down is believed, whatever single value comes between.
TEST(DecisionProperties, ALimitThatIsPassedForGoodTakesEffect)
{
    for (unsigned seed = 0; seed < kHistories; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        auto policy = random_policy(random);
        policy.feeds.resize(1);
        policy.feeds[0].power_value = policy.min_supplies = 1;
        policy.feeds[0].rules = {{{{Limit::Of::charge, 50}}, false}};
        Host host(policy);
        const auto poll = Duration(random.one_of({100, 500, 1000, 5000, 10'000}));
        const int absurd = random.below(80);
        std::optional<Instant> passed;
        int step = 0;
        for (double charge = 100; !host.began(); ++step) {
            host.tell(0, Reading{"OB", {}, {}, step == absurd ? 100.0 : charge, {}});
            if (charge <= 50 && !passed)
                passed = host.now();
            host.wait(poll);
            ASSERT_TRUE(!passed || host.now() - *passed < seconds(75)) << host.text();
            charge = std::max(0.0, charge - 1 - random.below(3));
        }
        ASSERT_TRUE(passed) << host.text();
    }
}

TEST(DecisionProperties, WhenAllIsWellNothingIsDueButReminders)
{
    for (unsigned seed = 0; seed < kHistories; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        Host host(random_policy(random));
        live(host, random, 40);
        if (host.began())
            continue;
        const bool replace = random.one_in(2);
        for (std::size_t feed = 0; feed < host.policy().feeds.size(); ++feed)
            host.tell(feed, Reading{replace ? "OL RB" : "OL", {}, {}, 100.0, 9999.0});
        if (host.began())
            continue;
        ASSERT_EQ(host.decision().next().has_value(), replace) << host.text();
    }
}

} // namespace
} // namespace upright::upsmon
