#include "clients/upssched/timers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace upright::upssched {
namespace {

std::size_t size_of(const Event& event)
{
    return event.type.size() + event.ups.size() + event.message.size();
}

std::size_t size_of(const std::vector<Event>& events)
{
    return std::accumulate(events.begin(), events.end(), std::size_t{0},
                           [](std::size_t sum, const Event& event) { return sum + size_of(event); });
}

// One column of the events: each text once, nothing for empty ones.
std::string joined(const std::vector<Event>& events, std::string Event::*column, const char* separator)
{
    std::vector<std::string_view> texts;
    for (const auto& event : events)
        if (const auto& text = event.*column;
            !text.empty() && std::find(texts.begin(), texts.end(), text) == texts.end())
            texts.emplace_back(text);
    return fmt::format("{}", fmt::join(texts, separator));
}

} // namespace

Result<void> Timers::check_room(const Timer* shared, const Event& event) const
{
    const auto all =
        std::accumulate(timers_.begin(), timers_.end(), std::size_t{0},
                        [](std::size_t sum, const Timer& timer) { return sum + size_of(timer.events); });
    const auto of_this = shared == nullptr ? 0 : size_of(shared->events);
    if (of_this + size_of(event) > kMostOfOneTimer)
        return Error{Errc::too_long, "too many UPSes or too long texts for one timer"};
    if ((shared == nullptr && timers_.size() >= kMostTimers) || all + size_of(event) > kMostText)
        return Error{Errc::too_long, "too many timers"};
    return {};
}

Result<void> Timers::start(const std::string& name, std::chrono::seconds after, const Event& event,
                           Clock::time_point now)
{
    if (const auto room = check_room(nullptr, event); !room)
        return room;
    timers_.push_back({name, now + after, {event}});
    return {};
}

Result<void> Timers::start_shared(const std::string& name, std::chrono::seconds after, const Event& event,
                                  Clock::time_point now)
{
    const auto timer =
        std::find_if(timers_.begin(), timers_.end(), [&](const Timer& known) { return known.name == name; });
    if (timer == timers_.end())
        return start(name, after, event, now);
    if (std::find(timer->events.begin(), timer->events.end(), event) != timer->events.end())
        return {};
    if (const auto room = check_room(&*timer, event); !room)
        return room;
    timer->events.push_back(event);
    return {};
}

std::size_t Timers::cancel(const std::string& name)
{
    return std::erase_if(timers_, [&](const Timer& timer) { return timer.name == name; });
}

std::size_t Timers::cancel_matched(const std::string& name, const std::string& ups)
{
    std::size_t found = 0;
    for (auto& timer : timers_)
        if (timer.name == name
            && std::erase_if(timer.events, [&](const Event& event) { return event.ups == ups; }) > 0)
            ++found;
    std::erase_if(timers_, [](const Timer& timer) { return timer.events.empty(); });
    return found;
}

std::vector<Timers::Row> Timers::take_due(Clock::time_point now)
{
    std::vector<Row> due;
    for (const auto& timer : timers_)
        if (timer.due <= now)
            due.push_back(row(timer));
    std::erase_if(timers_, [&](const Timer& timer) { return timer.due <= now; });
    std::stable_sort(due.begin(), due.end(), [](const Row& a, const Row& b) { return a.due < b.due; });
    return due;
}

std::optional<Timers::Clock::time_point> Timers::next_due() const
{
    const auto first = std::min_element(timers_.begin(), timers_.end(),
                                        [](const Timer& a, const Timer& b) { return a.due < b.due; });
    return first == timers_.end() ? std::nullopt : std::optional(first->due);
}

std::vector<Timers::Row> Timers::rows() const
{
    std::vector<Row> rows;
    for (const auto& timer : timers_)
        rows.push_back(row(timer));
    return rows;
}

Timers::Row Timers::row(const Timer& timer)
{
    return {timer.name,
            timer.due,
            {joined(timer.events, &Event::type, ","), joined(timer.events, &Event::ups, ","),
             joined(timer.events, &Event::message, ".\t")}};
}

} // namespace upright::upssched
