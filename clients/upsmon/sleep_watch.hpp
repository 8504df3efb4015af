// SleepWatch: tells that this host is going to sleep and that it has woken; also that it, or this process,
// stood still without anybody saying so. Looks are due now and then; look() at each poll makes them cost
// nothing.
#pragma once

#include "clients/upsmon/clock_watch.hpp"
#include "clients/upsmon/logind.hpp"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <optional>

namespace upright::upsmon {

class SleepWatch {
public:
    using Duration = ClockWatch::Duration;
    using ReadClocks = std::function<Clocks()>;

    explicit SleepWatch(const boost::asio::any_io_executor& executor, ReadClocks clocks = Clocks::now);

    // Before whatever happened is judged by what was known before. The next look should follow within
    // `until_next`; else it is made by a timer, so that a server that hangs is not taken for sleep. The first
    // one seeks logind.
    void look(Duration until_next);

    // The host sleeps when this has returned; a few seconds may be taken.
    std::function<void()> on_sleep = [] {};
    // `announced`: logind said so. Else `after` is how long everything stood still.
    std::function<void(bool announced, Duration after)> on_wake = [](bool, Duration) {};

private:
    void hear(bool begins);
    void see(Clocks now, Duration until_next);
    void arm(Duration until_next);

    ReadClocks clocks_;
    ClockWatch watch_;
    Logind logind_;
    boost::asio::steady_timer next_;
    std::optional<Clocks> asleep_;        // since when
    std::optional<Clocks> tried_;         // when logind was sought last
    std::optional<Duration> unexplained_; // logind may yet say why
};

} // namespace upright::upsmon
