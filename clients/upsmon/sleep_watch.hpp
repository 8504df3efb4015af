// SleepWatch: tells that this host is going to sleep and that it has woken; also that it, or this process,
// stood still without anybody saying so. It has no timer of its own: look() at each poll.
#pragma once

#include "clients/upsmon/clock_watch.hpp"
#include "clients/upsmon/logind.hpp"

#include <functional>

namespace upright::upsmon {

class SleepWatch {
public:
    using Duration = ClockWatch::Duration;
    using ReadClocks = std::function<Clocks()>;

    explicit SleepWatch(const boost::asio::any_io_executor& executor, ReadClocks clocks = Clocks::now);

    // The next look follows within `until_next`. The first one seeks logind.
    void look(Duration until_next);

    // The host sleeps when this has returned; a few seconds may be taken.
    std::function<void()> on_sleep = [] {};
    // `announced`: logind said so. Else `after` is how long everything stood still.
    std::function<void(bool announced, Duration after)> on_wake = [](bool, Duration) {};

private:
    void hear(bool begins);

    ReadClocks clocks_;
    ClockWatch watch_;
    Logind logind_;
    std::optional<Clocks> asleep_;        // since when
    std::optional<Clocks> tried_;         // when logind was sought last
    std::optional<Duration> unexplained_; // logind may yet say why
};

} // namespace upright::upsmon
