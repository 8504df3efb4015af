// From the flags of a HID UPS to the words of ups.status, alarms and the rest that follows from them
// (docs/manual/usbhid-ups.md, "Status"). UpsStatus owns what must be remembered from one reading to the next;
// time is an argument.
#pragma once

#include "common/state/snapshot.hpp"
#include "drivers/runtime/driver.hpp"
#include "drivers/usbhid/status_flags.hpp"

namespace upright::usbhid {

class UpsStatus {
public:
    using Clock = std::chrono::steady_clock;

    // DeviceError (fatal) if an option makes no sense.
    explicit UpsStatus(const DriverOptions& options);

    // A device of that product was opened.
    void begin(std::string_view product, std::string_view vendor);

    // True if the same flags may mean something else later.
    bool waits() const { return delay_ > std::chrono::seconds(0) && (low_since_ || replace_since_); }

    // Adds words, alarms and input.transfer.reason. `charge`: battery.charge, %, if known.
    void add_to(Snapshot& snapshot, const StatusFlags& flags, std::optional<double> charge,
                Clock::time_point now);

private:
    void add_source(Snapshot& snapshot, const StatusFlags& flags, std::optional<double> charge,
                    Clock::time_point now);
    void complain_of_discharge(std::optional<double> charge, Clock::time_point now);
    bool lasts(bool set, std::optional<Clock::time_point>& since, bool delayed, Clock::time_point now) const;

    bool discharge_means_calibration_;
    bool discharge_means_battery_;
    std::chrono::seconds complaint_pause_;
    int hover_charge_;
    std::optional<std::chrono::seconds> delay_given_;
    std::chrono::seconds delay_{};
    bool delay_always_;
    std::optional<Clock::time_point> low_since_;
    std::optional<Clock::time_point> replace_since_;
    std::optional<Clock::time_point> discharging_since_; // on line
    std::optional<Clock::time_point> complained_;
};

} // namespace upright::usbhid
