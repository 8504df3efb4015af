// upsmon --plan: what it foretells, and what then happens to simulated UPSes.
#include "clients/upsmon/decision/decision.hpp"
#include "clients/upsmon/plan/forecast.hpp"
#include "clients/upsmon/plan/plan.hpp"
#include "drivers/upsim/model.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <random>

namespace upright::upsmon {
namespace {

using testing::Contains;
using testing::DoubleNear;
using testing::HasSubstr;
using testing::IsEmpty;

Policy policy(int feeds = 1, bool primary = true)
{
    Policy policy;
    for (int i = 0; i < feeds; ++i)
        policy.feeds.push_back({fmt::format("u{}@nas", i), 1, primary, {}});
    return policy;
}

UpsFacts ups()
{
    UpsFacts facts;
    facts.status = "OL CHRG";
    facts.charge = 100;
    facts.charge_low = 20;
    facts.runtime = 1000;
    facts.logins = 1;
    facts.tells_by_itself = true;
    return facts;
}

HostFacts host(std::vector<UpsFacts> upses)
{
    HostFacts facts;
    facts.upses = std::move(upses);
    facts.shutdown_takes = 60;
    facts.how_known = "SHUTDOWNDURATION";
    facts.has_flag = true;
    return facts;
}

TEST(Plan, IsTheTimeLineOfAnOutage)
{
    auto facts = ups();
    facts.delay_shutdown = 20;

    const auto plan = make_plan(policy(), host({facts}));

    EXPECT_EQ(as_text(plan), "If the mains failed now:\n"
                             "       0 s  UPS u0@nas on battery\n"
                             "     800 s  UPS u0@nas battery is low\n"
                             "     800 s  UPS [u0@nas] is critical: on battery and low\n"
                             "     800 s  UPS u0@nas: forced shutdown in progress\n"
                             "     800 s  last notifications; FINALDELAY\n"
                             "     805 s  SHUTDOWNCMD\n"
                             "     865 s  this host is off (SHUTDOWNDURATION)\n"
                             "     885 s  UPS u0@nas switches off\n"
                             "    1000 s  the batteries are empty\n"
                             "This host would shut down in time.\n"
                             "Margin: 135 s on the battery.\n"
                             "UPS u0@nas limits.\n");
    EXPECT_THAT(as_json(plan), HasSubstr("\"margin\": 135,\n"));
}

TEST(Plan, FollowsTheUsersThresholds)
{
    auto wanted = policy();
    wanted.feeds[0].rules = {{{{Limit::Of::on_battery, 120}}, false}};

    EXPECT_EQ(make_plan(wanted, host({ups()})).command_at, 125);

    wanted.feeds[0].rules = {{{{Limit::Of::charge, 60}, {Limit::Of::on_battery, 100}}, true}};
    EXPECT_NEAR(*make_plan(wanted, host({ups()})).command_at, 410, 2); // 5 s to believe the charge
}

TEST(Plan, TellsThatAHostWouldBeTooLate)
{
    auto facts = ups();
    facts.charge_low = 4;

    const auto plan = make_plan(policy(), host({facts}));

    EXPECT_EQ(plan.result, PlanResult::too_late);
    EXPECT_NEAR(*plan.margin, -25, 1);
}

TEST(Plan, ClaimsNothingThatItCannotKnow)
{
    auto silent = ups();
    silent.runtime.reset();
    const auto plan = make_plan(policy(), host({silent}));
    EXPECT_EQ(plan.result, PlanResult::unknown);
    EXPECT_FALSE(plan.command_at);
    EXPECT_THAT(plan.why, Contains(HasSubstr("does not tell battery.runtime")));

    auto absurd = ups();
    absurd.runtime = 0;
    EXPECT_THAT(make_plan(policy(), host({absurd})).why, Contains(HasSubstr("can't be true")));

    auto limitless = ups();
    limitless.charge_low.reset();
    EXPECT_THAT(make_plan(policy(), host({limitless})).why,
                Contains(HasSubstr("neither battery.charge.low")));

    auto unseen = host({ups()});
    unseen.shutdown_takes.reset();
    EXPECT_EQ(make_plan(policy(), unseen).result, PlanResult::unknown);
    EXPECT_EQ(make_plan(policy(), unseen).command_at, 805);

    UpsFacts gone;
    gone.why_not = "Data stale";
    EXPECT_THAT(make_plan(policy(), host({gone})).why, Contains(HasSubstr("can't be asked (Data stale)")));
}

TEST(Plan, TellsWhenNothingWouldShutTheHostDown)
{
    auto facts = host({ups()});
    facts.has_command = false;
    EXPECT_EQ(make_plan(policy(), facts).result, PlanResult::never);

    auto nothing = policy();
    nothing.min_supplies = 0;
    EXPECT_EQ(make_plan(nothing, host({ups()})).result, PlanResult::never);
}

TEST(Plan, OfTwoFeedsTheLastGoodOneLimits)
{
    auto strong = ups();
    strong.runtime = 3000;

    const auto plan = make_plan(policy(2), host({ups(), strong}));

    EXPECT_EQ(plan.command_at, 2405);
    EXPECT_EQ(plan.empty_at, 3000);
    EXPECT_EQ(plan.limiting, "u1@nas");
}

TEST(Plan, WaitsForSecondariesAsThePrimaryDoes)
{
    auto facts = ups();
    facts.logins = 4;
    EXPECT_NEAR(*make_plan(policy(), host({facts})).command_at, 811, 1);

    auto hasty = policy();
    hasty.host_sync = Duration(2000);
    EXPECT_NEAR(*make_plan(hasty, host({facts})).command_at, 807, 1);
}

TEST(Plan, OfASecondaryFollowsItsPrimary)
{
    const auto plan = make_plan(policy(1, false), host({ups()}));

    EXPECT_EQ(plan.command_at, 805);
    EXPECT_THAT(plan.why, Contains(HasSubstr("is taken to set FSD")));
}

// ---- against what then happens ---------------------------------------------------------------------------

struct Outage {
    upsim::Model model;
    Policy policy;
    UpsFacts facts;
    int logins = 1;
};

UpsFacts look(const upsim::Model& model, bool tells_charge, bool tells_runtime, bool tells_limit)
{
    UpsFacts facts;
    facts.status = model.on_battery() ? "OB DISCHRG" : "OL";
    if (model.battery_low())
        facts.status += " LB";
    if (tells_charge)
        facts.charge = std::round(model.charge_percent());
    if (tells_runtime)
        facts.runtime = std::round(model.runtime_left());
    if (tells_limit)
        facts.charge_low = model.rating().low_charge * 100;
    facts.tells_by_itself = true;
    return facts;
}

Policy random_policy(std::mt19937& random)
{
    auto wanted = policy();
    const auto any = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
    wanted.final_delay = Duration(any(0, 30) * 1000);
    wanted.host_sync = Duration(any(0, 40) * 1000);
    if (any(0, 2) == 0)
        wanted.feeds[0].rules.push_back({{{Limit::Of::on_battery, double(any(10, 900))}}, false});
    if (any(0, 2) == 0)
        wanted.feeds[0].rules.push_back({{{Limit::Of::charge, double(any(15, 90))}}, false});
    if (any(0, 2) == 0)
        wanted.feeds[0].rules.push_back(
            {{{Limit::Of::runtime, double(any(60, 900))}, {Limit::Of::on_battery, double(any(10, 90))}},
             any(0, 1) == 1});
    return wanted;
}

Outage random_outage(std::uint32_t seed)
{
    std::mt19937 random(seed);
    const auto real = [&](double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(random);
    };
    const auto often = [&] { return real(0, 1) < 0.85; };
    upsim::Rating rating;
    rating.watts = real(300, 3000);
    rating.capacity_wh = rating.watts * real(0.1, 0.6);
    rating.peukert = real(1.0, 1.35);
    rating.health = real(0.3, 1);
    rating.low_charge = std::round(real(5, 45)) / 100;
    Outage outage{upsim::Model(rating, seed), random_policy(random), {}, 1 + static_cast<int>(real(0, 3))};
    outage.model.set_load(real(10, 90));
    outage.model.set_charge(real(50, 100));
    outage.model.advance(1);
    outage.facts = look(outage.model, often(), often(), often());
    outage.facts.logins = outage.logins;
    return outage;
}

// The UPS on battery, read every two seconds as a driver does, until SHUTDOWNCMD or its end.
std::optional<double> what_happens(Outage outage)
{
    Decision decision(outage.policy);
    std::optional<double> fsd_at;
    std::optional<double> down_at;
    double now = 0; // s since the mains failed
    const auto take = [&](Occurrence what) {
        std::vector<Occurrence> waiting{std::move(what)};
        while (!waiting.empty()) {
            const auto next = waiting.back();
            waiting.pop_back();
            for (const auto& action :
                 decision.take({Instant(static_cast<long>(now * 1000) + 10000), 0, next})) {
                if (std::holds_alternative<SetFsd>(action)) {
                    fsd_at = now;
                    waiting.emplace_back(FsdAnswer{true, {}});
                } else if (std::holds_alternative<AskLogins>(action)) {
                    // Secondaries with the usual FINALDELAY of 5 s.
                    waiting.emplace_back(Logins{now > *fsd_at + 5.2 ? 1 : outage.logins});
                } else if (std::holds_alternative<ShutDown>(action)) {
                    down_at = now;
                }
            }
        }
    };
    const auto begin = outage.model.now();
    outage.model.set_mains(0);
    for (int half = 0; !down_at && half < 2 * 48 * 3600; ++half) {
        now = half / 2.0;
        outage.model.advance(begin + now);
        if (outage.model.output() != upsim::Output::on || outage.model.charge_percent() <= 0)
            return std::nullopt;
        if (half % 4 == 0) {
            const auto& told = outage.facts;
            const auto seen = look(outage.model, told.charge.has_value(), told.runtime.has_value(), false);
            take(Reading{seen.status, {}, {}, seen.charge, seen.runtime});
        }
        if (const auto next = decision.next(); next && Instant(half * 500 + 10000) >= *next)
            take(Tick{});
    }
    return down_at;
}

TEST(Plan, ForetellsTwoHundredOutages)
{
    int claimed = 0;
    int right = 0;
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
        const auto outage = random_outage(seed);
        const auto plan = make_plan(outage.policy, host({outage.facts}));
        if (!plan.command_at || plan.or_earlier)
            continue;
        ++claimed;
        const auto happened = what_happens(outage);
        const bool too_late = !happened && plan.empty_at && *plan.command_at >= *plan.empty_at;
        const bool hit =
            too_late
            || (happened && std::abs(*happened - *plan.command_at) <= std::max(10.0, *happened / 10));
        right += hit ? 1 : 0;
        if (!hit)
            fmt::print("outage {}: foretold {} s, happened {}\n", seed, *plan.command_at,
                       happened ? fmt::format("{:.0f} s", *happened) : "never");
    }
    fmt::print("{} of 200 claimed, {} of them right\n", claimed, right);
    EXPECT_GE(claimed, 100);
    EXPECT_GE(right, claimed * 95 / 100);
}

} // namespace
} // namespace upright::upsmon
