#include "clients/upsmon/decision/series.hpp"

#include <algorithm>
#include <iterator>

namespace upright::upsmon {
namespace {

constexpr Duration kSecond{1000};
constexpr std::size_t kMostSeconds = 64;

// More than half at once, and more than the last few points that go quickly anyway.
bool is_leap(double from, double to) { return from - to > from / 2 && from - to > 20; }

} // namespace

void Series::add(Instant at, double value)
{
    if (!seconds_.empty() && at - seconds_.back().begin < kSecond) {
        auto& now = seconds_.back();
        now.highest = std::max(now.highest, value);
        now.last = value;
        return;
    }
    seconds_.push_back({at, value, value});
    if (seconds_.size() > kMostSeconds) {
        seconds_.pop_front();
        longer_ = true;
    }
}

void Series::clear()
{
    seconds_.clear();
    longer_ = false;
}

std::optional<double> Series::value() const
{
    return seconds_.empty() ? std::nullopt : std::optional(seconds_.back().last);
}

std::optional<Instant> Series::believable(double limit) const
{
    const auto above = std::find_if(seconds_.rbegin(), seconds_.rend(),
                                    [&](const Second& second) { return second.highest > limit; });
    // One reading may be absurd however long it stands: there must be another one, in another second.
    if (std::distance(seconds_.rbegin(), above) < 2)
        return std::nullopt;
    const auto& first = *std::prev(above);
    if (above == seconds_.rend()) // always, as far as is known
        return first.begin + (longer_ ? kConfirm : kConfirmLeap);
    return first.begin + (is_leap(above->last, first.last) ? kConfirmLeap : kConfirm);
}

} // namespace upright::upsmon
