// Series: the last minute of a value that falls on battery (charge, runtime), to tell a fall from a single
// absurd reading. Pure, and bounded however often it is told.
#pragma once

#include "clients/upsmon/decision/policy.hpp"

#include <deque>
#include <optional>

namespace upright::upsmon {

class Series {
public:
    // A limit must be passed for so long; longer if the value has leapt there.
    static constexpr Duration kConfirm{5000};
    static constexpr Duration kConfirmLeap{30000};

    void add(Instant at, double value);
    void clear();

    std::optional<double> value() const;

    // From when on it is to be believed that the value is `limit` or less, if it stays so. Nothing if it is
    // above, or unknown, or only one reading says so.
    std::optional<Instant> believable(double limit) const;

private:
    // What was told within one second.
    struct Second {
        Instant begin;
        double highest;
        double last;
    };

    std::deque<Second> seconds_;
    bool longer_ = false; // there were more seconds than are kept
};

} // namespace upright::upsmon
