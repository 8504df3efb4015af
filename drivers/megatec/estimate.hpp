// BatteryEstimate: charge and runtime of a battery whose UPS reports neither, from its voltage, the load and
// what the user says it lasts. Pure: time is an argument.
#pragma once

#include "common/result.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace upright::megatec {

// How long the battery lasts at a high and at a low load.
struct RuntimeCalibration {
    double exponent = 1;        // Peukert's
    double nominal_runtime = 0; // s, at a load of 100 %
};

// "240,100,720,50": seconds at the high load, that load in %, seconds at the low load, that load. The error
// says what is wrong with it.
Result<RuntimeCalibration> parse_runtime_calibration(std::string_view text);

// s, by what batteries of such UPSes usually last: 4 minutes at full load and 12 at half, when full.
// `charge`, `load` in %, a load below `idle_load` counts as that.
double usual_runtime(double charge, double load, double idle_load);

struct Thresholds {
    double low = 0; // V
    double high = 0;
    bool operator==(const Thresholds&) const = default;
};

// Empty and full of a lead battery of that nominal voltage: 24 V -> 20.80, 26.00.
Thresholds usual_thresholds(double nominal);

// How many such voltages make up the battery: 2.27 (per cell) of 24 V -> 12. 1 if none fits.
double guess_packs(double volts, double nominal);

// 0..100, by where `volts` lies between the thresholds.
double charge_by_voltage(double volts, const Thresholds& thresholds);

struct EstimateOptions {
    std::optional<RuntimeCalibration> calibration;
    std::chrono::seconds charge_time{43200}; // empty to full
    double idle_load = 10;                   // %: the least that counts
};

class BatteryEstimate {
public:
    explicit BatteryEstimate(EstimateOptions options) : options_(options) {}

    struct Reading {
        std::optional<double> charge; // %, by voltage or as the UPS says
        double load = 0;              // %
        bool on_battery = false;
    };
    struct Result {
        std::optional<double> charge;  // %
        std::optional<double> runtime; // s
    };

    // Takes in a reading made `since_last` after the one before (which the first call ignores). No runtime
    // without a calibration, nor before a charge was known.
    Result update(const Reading& reading, std::chrono::duration<double> since_last);

private:
    EstimateOptions options_;
    std::optional<double> seconds_left_; // at full load
};

} // namespace upright::megatec
