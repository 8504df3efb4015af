// HidFunction: a UPS of the HID class as its USB side behaves: descriptors, reports read and written, reports
// that it sends by itself. It owns what was written. Pure: time is the model's.
#pragma once

#include "drivers/upsim/hid/layout.hpp"
#include "drivers/upsim/hid/profile.hpp"
#include "drivers/upsim/hid/writes.hpp"
#include "drivers/upsim/usb_function.hpp"

#include <deque>
#include <functional>

namespace upright::upsim {

class HidFunction final : public UsbFunction {
public:
    // `model`: as it is now.
    HidFunction(const HidProfile& profile, std::function<Model&()> model);

    bool control_out(const UsbSetup& setup, std::string_view bytes) override;
    std::optional<std::string> control_in(const UsbSetup& setup) override;
    std::optional<std::string> packet() override;
    void forget() override;

    // Input reports that are not what they were, or are due again, will be sent.
    void notice_changes();

    // Every SET_REPORT of a report that it has.
    HidWrites& writes() noexcept { return writes_; }

    // `variable=value`, as a driver that makes no mistake publishes it.
    std::map<std::string, std::string> truth();

    const std::string& report_descriptor() const noexcept { return descriptor_; }
    // All reports as they are now, by id.
    std::map<std::uint8_t, std::string> features() { return all(layout_.features); }
    std::map<std::uint8_t, std::string> inputs() { return all(layout_.inputs); }

private:
    HidState state() { return {.model = model_(), .settings = settings_}; }
    double value(const Field& field);
    std::map<std::uint8_t, std::string> all(const HidReports& reports);
    std::optional<std::string> report(const HidReports& reports, std::uint8_t id);
    bool set_report(std::uint8_t id, std::string_view bytes);
    void write(const PlacedField& placed, std::uint32_t raw);
    std::string status();
    std::string text(const Field& field);

    const HidProfile& profile_;
    std::function<Model&()> model_;
    HidLayout layout_;
    std::string descriptor_;
    HidSettings settings_;
    std::map<const Field*, double> kept_;
    HidWrites writes_;
    std::map<std::uint8_t, std::string> sent_; // input reports as last seen
    double last_heartbeat_ = 0;
    std::deque<std::uint8_t> due_; // ids of input reports to send
    std::deque<std::string> packets_;
};

} // namespace upright::upsim
