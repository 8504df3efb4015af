#include "clients/upsmon/record/recording.hpp"

#include "common/client/designation.hpp"
#include "common/text/case_less.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

namespace upright::upsmon {
namespace {

std::string in_quotes(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\' || c == '#')
            out += '\\';
        out += (u < 0x20 && c != '\t') || u == 0x7F ? '?' : c;
    }
    return out + '"';
}

// The name of a UPS; `-` alone would be this host.
std::string name(std::string_view system)
{
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || std::string_view("_.-@:[]").find(c) != std::string_view::npos;
    };
    const bool plain =
        !system.empty() && system != "-" && std::all_of(system.begin(), system.end(), is_plain);
    return plain ? std::string(system) : in_quotes(system);
}

std::string seconds(Duration time)
{
    return fmt::format("{}.{:03}", time.count() / 1000, time.count() % 1000);
}

long long whole_seconds(Duration time) { return time.count() / 1000; }

long long whole_seconds_or_never(const std::optional<Duration>& time)
{
    return time ? whole_seconds(*time) : -1;
}

std::string_view name_of(Limit::Of of)
{
    switch (of) {
    case Limit::Of::on_battery: return "onbattery";
    case Limit::Of::charge: return "charge";
    case Limit::Of::runtime: return "runtime";
    case Limit::Of::low_battery: return "lowbattery";
    }
    return {};
}

std::string text_of(const ShutdownRule& rule, std::string_view system)
{
    auto line = fmt::format("    SHUTDOWNWHEN {} {}", name(system), rule.all ? "all" : "any");
    for (const auto& limit : rule.limits)
        line += fmt::format(" {} {}", name_of(limit.of), limit.value);
    return line + '\n';
}

// A line of SHUTDOWNWHEN is for every MONITOR line of that UPS, however it is spelt.
bool same_ups(const Feed& a, const Feed& b)
{
    const auto one = parse_designation(a.system);
    const auto other = parse_designation(b.system);
    return one && other && equal_ignoring_case(one->ups, other->ups)
           && equal_ignoring_case(one->server.host, other->server.host)
           && one->server.port == other->server.port;
}

// ---- what was observed: the words behind the UPS's name --------------------------------------------------

std::string text_of(const Tick& /*tick*/) { return "tick"; }

std::string text_of(const Reading& reading)
{
    auto text = "reads " + in_quotes(reading.status);
    if (reading.charge)
        text += fmt::format(" charge {}", *reading.charge);
    if (reading.runtime)
        text += fmt::format(" runtime {}", *reading.runtime);
    if (!reading.alarm.empty())
        text += " alarm " + in_quotes(reading.alarm);
    if (!reading.modes.empty())
        text += " modes " + in_quotes(reading.modes);
    return text;
}

std::string text_of(const Silence& silence) { return "silent " + in_quotes(silence.why); }
std::string text_of(const LoggedIn& /*login*/) { return "logged-in"; }
std::string text_of(const LoginRefused& refusal) { return "login-refused " + in_quotes(refusal.why); }

std::string text_of(const FsdAnswer& answer)
{
    return answer.set ? "fsd-set" : "fsd-failed " + in_quotes(answer.why);
}

std::string text_of(const Logins& logins)
{
    return logins.count ? fmt::format("logins {}", *logins.count) : "logins unknown";
}

std::string text_of(const ShutdownWanted& /*wanted*/) { return "wants-shutdown"; }
std::string text_of(const GoingToSleep& /*sleep*/) { return "going-to-sleep"; }

std::string text_of(const Woken& woken)
{
    return fmt::format("woken {} {}", seconds(woken.after), woken.announced ? "announced" : "unannounced");
}

std::string text_of(const ParentGone& /*gone*/) { return "parent-gone"; }

template <class What>
constexpr bool kOfThisHost =
    std::is_same_v<
        What,
        Tick> || std::is_same_v<What, ShutdownWanted> || std::is_same_v<What, GoingToSleep> || std::is_same_v<What, Woken> || std::is_same_v<What, ParentGone>;

// ---- what is to be done ----------------------------------------------------------------------------------

std::string text_of(const Notify& notify, const Policy& /*policy*/)
{
    auto text = fmt::format("notify {} {}", notify_name(notify.type).name,
                            notify.system.empty() ? "-" : name(notify.system));
    return notify.more.empty() ? text : text + " " + in_quotes(notify.more);
}

std::string_view name_of(Say::Level level)
{
    switch (level) {
    case Say::Level::info: return "info";
    case Say::Level::notice: return "notice";
    case Say::Level::warning: return "warning";
    case Say::Level::error: return "error";
    }
    return {};
}

std::string text_of(const Say& say, const Policy& /*policy*/)
{
    return fmt::format("log {} {}{}", name_of(say.level), in_quotes(say.text), say.to_all ? " to-all" : "");
}

std::string text_of(const SetFsd& set, const Policy& policy)
{
    return "set-fsd " + name(policy.feeds.at(set.feed).system);
}

std::string text_of(const AskLogins& ask, const Policy& policy)
{
    return "ask-logins " + name(policy.feeds.at(ask.feed).system);
}

std::string text_of(const TellWho& tell, const Policy& policy)
{
    return "tell-who " + name(policy.feeds.at(tell.feed).system);
}

std::string text_of(const ShutDown& shut_down, const Policy& /*policy*/)
{
    return "shut-down " + in_quotes(shut_down.why);
}

std::string text_of(const End& /*end*/, const Policy& /*policy*/) { return "end"; }
std::string text_of(const Reload& /*reload*/, const Policy& /*policy*/) { return "reload"; }

} // namespace

std::string to_text(const Policy& policy)
{
    std::string text = "policy\n";
    const auto line = [&](std::string_view directive, long long value) {
        text += fmt::format("    {} {}\n", directive, value);
    };
    for (const auto& feed : policy.feeds)
        text += fmt::format("    MONITOR {} {} - - {}\n", name(feed.system), feed.power_value,
                            feed.primary ? "primary" : "secondary");
    line("MINSUPPLIES", policy.min_supplies);
    line("POLLFREQ", whole_seconds(policy.poll));
    line("POLLFREQALERT", whole_seconds(policy.poll_alert));
    line("HOSTSYNC", whole_seconds(policy.host_sync));
    line("DEADTIME", whole_seconds(policy.dead_time));
    line("OFFDURATION", whole_seconds_or_never(policy.off_duration));
    line("OVERDURATION", whole_seconds_or_never(policy.over_duration));
    line("OBLBDURATION", whole_seconds(policy.oblb_duration));
    line("RBWARNTIME", whole_seconds(policy.rb_warn_time));
    line("NOCOMMWARNTIME", whole_seconds(policy.no_comm_warn_time));
    line("FINALDELAY", whole_seconds(policy.final_delay));
    line("ALARMCRITICAL", policy.alarm_critical ? 1 : 0);
    line("SHUTDOWNEXIT", whole_seconds_or_never(policy.shutdown_exit));
    line("POLLFAIL_LOG_THROTTLE_MAX", policy.poll_fail_log_throttle);
    for (auto feed = policy.feeds.begin(); feed != policy.feeds.end(); ++feed) {
        const auto is_same = [&](const Feed& before) { return same_ups(before, *feed); };
        if (std::none_of(policy.feeds.begin(), feed, is_same))
            for (const auto& rule : feed->rules)
                text += text_of(rule, feed->system);
    }
    return text + "end\n";
}

std::string to_text(const Observation& observation, const Policy& policy)
{
    return std::visit(
        [&](const auto& what) {
            using What = std::decay_t<decltype(what)>;
            const auto who =
                kOfThisHost<What> ? std::string("-") : name(policy.feeds.at(observation.feed).system);
            return fmt::format("{} {} {}\n", seconds(observation.at), who, text_of(what));
        },
        observation.what);
}

std::string to_text(const Action& action, const Policy& policy)
{
    return std::visit([&](const auto& what) { return fmt::format("> {}\n", text_of(what, policy)); }, action);
}

} // namespace upright::upsmon
