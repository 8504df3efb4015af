#include "clients/upsmon/plan/plan.hpp"

#include "clients/upsmon/decision/decision.hpp"
#include "clients/upsmon/plan/forecast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <type_traits>

namespace upright::upsmon {
namespace {

constexpr double kHorizon = 24.0 * 3600; // whoever runs longer on battery has no need of a plan
constexpr double kSecondaries = 6;       // from FSD until a secondary logs out: its FINALDELAY, and a little

Instant instant(double seconds) { return Instant(static_cast<Instant::rep>((seconds + 1) * 1000)); }

// A rehearsal: the Decision as it is, and a world in which the mains have failed at 0 s.
class Rehearsal {
public:
    Rehearsal(const Policy& policy, const HostFacts& facts) : facts_(facts), decision_(policy)
    {
        for (const auto& ups : facts.upses)
            forecasts_.emplace_back(ups);
    }

    Plan play()
    {
        begin();
        for (now_ = 0; now_ <= kHorizon && !plan_.command_at; go_on())
            look();
        conclude();
        std::stable_sort(plan_.steps.begin(), plan_.steps.end(),
                         [](const PlanStep& a, const PlanStep& b) { return a.at < b.at; });
        return std::move(plan_);
    }

private:
    const Feed& feed(std::size_t i) const { return decision_.policy().feeds[i]; }

    void add(std::string what) { plan_.steps.push_back({now_, std::move(what)}); }
    void remark(std::string what)
    {
        if (std::find(plan_.why.begin(), plan_.why.end(), what) == plan_.why.end())
            plan_.why.push_back(std::move(what));
    }

    // Everything as it is now, and then dark.
    void begin()
    {
        now_ = -1;
        for (std::size_t i = 0; i < forecasts_.size(); ++i) {
            const auto& forecast = forecasts_[i];
            const auto& ups = forecast.facts();
            if (!forecast.is_reachable()) {
                remark(
                    fmt::format("UPS {} can't be asked ({}): it counts as good for as long as it is silent",
                                feed(i).system, ups.why_not));
                continue;
            }
            take(i, LoggedIn{});
            take(i, forecast.now());
            if (parse_words(ups.status).has("OB"))
                remark(fmt::format("UPS {} is on battery already; how long is not known: counted from now",
                                   feed(i).system));
        }
        plan_.steps.clear();
    }

    // Second by second while batteries drain; then nothing happens but what somebody waits for.
    void go_on()
    {
        const bool draining =
            std::any_of(forecasts_.begin(), forecasts_.end(),
                        [&](const Forecast& forecast) { return forecast.empty_at().value_or(-1) >= now_; });
        const auto next = decision_.next();
        if (draining)
            now_ += 1;
        else
            now_ = next ? std::max(now_ + 1, std::ceil(static_cast<double>(next->count()) / 1000 - 1))
                        : kHorizon + 1;
    }

    void look()
    {
        for (std::size_t i = 0; i < forecasts_.size(); ++i) {
            const auto& forecast = forecasts_[i];
            if (!forecast.is_reachable())
                continue;
            auto reading = forecast.on_battery(now_);
            if (!feed(i).primary && forecast.low_at() && now_ >= *forecast.low_at()) {
                reading.status = "FSD " + reading.status;
                remark(fmt::format("The primary of UPS {} is taken to set FSD when the battery is low",
                                   feed(i).system));
            }
            take(i, reading);
        }
        take(0, Tick{});
    }

    void take(std::size_t of, Occurrence what)
    {
        std::deque<Observation> waiting{{instant(now_), of, std::move(what)}};
        while (!waiting.empty() && !plan_.command_at) {
            const auto actions = decision_.take(waiting.front());
            waiting.pop_front();
            for (const auto& action : actions)
                see(action, waiting);
        }
    }

    // What an action leads to, as far as it matters.
    void see(const Action& action, std::deque<Observation>& follows)
    {
        std::visit(
            [&](const auto& what) {
                using What = std::decay_t<decltype(what)>;
                if constexpr (std::is_same_v<What, Notify>) {
                    see_event(what);
                } else if constexpr (std::is_same_v<What, Say>) {
                    if (what.text.find(" is critical: ") != std::string::npos)
                        add(what.text);
                } else if constexpr (std::is_same_v<What, SetFsd>) {
                    fsd_at_ = now_;
                    follows.push_back({instant(now_), what.feed, FsdAnswer{true, {}}});
                } else if constexpr (std::is_same_v<What, AskLogins>) {
                    const bool gone = now_ >= fsd_at_ + kSecondaries;
                    follows.push_back(
                        {instant(now_), what.feed, Logins{gone ? 1 : facts_.upses[what.feed].logins}});
                } else if constexpr (std::is_same_v<What, ShutDown>) {
                    plan_.command_at = now_;
                    add("SHUTDOWNCMD");
                }
            },
            action);
    }

    void see_event(const Notify& event)
    {
        switch (event.type) {
        case NotifyType::onbatt:
        case NotifyType::lowbatt:
        case NotifyType::fsd: add(notify_text(notify_name(event.type).text, event.system, {})); break;
        case NotifyType::shutdown_hostsync:
            add("waiting for the secondaries");
            remark(
                fmt::format("Secondaries are taken to log out within {:g} s after FSD; the longest wait is "
                            "HOSTSYNC ({:g} s)",
                            kSecondaries, static_cast<double>(decision_.policy().host_sync.count()) / 1000));
            break;
        case NotifyType::shutdown: add("last notifications; FINALDELAY"); break;
        default: break;
        }
    }

    // ---- the end ---------------------------------------------------------------------------------------

    // When the host has no power any more: fewer supplies than it needs have a battery that lasts.
    std::optional<double> dark_at()
    {
        std::vector<std::pair<double, int>> ends;
        int supplies = 0;
        for (std::size_t i = 0; i < forecasts_.size(); ++i) {
            supplies += feed(i).power_value;
            if (feed(i).power_value == 0)
                continue;
            if (!forecasts_[i].is_reachable() || !forecasts_[i].empty_at())
                return std::nullopt;
            ends.emplace_back(*forecasts_[i].empty_at(), feed(i).power_value);
        }
        std::sort(ends.begin(), ends.end());
        for (const auto& [at, value] : ends) {
            supplies -= value;
            if (supplies < decision_.policy().min_supplies)
                return at;
        }
        return std::nullopt;
    }

    void conclude()
    {
        plan_.empty_at = dark_at();
        if (plan_.empty_at)
            plan_.steps.push_back({*plan_.empty_at, "the batteries are empty"});
        for (std::size_t i = 0; i < forecasts_.size(); ++i)
            if (feed(i).power_value > 0 && decision_.verdict(i).critical)
                plan_.limiting = feed(i).system;
        if (decision_.policy().min_supplies == 0)
            return end(PlanResult::never, "MINSUPPLIES is 0: nothing shuts this host down");
        if (!facts_.has_command)
            return end(PlanResult::never, "there is no SHUTDOWNCMD");
        tell_what_is_not_known();
        if (!plan_.command_at)
            return end(plan_.empty_at ? PlanResult::too_late : PlanResult::unknown, {});
        finish();
    }

    // From SHUTDOWNCMD on.
    void finish()
    {
        if (facts_.shutdown_takes) {
            plan_.off_at = *plan_.command_at + *facts_.shutdown_takes;
            plan_.steps.push_back({*plan_.off_at, fmt::format("this host is off ({})", facts_.how_known)});
        } else {
            remark("How long this host takes to shut down is not known, as upsmon has not seen it yet: "
                   "SHUTDOWNDURATION tells");
        }
        tell_of_power_off();
        if (!plan_.empty_at)
            return end(PlanResult::unknown, "When the batteries are empty can't be told");
        plan_.margin = *plan_.empty_at - plan_.off_at.value_or(*plan_.command_at);
        if (*plan_.margin < 0)
            end(PlanResult::too_late, {});
        else
            end(plan_.off_at ? PlanResult::in_time : PlanResult::unknown, {});
    }

    void tell_of_power_off()
    {
        for (std::size_t i = 0; i < forecasts_.size(); ++i) {
            if (!feed(i).primary || !forecasts_[i].is_reachable() || !plan_.off_at)
                continue;
            if (!facts_.has_flag) {
                remark("Without POWERDOWNFLAG the UPSes are not switched off: if the mains come back before "
                       "their "
                       "batteries are empty, this host stays off");
                return;
            }
            const auto delay = forecasts_[i].facts().delay_shutdown.value_or(0);
            plan_.steps.push_back(
                {*plan_.off_at + delay, fmt::format("UPS {} switches off", feed(i).system)});
        }
    }

    void tell_what_is_not_known()
    {
        for (std::size_t i = 0; i < forecasts_.size(); ++i) {
            const auto& forecast = forecasts_[i];
            if (feed(i).power_value == 0 || !forecast.is_reachable())
                continue;
            if (!forecast.low_at()) {
                plan_.or_earlier = true;
                remark(fmt::format("When the battery of UPS {} is low can't be told: {}{}", feed(i).system,
                                   forecast.why_unknown(),
                                   plan_.command_at ? "; then this host shuts down earlier" : ""));
            }
            if (!forecast.facts().tells_by_itself)
                remark(
                    fmt::format("The server of UPS {} does not tell by itself: each step may come POLLFREQ "
                                "later",
                                feed(i).system));
        }
    }

    void end(PlanResult result, std::string why)
    {
        plan_.result = result;
        if (!why.empty())
            remark(std::move(why));
    }

    const HostFacts& facts_;
    Decision decision_;
    std::vector<Forecast> forecasts_;
    Plan plan_;
    double now_ = -1; // s
    double fsd_at_ = 0;
};

} // namespace

Plan make_plan(const Policy& policy, const HostFacts& facts) { return Rehearsal(policy, facts).play(); }

} // namespace upright::upsmon
