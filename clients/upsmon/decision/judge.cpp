#include "clients/upsmon/decision/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::upsmon {
namespace {

std::string seconds(Duration time) { return fmt::format("{:g} s", static_cast<double>(time.count()) / 1000); }

Duration seconds_of(double number) { return Duration(static_cast<Duration::rep>(number * 1000)); }

// What it was on the mains does not count.
Instant low_on_battery_since(const Watch& ups) { return std::max(*ups.low_since(), *ups.on_battery_since()); }

// What was told on the mains may mean nothing (some UPSes say 0 there), and an outage may be a blip.
std::optional<Instant> on_battery_at(std::optional<Instant> when, const Watch& ups)
{
    return when ? std::optional(std::max(*when, *ups.on_battery_since() + Series::kConfirm)) : std::nullopt;
}

// When one condition of SHUTDOWNWHEN is met, if nothing else happens; nothing if it is not in sight.
std::optional<Instant> met_at(const Limit& limit, const Watch& ups)
{
    if (limit.of == Limit::Of::on_battery)
        return *ups.on_battery_since() + seconds_of(limit.value);
    if (limit.of == Limit::Of::charge)
        return on_battery_at(ups.charge().believable(limit.value), ups);
    if (limit.of == Limit::Of::runtime)
        return on_battery_at(ups.runtime().believable(limit.value), ups);
    if (!ups.low_since())
        return std::nullopt;
    return low_on_battery_since(ups) + seconds_of(limit.value);
}

std::optional<Instant> met_at(const ShutdownRule& rule, const Watch& ups)
{
    std::optional<Instant> when;
    for (const auto& limit : rule.limits) {
        const auto one = met_at(limit, ups);
        if (rule.all && !one)
            return std::nullopt;
        when = rule.all ? std::max(when.value_or(*one), *one) : earlier(when, one);
    }
    return when;
}

std::string text_of(const Limit& limit)
{
    if (limit.of == Limit::Of::on_battery)
        return fmt::format("on battery for {:g} s", limit.value);
    if (limit.of == Limit::Of::charge)
        return fmt::format("battery.charge at {:g} % or less", limit.value);
    if (limit.of == Limit::Of::runtime)
        return fmt::format("battery.runtime at {:g} s or less", limit.value);
    return fmt::format("battery low for {:g} s", limit.value);
}

// What of the rule is met, as the user wrote it.
std::string text_of(const ShutdownRule& rule, const Watch& ups, Instant now)
{
    std::string text;
    for (const auto& limit : rule.limits) {
        const auto when = met_at(limit, ups);
        if (when && *when <= now)
            text += (text.empty() ? "" : " and ") + text_of(limit);
    }
    return text + " (SHUTDOWNWHEN)";
}

bool says_when_low(const Feed& feed)
{
    return std::any_of(feed.rules.begin(), feed.rules.end(), [](const ShutdownRule& rule) {
        return std::any_of(rule.limits.begin(), rule.limits.end(),
                           [](const Limit& limit) { return limit.of == Limit::Of::low_battery; });
    });
}

// The rules, one function each: a verdict, or nothing if the next rule is to be asked. `next` is what has to
// be awaited of the rules so far.
struct Question {
    const Watch& ups;
    const Feed& feed;
    const Policy& policy;
    Instant now;
    std::optional<Instant> next{};

    Instant dead_at() const { return ups.last_good() + policy.dead_time; }
    // Silence is no power failure: only one longer than DEADTIME means anything at all.
    bool dead() const { return ups.lost() && now >= dead_at(); }
    bool on_battery() const { return ups.source() == Watch::Source::battery; }
    bool told_low() const { return ups.low_since() && !says_when_low(feed); }
    Instant low_since() const { return told_low() ? low_on_battery_since(ups) : dead_at(); }
    void await(Instant when) { next = earlier(next, when); }
};

using Answer = std::optional<Verdict>;

Answer forced_shutdown(Question& q)
{
    if (!q.ups.fsd())
        return std::nullopt;
    return Verdict{true, "forced shutdown (FSD) is set on it", {}};
}

// Lost in a state in which it did not protect its load.
Answer silent_after_trouble(Question& q)
{
    if (!q.ups.lost())
        return std::nullopt;
    struct State {
        bool holds;
        const char* text;
        Instant since;
    };
    const auto& policy = q.policy;
    const auto& ups = q.ups;
    const auto over_for = policy.over_duration.value_or(Duration(0));
    const std::array<State, 5> states{{
        {ups.since(Watch::over) && policy.over_duration, "overloaded",
         ups.since(Watch::over).value_or(Instant(0)) + over_for},
        {ups.alarm() && policy.alarm_critical, "in alarm", Instant(0)},
        {ups.since(Watch::cal).has_value(), "calibrating", Instant(0)},
        {ups.since(Watch::bypass).has_value(), "on bypass", Instant(0)},
        {ups.since(Watch::off) && policy.off_duration, "off", Instant(0)},
    }};
    for (const auto& state : states) {
        if (!state.holds)
            continue;
        const auto when = std::max(state.since, q.dead_at());
        if (q.now >= when)
            return Verdict{true,
                           fmt::format("it was {} and has been silent for {} since", state.text,
                                       seconds(q.now - q.ups.last_good())),
                           {}};
        q.await(when);
    }
    return std::nullopt;
}

Answer off_for_long(Question& q)
{
    const auto since = q.ups.since(Watch::off);
    if (!since || !q.policy.off_duration)
        return std::nullopt;
    const auto when = *since + *q.policy.off_duration;
    if (q.now >= when)
        return Verdict{true, fmt::format("it has been off for {}", seconds(q.now - *since)), {}};
    q.await(when);
    return std::nullopt;
}

Answer what_the_user_says(Question& q)
{
    if (!q.on_battery() || q.ups.since(Watch::cal))
        return std::nullopt;
    for (const auto& rule : q.feed.rules) {
        const auto when = met_at(rule, q.ups);
        if (!when)
            continue;
        if (q.now >= *when)
            return Verdict{true, text_of(rule, q.ups, q.now), {}};
        q.await(*when);
    }
    return std::nullopt;
}

Answer battery_still_good(Question& q)
{
    if (!q.on_battery())
        return Verdict{};
    if (q.told_low() || q.dead()) // silent for long: taken for low
        return std::nullopt;
    if (q.ups.lost())
        q.await(q.dead_at());
    return Verdict{false, q.ups.lost() ? "on battery and silent" : "on battery", {}};
}

Answer calibrating(Question& q)
{
    if (!q.ups.since(Watch::cal))
        return std::nullopt;
    return Verdict{false, "on battery and low, but calibrating", {}};
}

std::string why_low(const Question& q)
{
    if (q.told_low())
        return "on battery and low";
    return fmt::format("it was on battery and has been silent for {} since",
                       seconds(q.now - q.ups.last_good()));
}

Answer not_low_for_long(Question& q)
{
    const auto when = q.low_since() + q.policy.oblb_duration;
    if (q.now >= when)
        return std::nullopt;
    q.await(when);
    return Verdict{false, why_low(q) + ", but not for long", {}};
}

Answer low_for_the_primary(Question& q)
{
    if (!q.feed.primary)
        return std::nullopt;
    return Verdict{true, why_low(q), {}};
}

// The primary would have set FSD by now if it were there.
Verdict low_for_a_secondary(Question& q)
{
    const auto when = q.ups.last_not_critical() + q.policy.host_sync;
    if (q.now > when)
        return Verdict{
            true, fmt::format("{}; Giving up on the primary for UPS [{}]", why_low(q), q.feed.system), {}};
    q.await(when + Duration(1));
    return Verdict{false, why_low(q) + "; waiting for the primary", {}};
}

constexpr std::array kRules{forced_shutdown,    silent_after_trouble, off_for_long,     what_the_user_says,
                            battery_still_good, calibrating,          not_low_for_long, low_for_the_primary};

Verdict first_answer(Question& q)
{
    for (const auto rule : kRules)
        if (auto answer = rule(q))
            return *std::move(answer);
    return low_for_a_secondary(q); // the only one that is left
}

} // namespace

std::optional<Instant> earlier(std::optional<Instant> a, std::optional<Instant> b)
{
    if (!a || !b)
        return a ? a : b;
    return std::min(*a, *b);
}

Verdict judge(const Watch& ups, const Feed& feed, const Policy& policy, Instant now)
{
    if (!ups.known()) // never seen counts as good
        return {};
    Question question{ups, feed, policy, now};
    auto verdict = first_answer(question);
    verdict.next = question.next;
    return verdict;
}

} // namespace upright::upsmon
