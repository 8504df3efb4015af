// UsbDevice: one claimed interface of a device on the bus. It owns the libusb context, the handle and the
// interface. open() before the first transfer, and again after DeviceError::lost.
#pragma once

#include "drivers/io/usb/usb_match.hpp"
#include "drivers/io/usb/usb_transfers.hpp"

#include <functional>
#include <map>
#include <memory>

struct libusb_context;
struct libusb_device;
struct libusb_device_handle;

namespace upright::io {

struct UsbSettings {
    int interface = 0;
    std::optional<int> alternative;             // usb_set_altinterface
    bool take_next_if_busy = false;             // allow_duplicates
    std::string wanted = "matching USB device"; // how messages call what is looked for
};

// Which device to take: both are asked, the first before the device is opened.
struct UsbWanted {
    std::function<bool(const UsbDescription& device)> may_be; // ids and place are known
    std::function<bool(const UsbDescription& device)> is;
};

class UsbDevice final : public UsbTransfers {
public:
    explicit UsbDevice(UsbSettings settings = {});
    ~UsbDevice() override;

    // Takes the first device on the bus that is wanted; closes the one it had. DeviceError (lost) if there is
    // none, or none that may be opened.
    void open(const UsbWanted& wanted);
    void close() noexcept;
    const UsbDescription& description() const noexcept { return description_; }

    void control_out(const UsbRequest& request, std::string_view bytes, Milliseconds limit) override;
    std::string control_in(const UsbRequest& request, std::size_t longest, Milliseconds limit) override;
    void interrupt_out(std::uint8_t endpoint, std::string_view bytes, Milliseconds limit) override;
    std::optional<std::string> interrupt_in(std::uint8_t endpoint, std::size_t longest,
                                            Milliseconds limit) override;
    std::size_t packet_size(std::uint8_t endpoint) const override;

private:
    struct Refusal; // why a device that may be the one was not taken

    bool take(libusb_device* device, const UsbWanted& wanted, Refusal& refusal);
    void read_texts(libusb_device* device);
    int claim();
    void note_endpoints(libusb_device* device);
    int control(const UsbRequest& request, unsigned char* bytes, std::size_t size, Milliseconds limit);
    [[noreturn]] void fail(int error, std::string_view doing);
    void recover(int error, std::uint8_t endpoint);

    UsbSettings settings_;
    libusb_context* context_ = nullptr;
    libusb_device_handle* handle_ = nullptr;
    bool claimed_ = false;
    int overflows_ = 0; // in a row
    UsbDescription description_;
    std::map<std::uint8_t, std::size_t> packet_sizes_; // by endpoint
};

std::string usb_library(); // "libusb-1.0.26 (API: 0x1000109)"

} // namespace upright::io
