#include "clients/upsmon/plan/forecast.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace upright::upsmon {
namespace {

constexpr double kLongestRuntime = 7.0 * 24 * 3600; // what is said beyond that is no runtime

// Seconds from now until the first of the UPS's own limits is passed.
std::optional<double> low_after(const UpsFacts& ups, std::optional<double> empty_at)
{
    std::optional<double> when;
    const auto take = [&](double seconds) {
        when = std::min(when.value_or(seconds), std::max(0.0, seconds));
    };
    if (parse_words(ups.status).has("LB"))
        return 0;
    if (!empty_at)
        return std::nullopt;
    if (ups.charge && ups.charge_low && *ups.charge > 0)
        take(*empty_at * (*ups.charge - *ups.charge_low) / *ups.charge);
    if (ups.runtime_low)
        take(*empty_at - *ups.runtime_low);
    return when;
}

} // namespace

Forecast::Forecast(UpsFacts facts) : facts_(std::move(facts))
{
    auto words = parse_words(facts_.status);
    for (const auto* const word : {"OL", "OB", "LB", "CHRG", "DISCHRG", "TRIM", "BOOST"})
        words.remove(word);
    other_words_ = words.joined();
    if (facts_.runtime && *facts_.runtime > 0 && *facts_.runtime < kLongestRuntime)
        empty_at_ = facts_.runtime;
    low_at_ = low_after(facts_, empty_at_);
}

std::string Forecast::why_unknown() const
{
    if (!facts_.runtime)
        return "it does not tell battery.runtime";
    if (!empty_at_)
        return "the battery.runtime that it tells can't be true";
    if (!facts_.charge_low && !facts_.runtime_low)
        return "it tells neither battery.charge.low nor battery.runtime.low";
    return "it does not tell battery.charge";
}

Reading Forecast::now() const { return {facts_.status, {}, {}, facts_.charge, facts_.runtime}; }

Reading Forecast::on_battery(double seconds) const
{
    Reading reading{"OB DISCHRG", {}, {}, facts_.charge, facts_.runtime};
    if (low_at_ && seconds >= *low_at_)
        reading.status += " LB";
    if (!other_words_.empty())
        reading.status += " " + other_words_;
    if (!empty_at_)
        return reading;
    const auto left = std::max(0.0, 1 - seconds / *empty_at_);
    if (reading.charge)
        reading.charge = *reading.charge * left;
    reading.runtime = *empty_at_ * left;
    return reading;
}

} // namespace upright::upsmon
