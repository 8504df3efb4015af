#include "clients/upsmon/decision/decision.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <type_traits>

namespace upright::upsmon {
namespace {

constexpr Duration kTellParentGone{std::chrono::seconds(120)};
constexpr Duration kFastestPoll{200}; // POLLFREQ 0 must not ask without a pause

} // namespace

Decision::Decision(Policy policy)
    : policy_(std::move(policy)), watches_(policy_.feeds.size()), verdicts_(policy_.feeds.size())
{
}

void Decision::adopt(Policy policy)
{
    if (shutting_down())
        return;
    std::vector<Watch> watches(policy.feeds.size());
    std::vector<Verdict> verdicts(policy.feeds.size());
    for (std::size_t feed = 0; feed < policy.feeds.size(); ++feed)
        for (std::size_t old = 0; old < policy_.feeds.size(); ++old)
            if (policy_.feeds[old].system == policy.feeds[feed].system) {
                watches[feed] = watches_[old];
                verdicts[feed] = verdicts_[old];
                verdicts[feed].next = now_; // what was awaited may be due earlier, or be due already
            }
    policy_ = std::move(policy);
    watches_ = std::move(watches);
    verdicts_ = std::move(verdicts);
}

std::vector<Action> Decision::take(const Observation& observation)
{
    Actions actions;
    now_ = std::max(now_, observation.at);
    apply(observation, actions);
    if (!shutting_down())
        look(now_, actions);
    else
        shutdown_.advance(policy_, now_, actions);
    return actions;
}

void Decision::apply(const Observation& observation, Actions& actions)
{
    const auto feed = observation.feed;
    std::visit(
        [&](const auto& what) {
            using What = std::decay_t<decltype(what)>;
            if constexpr (std::is_same_v<What, ShutdownWanted>) {
                if (!shutting_down())
                    begin_shutdown("a user wants it (upsmon -c fsd)", now_, actions);
            } else if constexpr (std::is_same_v<What, GoingToSleep>) {
                actions.emplace_back(Notify{NotifyType::suspend_starting, {}, {}});
            } else if constexpr (std::is_same_v<What, Woken>) {
                wake(what, now_, actions);
            } else if constexpr (std::is_same_v<What, ParentGone>) {
                tell_parent_gone(now_, actions);
            } else if constexpr (std::is_same_v<What, FsdAnswer>) {
                shutdown_.take(what, feed);
                if (what.set)
                    watches_.at(feed).fsd_set(policy_.feeds.at(feed), actions);
                else
                    actions.emplace_back(Say{Say::Level::error,
                                             fmt::format("FSD set on UPS {} failed: {}",
                                                         policy_.feeds.at(feed).system, escaped(what.why))});
            } else if constexpr (std::is_same_v<What, Logins>) {
                shutdown_.take(what, feed);
            } else if constexpr (!std::is_same_v<What, Tick>) {
                if (shutting_down())
                    return; // nothing can change any more, and people have enough to read
                const auto& of = policy_.feeds.at(feed);
                if constexpr (std::is_same_v<What, LoggedIn>)
                    watches_.at(feed).take(what, of, actions);
                else
                    watches_.at(feed).take(what, of, policy_, now_, actions);
            }
        },
        observation.what);
}

// What was known before is worth nothing: the mains may have come and gone.
void Decision::wake(const Woken& woken, Instant at, Actions& actions)
{
    if (woken.announced)
        actions.emplace_back(Notify{NotifyType::suspend_finished, {}, {}});
    else
        actions.emplace_back(Notify{NotifyType::suspend_timejump_unexpected,
                                    {},
                                    fmt::format("{} seconds", woken.after.count() / 1000)});
    if (shutting_down())
        return;
    for (auto& watch : watches_)
        watch.forget(at);
    actions.emplace_back(Reload{});
}

void Decision::tell_parent_gone(Instant at, Actions& actions)
{
    if (told_parent_gone_ && at - *told_parent_gone_ < kTellParentGone)
        return;
    told_parent_gone_ = at;
    actions.emplace_back(Notify{NotifyType::noparent, {}, {}});
}

void Decision::look(Instant now, Actions& actions)
{
    int supplies = 0;
    for (std::size_t i = 0; i < watches_.size(); ++i) {
        const auto& feed = policy_.feeds[i];
        watches_[i].remind(feed, policy_, now, actions);
        const auto before = std::exchange(verdicts_[i], judge(watches_[i], feed, policy_, now));
        tell_change(i, before, actions);
        supplies += verdicts_[i].critical ? 0 : feed.power_value;
    }
    if (supplies >= policy_.min_supplies)
        return;
    actions.emplace_back(
        Say{Say::Level::error, fmt::format("Too few UPS(es) are healthy ({}<{}), initiating forced shutdown",
                                           supplies, policy_.min_supplies)});
    std::string why;
    for (std::size_t i = 0; i < watches_.size(); ++i)
        if (verdicts_[i].critical && policy_.feeds[i].power_value > 0)
            why += fmt::format("{}UPS [{}]: {}", why.empty() ? "" : "; ", policy_.feeds[i].system,
                               verdicts_[i].reason);
    begin_shutdown(why, now, actions);
}

void Decision::tell_change(std::size_t feed, const Verdict& before, Actions& actions) const
{
    const auto& now = verdicts_[feed];
    if (now.critical == before.critical)
        return;
    const auto& system = policy_.feeds[feed].system;
    actions.emplace_back(
        now.critical ? Say{Say::Level::warning, fmt::format("UPS [{}] is critical: {}", system, now.reason)}
                     : Say{Say::Level::notice, fmt::format("UPS [{}] is no longer critical", system)});
}

void Decision::begin_shutdown(std::string why, Instant now, Actions& actions)
{
    shutdown_.begin(policy_, std::move(why), now, actions);
}

std::optional<Instant> Decision::next() const
{
    if (shutting_down())
        return shutdown_.next();
    std::optional<Instant> when;
    for (std::size_t i = 0; i < watches_.size(); ++i) {
        when = earlier(when, verdicts_[i].next);
        when = earlier(when, watches_[i].next_reminder(policy_));
    }
    return when;
}

Duration Decision::poll_interval() const
{
    const bool alert = std::any_of(watches_.begin(), watches_.end(),
                                   [](const Watch& ups) { return ups.needs_alert_rate(); });
    auto interval = alert ? policy_.poll_alert : policy_.poll;
    if (low_for_a_while() && policy_.oblb_duration > Duration(0)) // to see in time whether it still is
        interval =
            std::min(interval, Duration(std::gcd(policy_.poll_alert.count(), policy_.oblb_duration.count())));
    return std::max(interval, kFastestPoll);
}

bool Decision::low_for_a_while() const
{
    return std::any_of(watches_.begin(), watches_.end(), [](const Watch& ups) {
        return ups.source() == Watch::Source::battery && ups.low_since() && !ups.lost();
    });
}

} // namespace upright::upsmon
