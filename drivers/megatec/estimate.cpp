#include "drivers/megatec/estimate.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace upright::megatec {
namespace {

constexpr double kFullestGuess = 1.25; // of nominal: no battery is charged higher
constexpr double kEmptiestGuess = 0.8; // of nominal: none is read lower

} // namespace

Result<RuntimeCalibration> parse_runtime_calibration(std::string_view text)
{
    std::array<double, 4> values{};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto end = i + 1 == values.size() ? text.size() : std::min(text.find(','), text.size());
        const auto value = to_double(trimmed(text.substr(0, end)));
        if (!value)
            return Error{Errc::bad_config, "wants four numbers: seconds,load %,seconds,load %"};
        values[i] = *value;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    const auto [high_runtime, high_load, low_runtime, low_load] = values;
    if (high_runtime <= 0 || low_runtime < high_runtime)
        return Error{Errc::bad_config,
                     fmt::format("runtimes must be positive, and the one at the low load ({}) "
                                 "not shorter than the one at the high load ({})",
                                 low_runtime, high_runtime)};
    if (low_load <= 0 || high_load < low_load || high_load > 100)
        return Error{Errc::bad_config,
                     fmt::format("loads must be in 1..100, and the second ({}) not above the "
                                 "first ({})",
                                 low_load, high_load)};
    RuntimeCalibration calibration;
    if (high_load > low_load)
        calibration.exponent = std::log(low_runtime / high_runtime) / std::log(high_load / low_load);
    calibration.nominal_runtime = high_runtime * std::pow(high_load / 100, calibration.exponent);
    return calibration;
}

Thresholds usual_thresholds(double nominal) { return {nominal * 104 / 120, nominal * 130 / 120}; }

double guess_packs(double volts, double nominal)
{
    constexpr std::array kMultiples{120.0, 100.0, 80.0, 60.0, 48.0, 36.0, 30.0, 24.0, 18.0,
                                    12.0,  8.0,   6.0,  4.0,  3.0,  2.0,  1.0,  0.5};
    for (const double packs : kMultiples)
        if (packs * volts <= kFullestGuess * nominal)
            return packs * volts < kEmptiestGuess * nominal ? 1 : packs;
    return 1;
}

double charge_by_voltage(double volts, const Thresholds& thresholds)
{
    const double span = thresholds.high - thresholds.low;
    return span > 0 ? std::clamp(100 * (volts - thresholds.low) / span, 0.0, 100.0) : 0;
}

double usual_runtime(double charge, double load, double idle_load)
{
    constexpr double kExponent = 1.585; // of 240 s at 100 % and 720 s at 50 %
    constexpr double kFull = 240;       // s
    return kFull * charge / 100 / std::max(idle_load / 100, std::pow(std::max(load, 0.0) / 100, kExponent));
}

BatteryEstimate::Result BatteryEstimate::update(const Reading& reading,
                                                std::chrono::duration<double> since_last)
{
    if (!options_.calibration || (!seconds_left_ && !reading.charge))
        return {reading.charge, std::nullopt};
    const auto& calibration = *options_.calibration;
    const double full = calibration.nominal_runtime;
    const double drain =
        std::max(options_.idle_load / 100, std::pow(std::max(reading.load, 0.0) / 100, calibration.exponent));
    if (!seconds_left_)
        seconds_left_ = full * *reading.charge / 100;
    else if (reading.on_battery)
        *seconds_left_ -= drain * since_last.count();
    else
        *seconds_left_ += full * since_last.count() / static_cast<double>(options_.charge_time.count());
    *seconds_left_ = std::clamp(*seconds_left_, 0.0, full);
    // A battery that reads emptier than it was counted to be has aged: believe the voltage.
    if (reading.charge)
        seconds_left_ = std::min(*seconds_left_, full * *reading.charge / 100);
    return {100 * *seconds_left_ / full, *seconds_left_ / drain};
}

} // namespace upright::megatec
