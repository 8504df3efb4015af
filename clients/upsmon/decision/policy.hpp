// Policy: what the user wants of upsmon, as upsmon.conf says it. Values only; no secrets: it stands in
// recordings.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace upright::upsmon {

using Duration = std::chrono::milliseconds;
// Since some beginning, by a clock that nobody sets and that runs while the host is awake.
using Instant = std::chrono::milliseconds;

// One condition of SHUTDOWNWHEN. It only counts while the UPS is on battery.
struct Limit {
    enum class Of {
        on_battery,  // on battery for so many seconds
        charge,      // battery.charge is so many % or less
        runtime,     // battery.runtime is so many seconds or less
        low_battery, // the UPS says LB for so many seconds; this takes the place of the rule "OB LB: at once"
    };
    Of of;
    double value;

    bool operator==(const Limit&) const = default;
};

// One line of SHUTDOWNWHEN. Of several lines for one UPS any will do.
struct ShutdownRule {
    std::vector<Limit> limits; // never empty
    bool all = false;          // or any

    bool operator==(const ShutdownRule&) const = default;
};

// One line of MONITOR, and the lines of SHUTDOWNWHEN for it.
struct Feed {
    std::string system; // as it is written: people know the UPS by it
    int power_value = 1;
    bool primary = false;
    std::vector<ShutdownRule> rules;

    bool operator==(const Feed&) const = default;
};

struct Policy {
    std::vector<Feed> feeds;
    int min_supplies = 1;
    Duration poll{5000};       // POLLFREQ
    Duration poll_alert{5000}; // POLLFREQALERT
    Duration host_sync{15000};
    Duration dead_time{15000};
    std::optional<Duration> off_duration{30000}; // nothing: OFF is never critical
    std::optional<Duration> over_duration;       // nothing: OVER is never critical
    Duration oblb_duration{0};
    Duration rb_warn_time{std::chrono::hours(12)};
    Duration no_comm_warn_time{std::chrono::minutes(5)};
    Duration final_delay{5000};
    bool alarm_critical = true;
    std::optional<Duration> shutdown_exit{Duration(0)}; // stay so long after SHUTDOWNCMD; nothing: for ever
    int poll_fail_log_throttle = -1;                    // -1: log each failure, 0: the first, n: each n-th

    bool operator==(const Policy&) const = default;
};

} // namespace upright::upsmon
