// UsbHid: a HID device behind USB (HID 1.11, 7). It owns the USB device. open() before all else.
#pragma once

#include "drivers/io/hid/transport.hpp"
#include "drivers/io/usb/usb_device.hpp"

namespace upright::io {

struct UsbHidSettings {
    int descriptor_index = 0;             // usb_hid_desc_index: which of its report descriptors
    std::optional<std::uint8_t> endpoint; // usb_hid_ep_in; else its first one
    std::size_t packet = 0;               // interruptsize, bytes; 0: as the endpoint says
};

class UsbHid final : public hid::Transport {
public:
    UsbHid(UsbSettings usb, UsbHidSettings settings);

    // Takes the first device that is wanted and, in `only_if_ups`, the first that says that it is a UPS: no
    // device is taken from a driver of the kernel only to ask it.
    void open(const UsbWanted& wanted, const UsbWanted& only_if_ups);
    void close() noexcept { usb_.close(); }

    const UsbDescription& device() const noexcept { return usb_.description(); }
    int alike() const noexcept { return usb_.alike(); }
    std::string configuration() { return usb_.configuration(); }

    std::string report_descriptor() override;
    std::optional<std::string> get_report(hid::ReportType type, std::uint8_t id, std::size_t length) override;
    void set_report(hid::ReportType type, std::uint8_t id, std::string_view report) override;
    std::optional<std::string> text(std::uint8_t index) override;
    void listen(Heard heard) override;
    std::size_t packet_size() const override;
    void stop_listening() override { usb_.stop_listening(); }
    void begin_burst() override { usb_.begin_burst(); }
    void end_burst() override { usb_.end_burst(); }
    void reset() override { usb_.reset(); }

private:
    std::optional<std::uint8_t> endpoint() const;
    std::vector<std::size_t> descriptor_lengths();
    std::size_t told_length();
    std::string read_descriptor(std::size_t length);
    bool is_ups();

    UsbDevice usb_;
    UsbHidSettings settings_;
    int interface_ = 0;
    std::optional<std::uint16_t> language_; // once known
};

} // namespace upright::io
