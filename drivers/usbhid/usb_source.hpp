// UsbSource: a UPS on the USB, chosen by ups.conf and usb-ids.toml. Once found, only the same one will do: by
// what it says of itself and, if there are others of its kind beside it, by its place, unless the user named
// its serial number.
#pragma once

#include "drivers/io/usb/usb_arrival.hpp"
#include "drivers/io/usb/usb_hid.hpp"
#include "drivers/io/usb/usb_ids.hpp"
#include "drivers/usbhid/source.hpp"

namespace upright::usbhid {

class UsbSource final : public Source {
public:
    // `maps`: the names of those there are. DeviceError (fatal) if an option makes no sense.
    UsbSource(const DriverOptions& options, const std::vector<std::string_view>& maps);

    void open() override;
    void on_arrival(std::function<void()> arrived) override { arrived_ = std::move(arrived); }
    hid::Transport& transport() override { return usb_; }
    const io::UsbDescription& device() const override { return usb_.device(); }
    std::string map() const override;
    std::string quirk() const override;
    std::string configuration() override { return usb_.configuration(); }

    static const std::vector<DriverOption>& options();

private:
    void find();
    bool may_be(const io::UsbDescription& device) const;
    bool is(const io::UsbDescription& device) const;
    const io::UsbId* of_maker(const io::UsbDescription& device) const;
    bool is_named(const io::UsbDescription& device) const;
    const io::UsbId* id(const io::UsbDescription& device, bool texts_known) const;

    io::UsbMatch match_;
    std::vector<io::UsbId> ids_;
    std::string chosen_; // subdriver
    bool any_device_;    // the user named the product's id: whatever has it is meant
    bool vendor_given_;
    bool placed_;       // the user named the place
    bool serial_given_; // or the serial number
    io::UsbHid usb_;
    std::function<void()> arrived_;
    std::unique_ptr<io::UsbArrival> arrival_; // while the device is missed
    std::optional<io::UsbDescription> last_;
    bool by_place_ = false; // only there it is found again
};

} // namespace upright::usbhid
