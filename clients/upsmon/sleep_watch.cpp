#include "clients/upsmon/sleep_watch.hpp"

namespace upright::upsmon {
namespace {

using namespace std::chrono_literals;

constexpr auto kTolerance = 5s;
constexpr auto kToleranceWithLogind = 15s; // the loop may be held up for other reasons: that is no sleep
constexpr auto kSeekAgain = 10min;
constexpr auto kAnnouncement = 30s; // awake, that logind may take to say so

} // namespace

SleepWatch::SleepWatch(const boost::asio::any_io_executor& executor, ReadClocks clocks)
    : clocks_(std::move(clocks)), watch_(clocks_()), logind_(executor), next_(executor)
{
    logind_.on_sleep = [this](bool begins) { hear(begins); };
}

void SleepWatch::hear(bool begins)
{
    const auto now = clocks_();
    if (begins) {
        asleep_ = now;
        on_sleep();
        return;
    }
    asleep_.reset();
    unexplained_.reset();
    watch_ = ClockWatch(now); // no sleep is told twice
    on_wake(true, Duration(0));
}

void SleepWatch::look(Duration until_next)
{
    const auto now = clocks_();
    if (!logind_.connected() && (!tried_ || now.boottime - tried_->boottime > kSeekAgain)) {
        tried_ = now;
        logind_.connect();
    }
    arm(until_next);
    see(now, until_next);
}

// Goes off only when nobody looked in time: if in time itself, it proves that this process runs.
void SleepWatch::arm(Duration until_next)
{
    next_.expires_after(until_next + until_next / 4);
    next_.async_wait([this, until_next](const boost::system::error_code& stopped) {
        if (!stopped)
            look(until_next);
    });
}

void SleepWatch::see(Clocks now, Duration until_next)
{
    if (const auto missed =
            watch_.look(now, until_next, logind_.answers() ? kToleranceWithLogind : kTolerance)) {
        unexplained_ = missed;
        logind_.work(); // its word may be waiting, and is better
    }
    if (asleep_ && now.monotonic - asleep_->monotonic > kAnnouncement)
        asleep_.reset();
    if (!unexplained_ || asleep_)
        return;
    const auto after = *unexplained_;
    unexplained_.reset();
    on_wake(false, after);
}

} // namespace upright::upsmon
