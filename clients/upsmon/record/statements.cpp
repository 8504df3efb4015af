#include "clients/upsmon/record/statements.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace upright::upsmon {
namespace {

constexpr double kLatest = 1e10; // s

// The words of one statement, taken one after the other. The first mistake is kept; what is taken after it
// means nothing.
class Cursor {
public:
    Cursor(std::span<const Word> words, const Policy& policy) : words_(words), policy_(policy) {}

    const std::optional<Problem>& mistake() const noexcept { return mistake_; }
    bool at_end() const noexcept { return words_.empty(); }

    void fail(std::string text)
    {
        if (!mistake_)
            mistake_ = Problem{last_, std::move(text)};
    }

    std::string take(std::string_view what)
    {
        if (words_.empty()) {
            fail(fmt::format("expected {} behind it", what));
            return {};
        }
        last_ = words_.front();
        words_ = words_.subspan(1);
        return last_.text;
    }

    // The next word is this one, bare.
    bool take_if(std::string_view word)
    {
        if (words_.empty() || words_.front().quoted || words_.front().text != word)
            return false;
        take(word);
        return true;
    }

    double take_number(std::string_view what)
    {
        const auto text = take(what);
        const auto number = to_double(text);
        if (!number || *number < 0)
            fail(fmt::format("\"{}\" is no {}", escaped(text), what));
        return number.value_or(0);
    }

    Duration take_time()
    {
        const auto text = take("a time");
        const auto number = to_double(text);
        const bool plain = text.find_first_not_of("0123456789.") == std::string::npos;
        if (!number || !plain || *number > kLatest) {
            fail(fmt::format("\"{}\" is no time in seconds", escaped(text)));
            return {};
        }
        return Duration(std::llround(*number * 1000));
    }

    std::size_t take_feed()
    {
        const auto system = take("a UPS");
        for (std::size_t feed = 0; feed < policy_.feeds.size(); ++feed)
            if (policy_.feeds[feed].system == system)
                return feed;
        fail(fmt::format("no MONITOR line of the policy has \"{}\"", escaped(system)));
        return 0;
    }

    void expect_end()
    {
        if (!words_.empty()) {
            const auto more = take("nothing");
            fail(fmt::format("\"{}\" is too much here", escaped(more)));
        }
    }

private:
    std::span<const Word> words_;
    const Policy& policy_;
    Word last_{};
    std::optional<Problem> mistake_;
};

// ---- observations ----------------------------------------------------------------------------------------

Occurrence take_reading(Cursor& words)
{
    Reading reading;
    reading.status = words.take("a status");
    if (reading.status.empty())
        words.fail("a status has words; without any it would be silence");
    while (!words.at_end())
        if (words.take_if("charge")) {
            reading.charge = words.take_number("number of percent");
        } else if (words.take_if("runtime")) {
            reading.runtime = words.take_number("number of seconds");
        } else if (words.take_if("alarm")) {
            reading.alarm = words.take("an alarm");
        } else if (words.take_if("modes")) {
            reading.modes = words.take("modes");
        } else {
            words.expect_end();
        }
    return reading;
}

Occurrence take_logins(Cursor& words)
{
    if (words.take_if("unknown"))
        return Logins{};
    const auto text = words.take("a number, or unknown");
    const auto count = to_int(text);
    if (!count || *count < 0)
        words.fail(fmt::format("\"{}\" is no number of clients", escaped(text)));
    return Logins{count};
}

Occurrence take_woken(Cursor& words)
{
    const auto after = words.take_time();
    const bool announced = words.take_if("announced");
    if (!announced && !words.take_if("unannounced"))
        words.fail("expected announced or unannounced behind it");
    return Woken{announced, after};
}

Occurrence take_tick(Cursor& /*words*/) { return Tick{}; }
Occurrence take_silence(Cursor& words) { return Silence{words.take("why")}; }
Occurrence take_logged_in(Cursor& /*words*/) { return LoggedIn{}; }
Occurrence take_login_refused(Cursor& words) { return LoginRefused{words.take("why")}; }
Occurrence take_fsd_set(Cursor& /*words*/) { return FsdAnswer{true, {}}; }
Occurrence take_fsd_failed(Cursor& words) { return FsdAnswer{false, words.take("why")}; }
Occurrence take_shutdown_wanted(Cursor& /*words*/) { return ShutdownWanted{}; }
Occurrence take_going_to_sleep(Cursor& /*words*/) { return GoingToSleep{}; }
Occurrence take_parent_gone(Cursor& /*words*/) { return ParentGone{}; }

struct ObservationName {
    std::string_view name;
    bool of_a_ups;
    Occurrence (*take)(Cursor&);
};

constexpr std::array<ObservationName, 12> kObservations{{
    {"reads", true, take_reading},
    {"silent", true, take_silence},
    {"logged-in", true, take_logged_in},
    {"login-refused", true, take_login_refused},
    {"fsd-set", true, take_fsd_set},
    {"fsd-failed", true, take_fsd_failed},
    {"logins", true, take_logins},
    {"tick", false, take_tick},
    {"wants-shutdown", false, take_shutdown_wanted},
    {"going-to-sleep", false, take_going_to_sleep},
    {"woken", false, take_woken},
    {"parent-gone", false, take_parent_gone},
}};

Observation take_observation(Cursor& words)
{
    Observation observation;
    observation.at = words.take_time();
    const bool of_this_host = words.take_if("-");
    if (!of_this_host)
        observation.feed = words.take_feed();
    const auto verb = words.take("what was observed");
    for (const auto& row : kObservations)
        if (row.name == verb && row.of_a_ups != of_this_host) {
            observation.what = row.take(words);
            return observation;
        }
    words.fail(fmt::format("\"{}\" is nothing that is observed of {}", escaped(verb),
                           of_this_host ? "this host" : "a UPS"));
    return observation;
}

// ---- actions ---------------------------------------------------------------------------------------------

Action take_notify(Cursor& words)
{
    const auto name = words.take("an event");
    const auto type = find_notify_type(name);
    if (!type)
        words.fail(fmt::format("\"{}\" is no event", escaped(name)));
    Notify notify{type.value_or(NotifyType::online), {}, {}};
    if (!words.take_if("-"))
        notify.system = words.take("a UPS, or -");
    if (!words.at_end())
        notify.more = words.take("a text");
    return notify;
}

Action take_log(Cursor& words)
{
    constexpr std::array<std::string_view, 4> kLevels{"info", "notice", "warning", "error"};
    const auto name = words.take("a level");
    Say say;
    const auto* const level = std::find(kLevels.begin(), kLevels.end(), name);
    if (level == kLevels.end())
        words.fail(fmt::format("\"{}\" is no level: info, notice, warning, error", escaped(name)));
    else
        say.level = static_cast<Say::Level>(level - kLevels.begin());
    say.text = words.take("a text");
    say.to_all = words.take_if("to-all");
    return say;
}

Action take_set_fsd(Cursor& words) { return SetFsd{words.take_feed()}; }
Action take_ask_logins(Cursor& words) { return AskLogins{words.take_feed()}; }
Action take_tell_who(Cursor& words) { return TellWho{words.take_feed()}; }
Action take_shut_down(Cursor& words) { return ShutDown{words.take("why")}; }
Action take_end(Cursor& /*words*/) { return End{}; }
Action take_reload(Cursor& /*words*/) { return Reload{}; }

struct ActionName {
    std::string_view name;
    Action (*take)(Cursor&);
};

constexpr std::array<ActionName, 8> kActions{{
    {"notify", take_notify},
    {"log", take_log},
    {"set-fsd", take_set_fsd},
    {"ask-logins", take_ask_logins},
    {"tell-who", take_tell_who},
    {"shut-down", take_shut_down},
    {"end", take_end},
    {"reload", take_reload},
}};

Action take_action(Cursor& words)
{
    const auto verb = words.take("an action");
    for (const auto& row : kActions)
        if (row.name == verb)
            return row.take(words);
    words.fail(fmt::format("\"{}\" is no action", escaped(verb)));
    return End{};
}

Problem problem_of(const Cursor& words, const Word& first)
{
    const auto& mistake = *words.mistake();
    return {mistake.where.line == 0 ? first : mistake.where, mistake.text};
}

} // namespace

std::variant<Observation, Problem> parse_observation(std::span<const Word> words, const Policy& policy)
{
    Cursor cursor(words, policy);
    auto observation = take_observation(cursor);
    cursor.expect_end();
    if (cursor.mistake())
        return problem_of(cursor, words.front());
    return observation;
}

std::variant<Action, Problem> parse_action(std::span<const Word> words, const Policy& policy)
{
    Cursor cursor(words.subspan(1), policy);
    auto action = take_action(cursor);
    cursor.expect_end();
    if (cursor.mistake())
        return problem_of(cursor, words.front());
    return action;
}

} // namespace upright::upsmon
