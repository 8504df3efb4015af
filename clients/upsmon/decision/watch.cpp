#include "clients/upsmon/decision/watch.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace upright::upsmon {
namespace {

constexpr Duration kFastestReminder{1000};

struct Lasting {
    Watch::Word word;
    std::string_view name;
    NotifyType appears;
    NotifyType goes;
};

constexpr std::array<Lasting, Watch::kWords> kLasting{{
    {Watch::cal, "CAL", NotifyType::cal, NotifyType::notcal},
    {Watch::off, "OFF", NotifyType::off, NotifyType::notoff},
    {Watch::bypass, "BYPASS", NotifyType::bypass, NotifyType::notbypass},
    {Watch::eco, "ECO", NotifyType::eco, NotifyType::noteco},
    {Watch::over, "OVER", NotifyType::over, NotifyType::notover},
    {Watch::trim, "TRIM", NotifyType::trim, NotifyType::nottrim},
    {Watch::boost, "BOOST", NotifyType::boost, NotifyType::notboost},
}};

// Words that are no news: what the battery does, and a server that has not heard all of its driver yet.
constexpr std::array<std::string_view, 4> kNoNews{"HB", "CHRG", "DISCHRG", "WAIT"};
constexpr std::array<std::string_view, 6> kTreatedApart{"OL", "OB", "LB", "RB", "ALARM", "FSD"};
constexpr std::array<std::string_view, 4> kEcoModes{":ECO", ":ESS", ":HE", ":SMART"};

std::vector<std::string_view> words_of(std::string_view text)
{
    std::vector<std::string_view> words;
    while (true) {
        const auto begin = text.find_first_not_of(" \t");
        if (begin == std::string_view::npos)
            return words;
        text.remove_prefix(begin);
        const auto end = std::min(text.find_first_of(" \t"), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

template <class Range>
bool has(const Range& words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

// The words of the status, and ECO if the modes mean that.
std::vector<std::string_view> words_of(const Reading& reading)
{
    auto words = words_of(std::string_view(reading.status));
    const bool eco = std::any_of(kEcoModes.begin(), kEcoModes.end(), [&](std::string_view mode) {
        const auto modes = words_of(std::string_view(reading.modes));
        return std::any_of(modes.begin(), modes.end(),
                           [&](std::string_view word) { return word.find(mode) != std::string_view::npos; });
    });
    if (eco && !has(words, "ECO"))
        words.emplace_back("ECO");
    return words;
}

// OL or OB. If a UPS says both, the last one: to follow both would tell people of an outage with each poll.
std::string_view source_among(const std::vector<std::string_view>& words)
{
    const auto source = std::find_if(words.rbegin(), words.rend(),
                                     [](std::string_view word) { return word == "OL" || word == "OB"; });
    return source == words.rend() ? std::string_view() : *source;
}

std::string alarm_of(const Reading& reading)
{
    if (reading.alarm.empty())
        return "n/a";
    return reading.alarm;
}

void tell(NotifyType type, const Feed& feed, Actions& actions)
{
    actions.emplace_back(Notify{type, feed.system, {}});
}

std::string others_among(const std::vector<std::string_view>& words)
{
    std::string others;
    for (const auto word : words) {
        const auto is_it = [&](const Lasting& row) { return row.name == word; };
        if (has(kNoNews, word) || has(kTreatedApart, word)
            || std::any_of(kLasting.begin(), kLasting.end(), is_it))
            continue;
        others += others.empty() ? "" : " ";
        others += word;
    }
    return others;
}

} // namespace

void Watch::take(const Reading& reading, const Feed& feed, const Policy& policy, Instant at, Actions& actions)
{
    const bool was_lost = lost_;
    const bool was_critical = on_battery_and_low();
    if (std::exchange(lost_, false))
        tell(NotifyType::commok, feed, actions);
    failures_ = 0;
    why_lost_.clear();
    take_words(reading, feed, at, actions);
    take_value(charge_, reading.charge, at);
    take_value(runtime_, reading.runtime, at);
    mark_not_critical(was_lost || !known_, was_critical, at);
    known_ = true;
    last_good_ = at;
    choose_rate(policy);
}

// A value that is no longer told is not known any more.
void Watch::take_value(Series& series, const std::optional<double>& value, Instant at)
{
    if (value)
        series.add(at, *value);
    else
        series.clear();
}

void Watch::take_words(const Reading& reading, const Feed& feed, Instant at, Actions& actions)
{
    const auto words = words_of(reading);
    status_ = reading.status;

    for (const auto& row : kLasting) // first what has gone
        if (since_[row.word] && !has(words, row.name)) {
            since_[row.word].reset();
            tell(row.goes, feed, actions);
        }
    if (!has(words, "LB"))
        low_since_.reset();
    replace_battery_ = replace_battery_ && has(words, "RB");
    fsd_ = has(words, "FSD");
    fsd_told_ = fsd_told_ && fsd_;
    if (!has(words, "ALARM"))
        take_alarm(std::nullopt, feed, actions);

    const auto source = source_among(words);
    for (const auto word : words) {
        if (word == source)
            take_source(word, feed, at, actions);
        if (word == "LB" && !low_since_) {
            low_since_ = at;
            tell(NotifyType::lowbatt, feed, actions);
        } else if (word == "RB" && !std::exchange(replace_battery_, true)) {
            last_replbatt_ = at;
            tell(NotifyType::replbatt, feed, actions);
        } else if (word == "FSD") {
            fsd_set(feed, actions);
        } else if (word == "ALARM") {
            take_alarm(alarm_of(reading), feed, actions);
        }
        for (const auto& row : kLasting)
            if (row.name == word && !since_[row.word]) {
                since_[row.word] = at;
                tell(row.appears, feed, actions);
            }
    }
    take_others(others_among(words), feed, actions);
}

// What says neither OL nor OB leaves open what it was.
void Watch::take_source(std::string_view word, const Feed& feed, Instant at, Actions& actions)
{
    if (word == "OL") {
        if (source_ == Source::battery)
            tell(NotifyType::online, feed, actions);
        source_ = Source::mains;
        on_battery_since_.reset();
    } else if (source_ != Source::battery) {
        tell(NotifyType::onbatt, feed, actions);
        source_ = Source::battery;
        on_battery_since_ = at;
    }
}

void Watch::take_alarm(const std::optional<std::string>& now, const Feed& feed, Actions& actions)
{
    if (now == alarm_)
        return;
    actions.emplace_back(now ? Notify{NotifyType::alarm, feed.system, *now}
                             : Notify{NotifyType::notalarm, feed.system, {}});
    alarm_ = now;
}

void Watch::take_others(const std::string& now, const Feed& feed, Actions& actions)
{
    if (now == others_)
        return;
    actions.emplace_back(now.empty() ? Notify{NotifyType::notother, feed.system, {}}
                                     : Notify{NotifyType::other, feed.system, now});
    others_ = now;
}

// A secondary gives its primary HOSTSYNC from the last moment at which there was no need to act. Told at
// once, that is now; after a silence it is the last good answer before it.
void Watch::mark_not_critical(bool was_silent, bool was_critical, Instant at)
{
    if (!on_battery_and_low() || (!was_critical && (!was_silent || !known_)))
        last_not_critical_ = at;
}

void Watch::choose_rate(const Policy& policy)
{
    const bool on_battery = source_ == Source::battery;
    const bool begins =
        on_battery || since_[off] || since_[bypass] || alarm_ || (since_[over] && policy.over_duration);
    const bool lasts = begins || since_[cal] || since_[over] || since_[trim] || since_[boost];
    alert_ = begins || (alert_ && lasts);
}

void Watch::take(const Silence& silence, const Feed& feed, const Policy& policy, Instant at, Actions& actions)
{
    log_failure(silence, feed, policy, actions);
    why_lost_ = silence.why;
    if (!std::exchange(lost_, true)) {
        tell(NotifyType::commbad, feed, actions);
        return;
    }
    const bool long_silent = !known_ || at - last_good_ >= policy.no_comm_warn_time;
    if (!long_silent || (last_nocomm_ && at - *last_nocomm_ < policy.no_comm_warn_time))
        return;
    last_nocomm_ = at;
    tell(NotifyType::nocomm, feed, actions);
}

void Watch::log_failure(const Silence& silence, const Feed& feed, const Policy& policy, Actions& actions)
{
    const int each = policy.poll_fail_log_throttle;
    const bool changed = failures_ == 0 || silence.why != why_lost_;
    const bool due = each < 0 || changed || (each > 0 && failures_ % each == 0);
    ++failures_;
    if (due)
        actions.emplace_back(Say{
            Say::Level::error, fmt::format("Poll UPS [{}] failed - {}", feed.system, escaped(silence.why))});
}

void Watch::take(const LoggedIn& /*login*/, const Feed& feed, Actions& actions)
{
    if (login_ == Login::refused)
        tell(NotifyType::protected_again, feed, actions);
    login_ = Login::in;
    why_refused_.clear();
}

void Watch::take(const LoginRefused& refusal, const Feed& feed, const Policy& policy, Instant at,
                 Actions& actions)
{
    const bool again = login_ == Login::refused && refusal.why == why_refused_
                       && at - last_unprotected_ < policy.no_comm_warn_time;
    login_ = Login::refused;
    why_refused_ = refusal.why;
    if (again)
        return;
    last_unprotected_ = at;
    actions.emplace_back(Notify{NotifyType::unprotected, feed.system, refusal.why});
}

void Watch::remind(const Feed& feed, const Policy& policy, Instant now, Actions& actions)
{
    const auto due = next_reminder(policy);
    if (!due || now < *due)
        return;
    last_replbatt_ = now;
    tell(NotifyType::replbatt, feed, actions);
}

std::optional<Instant> Watch::next_reminder(const Policy& policy) const
{
    if (!replace_battery_ || lost_)
        return std::nullopt;
    // At most with each poll, whatever is configured: a reminder that is always due would never let upsmon
    // rest.
    return last_replbatt_ + std::max({policy.rb_warn_time, policy.poll, kFastestReminder});
}

void Watch::fsd_set(const Feed& feed, Actions& actions)
{
    if (!std::exchange(fsd_told_, true))
        tell(NotifyType::fsd, feed, actions);
}

void Watch::forget(Instant now)
{
    const auto login = login_;
    auto why_refused = std::move(why_refused_);
    const bool known = known_;
    const bool lost = lost_;
    *this = Watch();
    known_ = known;
    lost_ = lost;
    login_ = login;
    why_refused_ = std::move(why_refused);
    last_good_ = last_not_critical_ = last_unprotected_ = now;
}

} // namespace upright::upsmon
