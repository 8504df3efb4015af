#include "drivers/megatec/leaps.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace upright::megatec {
namespace {

// What can't happen between two polls. Input voltage may: it is what a UPS is for.
struct Bound {
    std::string_view variable;
    double by;       // more than so much
    double by_share; // ... and than this share of the former value
};

// clang-format off
constexpr std::array kBounds{
    Bound{"battery.voltage",  1,    0.4}, // V
    Bound{"battery.charge",   25,   0},   // %
    Bound{"battery.runtime",  300,  0.5}, // s
    Bound{"ups.load",         150,  0},   // %
    Bound{"ups.temperature",  40,   0},   // degrees C
};
// clang-format on

bool leaps(const Bound& bound, const std::string& from, const std::string& to)
{
    const auto before = to_double(from);
    const auto now = to_double(to);
    if (!before || !now)
        return false;
    const double by = std::abs(*now - *before);
    return by > bound.by && by > bound.by_share * std::abs(*before);
}

} // namespace

std::vector<std::string> Leaps::hold(Words& values)
{
    std::vector<std::string> held;
    for (const auto& bound : kBounds) {
        const auto found = values.find(bound.variable);
        if (found == values.end())
            continue;
        auto& value = found->second;
        auto& last = last_[std::string(bound.variable)];
        if (last.held || last.value.empty() || !leaps(bound, last.value, value)) {
            last = {value, false};
            continue;
        }
        held.push_back(fmt::format("{}: {} instead of {}", bound.variable, value, last.value));
        last.held = true;
        value = last.value;
    }
    return held;
}

} // namespace upright::megatec
