// Battery: the battery variables a reading lacks, made from those it has (docs/manual/nutdrv_qx.md,
// "Battery"). It owns the running estimate; add_to() once for each reading.
#pragma once

#include "common/state/snapshot.hpp"
#include "drivers/megatec/estimate.hpp"
#include "drivers/runtime/driver.hpp"

namespace upright::megatec {

class Battery {
public:
    // DeviceError (fatal) if an option makes no sense.
    explicit Battery(const DriverOptions& options);

    // Adds battery.voltage.low and .high, battery.charge, battery.runtime, as far as `snapshot` lacks and
    // allows them. A runtime that nothing speaks for but the charge has battery.runtime.estimated beside it.
    void add_to(Snapshot& snapshot, std::chrono::steady_clock::time_point now);

    // What the user assumes or fixes may have changed.
    void reload(const DriverOptions& options) { options_ = options; }

    // A device was opened: what was learnt of the last one no longer counts.
    void forget();

private:
    std::optional<double> value(const Snapshot& snapshot, std::string_view variable) const;
    double packs(const Snapshot& snapshot, double volts, std::optional<double> nominal);

    DriverOptions options_;
    bool one_pack_reported_ = false;
    EstimateOptions estimate_options_;
    BatteryEstimate estimate_;
    std::optional<double> guessed_packs_;
    bool charge_known_ = false; // the device has told it itself
    bool runtime_known_ = false;
    std::optional<std::chrono::steady_clock::time_point> last_;
};

} // namespace upright::megatec
