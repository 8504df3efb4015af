// Timers: those that are running, and why. Pure: the time is an argument. Bounded, so that no caller can make
// it grow: what does not fit is refused.
#pragma once

#include "common/result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upright::upssched {

// What upsmon told of.
struct Event {
    std::string type;    // NOTIFYTYPE
    std::string ups;     // UPSNAME
    std::string message; // NOTIFYMSG

    bool operator==(const Event&) const = default;
};

class Timers {
public:
    using Clock = std::chrono::steady_clock;

    static constexpr std::size_t kMostTimers = 1024;
    static constexpr std::size_t kMostText = std::size_t{1024} * 1024;     // of all events, in bytes
    static constexpr std::size_t kMostOfOneTimer = std::size_t{48} * 1024; // as environments bound it

    // A timer as CMDSCRIPT and `upssched -l` see it: each text of its events once, types and UPSes joined by
    // commas, messages by a full stop and a TAB.
    struct Row {
        std::string name;
        Clock::time_point due;
        Event events;
    };

    // One more, even if there is one of that name.
    Result<void> start(const std::string& name, std::chrono::seconds after, const Event& event,
                       Clock::time_point now);
    // If there is one of that name it also stands for `event`, and its time stays; else a new one.
    Result<void> start_shared(const std::string& name, std::chrono::seconds after, const Event& event,
                              Clock::time_point now);

    // All of that name. Returns how many there were.
    std::size_t cancel(const std::string& name);
    // The same for one UPS: takes it out of them. Those that stand for other UPSes, too, go on for these.
    std::size_t cancel_matched(const std::string& name, const std::string& ups);

    // Those whose time has come, which are then no longer here, in the order of their times.
    std::vector<Row> take_due(Clock::time_point now);

    std::optional<Clock::time_point> next_due() const;
    std::vector<Row> rows() const; // in the order in which they were started
    bool empty() const noexcept { return timers_.empty(); }

private:
    struct Timer {
        std::string name;
        Clock::time_point due;
        std::vector<Event> events; // never empty, none twice
    };

    static Row row(const Timer& timer);
    Result<void> check_room(const Timer* shared, const Event& event) const;

    std::vector<Timer> timers_; // in the order in which they were started
};

} // namespace upright::upssched
