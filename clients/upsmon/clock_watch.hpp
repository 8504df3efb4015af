// ClockWatch: tells sleep of this host, and a process that was stopped or starved, from the time alone.
// Clocks that somebody sets are not asked: setting them is no sleep.
#pragma once

#include <chrono>
#include <optional>

namespace upright::upsmon {

struct Clocks {
    using Reading = std::chrono::nanoseconds;

    Reading monotonic; // stands still while the host sleeps
    Reading boottime;  // does not

    static Clocks now();
};

class ClockWatch {
public:
    using Duration = std::chrono::milliseconds;

    explicit ClockWatch(Clocks now) : last_(now) {}

    // At each look; the next one is to follow within `until_next`. How long the host slept since the last
    // look, or by how much this one is late, if that is more than `tolerance`.
    std::optional<Duration> look(Clocks now, Duration until_next, Duration tolerance);

private:
    Clocks last_;
    std::optional<Duration> planned_; // nothing before the first look
};

} // namespace upright::upsmon
