// UsbMegatec: a driver of the family whose link is a UsbLink: what it publishes has the ids of the device,
// too.
#pragma once

#include "drivers/megatec/bridges/usb_link.hpp"
#include "drivers/runtime/driver.hpp"

namespace upright::megatec {

class UsbMegatec final : public Driver {
public:
    // `link` belongs to `driver`.
    UsbMegatec(std::unique_ptr<Driver> driver, const UsbLink& link) : driver_(std::move(driver)), link_(link)
    {
    }

    void open() override { driver_->open(); }
    Snapshot poll(Depth depth) override;
    Outcome command(std::string_view name, const std::optional<std::string>& parameter) override
    {
        return driver_->command(name, parameter);
    }
    Outcome set(std::string_view variable, std::string_view value) override
    {
        return driver_->set(variable, value);
    }
    Outcome power_off() override { return driver_->power_off(); }
    void reload(const DriverOptions& options) override { driver_->reload(options); }
    std::chrono::seconds full_poll_interval() const override { return driver_->full_poll_interval(); }
    bool starts_without_device() const override { return driver_->starts_without_device(); }
    int tolerated_failures() const override { return driver_->tolerated_failures(); }
    std::optional<std::chrono::milliseconds> poll_again_in() const override
    {
        return driver_->poll_again_in();
    }

private:
    std::unique_ptr<Driver> driver_;
    const UsbLink& link_;
};

// True if the options ask for a device on USB: by its keys, by port = auto, or by the program's name.
bool wants_usb(const DriverOptions& options);

// The link that the options ask for. DeviceError (fatal) if one of them makes no sense.
std::unique_ptr<UsbLink> usb_link(const DriverOptions& options);

// The options that usb_link() reads.
const std::vector<DriverOption>& usb_options();

} // namespace upright::megatec
