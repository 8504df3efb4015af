#include "drivers/megatec/battery.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

namespace upright::megatec {
namespace {

EstimateOptions estimate_options(const DriverOptions& options)
{
    EstimateOptions estimate;
    if (const auto text = options.text("runtimecal")) {
        const auto calibration = parse_runtime_calibration(*text);
        if (!calibration)
            throw DeviceError(
                fmt::format("runtimecal = {}: {}", escaped(*text), to_string(calibration.error())),
                DeviceError::Kind::fatal);
        estimate.calibration = *calibration;
    }
    estimate.charge_time =
        std::chrono::seconds(options.number_or_fallback("chargetime", 1, 1'000'000, 43200));
    estimate.idle_load = options.number_or_fallback("idleload", 1, 100, 10);
    return estimate;
}

} // namespace

Battery::Battery(const DriverOptions& options)
    : options_(options), one_pack_reported_(options.flag("battery_voltage_reports_one_pack")),
      estimate_options_(estimate_options(options)), estimate_(estimate_options_)
{
}

void Battery::forget()
{
    estimate_ = BatteryEstimate(estimate_options_);
    guessed_packs_.reset();
    charge_known_ = false;
    runtime_known_ = false;
    last_.reset();
}

// What the user fixed counts before what the device says, and what the user assumed after it.
std::optional<double> Battery::value(const Snapshot& snapshot, std::string_view variable) const
{
    if (const auto fixed = options_.text(fmt::format("override.{}", variable)))
        return to_double(*fixed);
    const auto found = snapshot.variables.find(variable);
    if (found != snapshot.variables.end())
        return to_double(found->second.value);
    const auto assumed = options_.text(fmt::format("default.{}", variable));
    return assumed ? to_double(*assumed) : std::nullopt;
}

double Battery::packs(const Snapshot& snapshot, double volts, std::optional<double> nominal)
{
    if (const auto configured = value(snapshot, "battery.packs"); configured && *configured > 0)
        return *configured;
    if (!nominal || *nominal <= 0)
        return 1;
    if (!guessed_packs_)
        guessed_packs_ = guess_packs(volts, *nominal);
    return *guessed_packs_;
}

void Battery::add_to(Snapshot& snapshot, std::chrono::steady_clock::time_point now)
{
    const auto nominal = value(snapshot, "battery.voltage.nominal");
    auto charge = value(snapshot, "battery.charge");
    const bool charge_reported = charge.has_value();
    charge_known_ = charge_known_ || charge_reported;
    runtime_known_ = runtime_known_ || value(snapshot, "battery.runtime").has_value();
    auto low = value(snapshot, "battery.voltage.low");
    auto high = value(snapshot, "battery.voltage.high");
    if (nominal && *nominal > 0 && !charge_reported) {
        const auto usual = usual_thresholds(*nominal);
        if (!low)
            snapshot.set("battery.voltage.low", fmt::format("{:.2f}", *(low = usual.low)));
        if (!high)
            snapshot.set("battery.voltage.high", fmt::format("{:.2f}", *(high = usual.high)));
    }
    const auto volts = value(snapshot, "battery.voltage");
    if (volts && *volts > 0 && low && high && *low < *high) {
        const double whole = *volts * packs(snapshot, *volts, nominal);
        if (one_pack_reported_)
            snapshot.set("battery.voltage", fmt::format("{:.2f}", whole));
        if (!charge_reported)
            charge = charge_by_voltage(whole, {*low, *high});
    }
    const BatteryEstimate::Reading reading{.charge = charge,
                                           .load = value(snapshot, "ups.load").value_or(0),
                                           .on_battery = snapshot.status.has("OB")};
    const auto estimate =
        estimate_.update(reading, last_ ? now - *last_ : std::chrono::steady_clock::duration::zero());
    last_ = now;
    if (!charge_known_ && estimate.charge)
        snapshot.set("battery.charge", fmt::format("{:.0f}", *estimate.charge));
    if (runtime_known_) // perhaps not now, but by the UPS itself
        return;
    if (estimate.runtime) {
        snapshot.set("battery.runtime", fmt::format("{:.0f}", *estimate.runtime));
    } else if (charge) {
        snapshot.set("battery.runtime", fmt::format("{:.0f}", usual_runtime(*charge, reading.load,
                                                                            estimate_options_.idle_load)));
        snapshot.set("battery.runtime.estimated", "yes"); // better than nothing, but nothing to act on
    }
}

} // namespace upright::megatec
