// Forecast: what a UPS would say while it runs on battery from now on, if its load stays as it is. A battery
// that is drained evenly loses its charge evenly; what the UPS itself says of its runtime is believed. Pure.
#pragma once

#include "clients/upsmon/decision/observation.hpp"
#include "clients/upsmon/plan/facts.hpp"
#include "common/state/snapshot.hpp"

#include <optional>
#include <string>

namespace upright::upsmon {

class Forecast {
public:
    explicit Forecast(UpsFacts facts);

    bool is_reachable() const noexcept { return !facts_.status.empty(); }
    const UpsFacts& facts() const noexcept { return facts_; }

    std::optional<double> empty_at() const noexcept { return empty_at_; } // s from now
    std::optional<double> low_at() const noexcept { return low_at_; } // LB, by what is known of its limits
    std::string why_unknown() const;                                  // when its battery is low

    Reading now() const;
    Reading on_battery(double seconds) const; // after so long

private:
    UpsFacts facts_;
    std::string other_words_; // of the status: those that the mains don't change
    std::optional<double> empty_at_;
    std::optional<double> low_at_;
};

} // namespace upright::upsmon
