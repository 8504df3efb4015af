// UsbDevice: one claimed interface of a device on the bus. It owns the libusb context, the handle and the
// interface. open() before the first transfer, and again after DeviceError::lost.
#pragma once

#include "drivers/io/usb/usb_match.hpp"
#include "drivers/io/usb/usb_transfers.hpp"

#include <functional>
#include <map>
#include <memory>
#include <vector>

struct libusb_context;
struct libusb_device;
struct libusb_device_handle;

namespace upright::io {

class UsbListener;

struct UsbSettings {
    int interface = 0;
    int configuration = 0;                      // index among the device's, not its number
    std::optional<int> alternative;             // usb_set_altinterface
    bool take_next_if_busy = false;             // allow_duplicates
    std::string wanted = "matching USB device"; // how messages call what is looked for
};

// Which device to take: all are asked, in this order.
struct UsbWanted {
    std::function<bool(const UsbDescription& device)> may_be; // ids and place are known
    std::function<bool(const UsbDescription& device)> is;     // its texts, too
    std::function<bool()> accept{}; // it is claimed: transfers may be made; missing: yes
};

class UsbDevice final : public UsbTransfers {
public:
    explicit UsbDevice(UsbSettings settings = {});
    ~UsbDevice() override;

    // Takes the first device on the bus that is wanted; closes the one it had. What stands first in `wanted`
    // is looked for first. DeviceError (lost) if there is none, or none that may be opened.
    void open(const std::vector<UsbWanted>& wanted);
    void close() noexcept;
    const UsbDescription& description() const noexcept { return description_; }
    // How many devices with the same ids were on the bus, this one included.
    int alike() const noexcept { return alike_; }
    // Descriptors of its class, as they stand in the configuration's (USB 2.0, 9.5).
    const std::string& class_descriptors() const noexcept { return class_descriptors_; }
    std::string configuration(); // its whole descriptor

    void control_out(const UsbRequest& request, std::string_view bytes, Milliseconds limit) override;
    std::string control_in(const UsbRequest& request, std::size_t longest, Milliseconds limit) override;
    void interrupt_out(std::uint8_t endpoint, std::string_view bytes, Milliseconds limit) override;
    std::optional<std::string> interrupt_in(std::uint8_t endpoint, std::size_t longest,
                                            Milliseconds limit) override;
    std::size_t packet_size(std::uint8_t endpoint) const override;
    std::optional<std::uint8_t> interrupt_in_endpoint() const; // the first one

    // What comes from that endpoint is given to `heard`, by another thread, until stop_listening(). Nothing
    // is given once the device is gone, and nothing more comes then.
    using Heard = std::function<void(const std::optional<std::string>& packet)>;
    void listen(std::uint8_t endpoint, std::size_t longest, Heard heard);
    void stop_listening() noexcept;
    // Around many transfers in a row: cheaper, and nothing is heard later for it.
    void begin_burst() noexcept;
    void end_burst() noexcept;

    // As if it were plugged in anew; closes it.
    void reset();

private:
    struct Refusal; // why a device that may be the one was not taken

    bool take(libusb_device* device, const UsbWanted& wanted, Refusal& refusal);
    void read_texts(libusb_device* device);
    int claim();
    void note_endpoints(libusb_device* device);
    int control(const UsbRequest& request, unsigned char* bytes, std::size_t size, Milliseconds limit);
    void want_open() const;
    [[noreturn]] void fail(int error, std::string_view doing) const;
    void recover(int error, std::uint8_t endpoint);

    UsbSettings settings_;
    libusb_context* context_ = nullptr;
    libusb_device_handle* handle_ = nullptr;
    bool claimed_ = false;
    int overflows_ = 0; // in a row
    UsbDescription description_;
    int alike_ = 0;
    std::string class_descriptors_;
    std::map<std::uint8_t, std::size_t> packet_sizes_; // by endpoint
    std::unique_ptr<UsbListener> listener_;
};

std::string usb_library(); // "libusb-1.0.26 (API: 0x1000109)"

} // namespace upright::io
