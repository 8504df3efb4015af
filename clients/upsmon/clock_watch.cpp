#include "clients/upsmon/clock_watch.hpp"

#include <algorithm>
#include <ctime>

namespace upright::upsmon {
namespace {

Clocks::Reading read(clockid_t clock)
{
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

} // namespace

Clocks Clocks::now() { return {read(CLOCK_MONOTONIC), read(CLOCK_BOOTTIME)}; }

std::optional<ClockWatch::Duration> ClockWatch::look(Clocks now, Duration until_next, Duration tolerance)
{
    const auto passed = now.boottime - last_.boottime;
    const auto slept = passed - (now.monotonic - last_.monotonic);
    const auto late = planned_ ? passed - *planned_ : Clocks::Reading(0);
    last_ = now;
    planned_ = until_next;
    const auto missed = std::chrono::duration_cast<Duration>(std::max(slept, late));
    if (missed <= tolerance)
        return std::nullopt;
    return missed;
}

} // namespace upright::upsmon
