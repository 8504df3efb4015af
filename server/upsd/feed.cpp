#include "server/upsd/feed.hpp"

#include "server/upsd/upses.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::upsd {
namespace {

// Values and removals of one driver that are told apart; beyond, everything is told anew.
constexpr std::size_t kMostNames = 8192;

void append_state(std::string& out, const CachedUps& ups, std::string_view word)
{
    out += fmt::format("NOTIFY STATE {} {}\n", ups.name, word);
}

} // namespace

std::string_view state_word(std::optional<Errc> why_not)
{
    if (!why_not)
        return "OK";
    return *why_not == Errc::data_stale ? "DATA-STALE" : "DRIVER-NOT-CONNECTED";
}

void Feed::remove(const Subscriber& subscriber)
{
    std::erase(subscribers_, &subscriber);
    if (!wanted())
        changed_.clear(); // whoever comes next begins with a whole block
}

void Feed::changed(std::string_view variable)
{
    if (!wanted())
        return;
    ++version_;
    if (const auto known = changed_.find(variable); known != changed_.end())
        known->second = version_;
    else if (changed_.size() < kMostNames)
        changed_.emplace(variable, version_);
    else
        cleared();
}

void Feed::cleared()
{
    cleared_version_ = ++version_;
    changed_.clear();
}

void Feed::available(std::optional<Errc> why_not)
{
    if (why_not_ == why_not)
        return;
    why_not_ = why_not;
    state_version_ = ++version_;
}

void Feed::append_since(Version since, const CachedUps& ups, std::string& out) const
{
    std::string head;
    const auto append = [&](std::string_view name, const Variable& variable) {
        head.assign("NOTIFY VAR ").append(ups.name).append(" ").append(name);
        ups.append_value_line(out, head, name, variable);
    };
    if (since < cleared_version_) { // the end of the driver, and then all that the next one has said
        append_state(out, ups, state_word(Errc::driver_not_connected));
        if (why_not_ != Errc::driver_not_connected)
            append_state(out, ups, state_word(why_not_));
        for (const auto& [name, variable] : ups.state().variables())
            append(name, variable);
        return;
    }
    if (state_version_ > since)
        append_state(out, ups, state_word(why_not_));
    for (const auto& [name, version] : changed_) {
        if (version <= since)
            continue;
        if (const auto* const variable = ups.state().find(name); variable != nullptr)
            append(name, *variable);
        else
            out += fmt::format("NOTIFY DELVAR {} {}\n", ups.name, name);
    }
}

void Feed::publish(const CachedUps& ups)
{
    if (published_ == version_)
        return;
    const auto since = std::exchange(published_, version_);
    if (!wanted())
        return;
    static std::string lines; // one loop, one thread
    lines.clear();
    append_since(since, ups, lines);
    for (auto* const subscriber : subscribers_)
        subscriber->changed(ups, since, lines);
}

void Feed::publish_removal(const CachedUps& ups)
{
    for (auto* const subscriber : std::exchange(subscribers_, {}))
        subscriber->removed(ups);
}

} // namespace upright::upsd
