#include "drivers/io/usb/usb_device.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"
#include "drivers/io/usb/access_problem.hpp"
#include "drivers/runtime/driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <libusb.h>
#include <utility>
#include <vector>

namespace upright::io {
namespace {

using namespace std::chrono_literals;

constexpr int kOverflowsBeforeReset = 3;
constexpr int kClaimAttempts = 3;

unsigned int milliseconds(UsbTransfers::Milliseconds limit)
{
    return static_cast<unsigned int>(std::clamp<long>(limit.count(), 1, 60'000)); // 0 would be for ever
}

std::string message(int error) { return libusb_strerror(static_cast<libusb_error>(error)); }

// Owns a list of the devices on the bus.
class DeviceList {
public:
    // By bus and address: libusb's own order is that of coming, backwards.
    explicit DeviceList(libusb_context* context) : count_(libusb_get_device_list(context, &devices_))
    {
        const auto place = [](libusb_device* device) {
            return std::pair(libusb_get_bus_number(device), libusb_get_device_address(device));
        };
        std::sort(begin(), end(), [&](auto* a, auto* b) { return place(a) < place(b); });
    }
    DeviceList(const DeviceList&) = delete;
    DeviceList& operator=(const DeviceList&) = delete;
    ~DeviceList()
    {
        if (count_ >= 0)
            libusb_free_device_list(devices_, 1);
    }

    libusb_device** begin() const { return devices_; }
    libusb_device** end() const { return devices_ + std::max<ssize_t>(count_, 0); }

private:
    libusb_device** devices_ = nullptr;
    ssize_t count_ = 0;
};

UsbDescription described(libusb_device* device, const libusb_device_descriptor& descriptor)
{
    return {.vendor_id = descriptor.idVendor,
            .product_id = descriptor.idProduct,
            .release = descriptor.bcdDevice,
            .vendor = {},
            .product = {},
            .serial = {},
            .bus = fmt::format("{:03}", libusb_get_bus_number(device)),
            .device = fmt::format("{:03}", libusb_get_device_address(device)),
            .busport = fmt::format("{:03}", libusb_get_port_number(device))};
}

} // namespace

struct UsbDevice::Refusal {
    std::string text; // of the first one
    void note(std::string what)
    {
        if (text.empty())
            text = std::move(what);
    }
};

UsbDevice::UsbDevice(UsbSettings settings) : settings_(std::move(settings)) {}

UsbDevice::~UsbDevice() { close(); }

void UsbDevice::close() noexcept
{
    if (handle_ != nullptr) {
        if (claimed_)
            libusb_release_interface(handle_, settings_.interface);
        libusb_close(handle_);
    }
    handle_ = nullptr;
    claimed_ = false;
    if (context_ != nullptr)
        libusb_exit(context_);
    context_ = nullptr;
}

// A new context each time: whatever happened on the bus meanwhile, its list of devices is fresh.
void UsbDevice::open(const UsbWanted& wanted)
{
    close();
    if (const int failed = libusb_init(&context_); failed != 0) {
        context_ = nullptr;
        throw DeviceError("Can't use USB: " + message(failed), DeviceError::Kind::lost);
    }
    Refusal refusal;
    try {
        const DeviceList devices(context_); // gone before the context is
        for (auto* const device : devices)
            if (take(device, wanted, refusal))
                return;
    } catch (...) {
        close();
        throw;
    }
    close();
    if (refusal.text.empty())
        refusal.text = fmt::format("No {} is plugged in", settings_.wanted);
    throw DeviceError(refusal.text, DeviceError::Kind::lost);
}

bool UsbDevice::take(libusb_device* device, const UsbWanted& wanted, Refusal& refusal)
{
    libusb_device_descriptor descriptor{};
    if (libusb_get_device_descriptor(device, &descriptor) != 0)
        return false;
    description_ = described(device, descriptor);
    if (!wanted.may_be(description_))
        return false;
    const auto node = fmt::format("/dev/bus/usb/{}/{}", description_.bus, description_.device);
    const int opened = libusb_open(device, &handle_);
    if (opened != 0) {
        handle_ = nullptr;
        refusal.note(opened == LIBUSB_ERROR_ACCESS ? access_problem(node, description_.ids())
                                                   : fmt::format("Can't open {}: {}", node, message(opened)));
        return false;
    }
    read_texts(device);
    const bool meant = wanted.is(description_);
    const int failed = meant ? claim() : 0;
    if (meant && failed == 0) {
        note_endpoints(device);
        overflows_ = 0;
        return true;
    }
    libusb_close(handle_);
    handle_ = nullptr;
    if (!meant)
        return false;
    const auto why = failed == LIBUSB_ERROR_BUSY ? std::string("is in use by another program")
                                                 : "can't be claimed: " + message(failed);
    if (!settings_.take_next_if_busy)
        throw DeviceError(fmt::format("{} ({}) {}", node, description_.ids(), why), DeviceError::Kind::lost);
    refusal.note(fmt::format("{} ({}) {}", node, description_.ids(), why));
    return false;
}

// A missing string is nothing unusual; a device that does not even say which languages it has is asked in
// English.
void UsbDevice::read_texts(libusb_device* device)
{
    libusb_device_descriptor descriptor{};
    if (libusb_get_device_descriptor(device, &descriptor) != 0)
        return;
    std::optional<std::uint16_t> language;
    const auto text = [&](std::uint8_t index) -> std::string {
        if (index == 0)
            return {};
        try {
            if (!language)
                language = string_language(*this);
            const auto raw = string_descriptor(*this, index, *language, 1000ms);
            return std::string(trimmed(text_of_string_descriptor(raw).value_or("")));
        } catch (const DeviceError& e) {
            log::debug(2, "{}: string {}: {}", description_.ids(), index, e.what());
            return {};
        }
    };
    description_.vendor = text(descriptor.iManufacturer);
    description_.product = text(descriptor.iProduct);
    description_.serial = text(descriptor.iSerialNumber);
}

// The kernel's own driver (usbhid for most) has the interface first.
int UsbDevice::claim()
{
    libusb_set_auto_detach_kernel_driver(handle_, 1);
    int configuration = 0;
    if (libusb_get_configuration(handle_, &configuration) == 0 && configuration == 0)
        libusb_set_configuration(handle_, 1);
    int failed = LIBUSB_ERROR_BUSY;
    for (int attempt = 0; attempt < kClaimAttempts && failed != 0; ++attempt) {
        failed = libusb_claim_interface(handle_, settings_.interface);
        if (failed == LIBUSB_ERROR_BUSY && libusb_kernel_driver_active(handle_, settings_.interface) == 1)
            libusb_detach_kernel_driver(handle_, settings_.interface);
    }
    claimed_ = failed == 0;
    if (claimed_ && settings_.alternative)
        failed = libusb_set_interface_alt_setting(handle_, settings_.interface, *settings_.alternative);
    return failed;
}

void UsbDevice::note_endpoints(libusb_device* device)
{
    packet_sizes_.clear();
    libusb_config_descriptor* configuration = nullptr;
    if (libusb_get_active_config_descriptor(device, &configuration) != 0)
        return;
    const int alternative = settings_.alternative.value_or(0);
    if (settings_.interface < configuration->bNumInterfaces) {
        const auto& interface = configuration->interface[settings_.interface];
        if (alternative < interface.num_altsetting) {
            const auto& chosen = interface.altsetting[alternative];
            for (int i = 0; i < chosen.bNumEndpoints; ++i)
                packet_sizes_[chosen.endpoint[i].bEndpointAddress] =
                    chosen.endpoint[i].wMaxPacketSize & 0x7FFU; // USB 2.0, 9.6.6: above are extra packets
        }
    }
    libusb_free_config_descriptor(configuration);
}

std::size_t UsbDevice::packet_size(std::uint8_t endpoint) const
{
    const auto found = packet_sizes_.find(endpoint);
    return found == packet_sizes_.end() ? 0 : found->second;
}

int UsbDevice::control(const UsbRequest& request, unsigned char* bytes, std::size_t size, Milliseconds limit)
{
    if (handle_ == nullptr)
        throw DeviceError("the USB device is not open", DeviceError::Kind::lost);
    return libusb_control_transfer(handle_, request.type, request.request, request.value, request.index,
                                   bytes, static_cast<std::uint16_t>(size), milliseconds(limit));
}

void UsbDevice::control_out(const UsbRequest& request, std::string_view bytes, Milliseconds limit)
{
    std::vector<unsigned char> copy(bytes.begin(), bytes.end());
    const int sent = control(request, copy.data(), copy.size(), limit);
    if (sent < 0)
        fail(sent, "write to");
    if (static_cast<std::size_t>(sent) != bytes.size())
        throw DeviceError(fmt::format("{} took {} of {} bytes", description_.ids(), sent, bytes.size()));
}

std::string UsbDevice::control_in(const UsbRequest& request, std::size_t longest, Milliseconds limit)
{
    std::vector<unsigned char> buffer(longest);
    const int got = control(request, buffer.data(), buffer.size(), limit);
    if (got < 0)
        fail(got, "read");
    return {buffer.begin(), buffer.begin() + got};
}

void UsbDevice::interrupt_out(std::uint8_t endpoint, std::string_view bytes, Milliseconds limit)
{
    if (handle_ == nullptr)
        throw DeviceError("the USB device is not open", DeviceError::Kind::lost);
    std::vector<unsigned char> copy(bytes.begin(), bytes.end());
    int sent = 0;
    const int failed = libusb_interrupt_transfer(handle_, endpoint, copy.data(),
                                                 static_cast<int>(copy.size()), &sent, milliseconds(limit));
    if (failed != 0) {
        recover(failed, endpoint);
        fail(failed, "write to");
    }
    if (static_cast<std::size_t>(sent) != bytes.size())
        throw DeviceError(fmt::format("{} took {} of {} bytes", description_.ids(), sent, bytes.size()));
}

std::optional<std::string> UsbDevice::interrupt_in(std::uint8_t endpoint, std::size_t longest,
                                                   Milliseconds limit)
{
    if (handle_ == nullptr)
        throw DeviceError("the USB device is not open", DeviceError::Kind::lost);
    std::vector<unsigned char> buffer(longest);
    int got = 0;
    const int failed = libusb_interrupt_transfer(handle_, endpoint, buffer.data(),
                                                 static_cast<int>(buffer.size()), &got, milliseconds(limit));
    if (failed == LIBUSB_ERROR_TIMEOUT && got == 0)
        return std::nullopt;
    if (failed != 0 && failed != LIBUSB_ERROR_TIMEOUT) {
        recover(failed, endpoint);
        fail(failed, "read");
    }
    overflows_ = 0;
    return std::string(buffer.begin(), buffer.begin() + got);
}

// A stalled endpoint wants to be told to go on, and some bridges answer with too much for ever, until reset.
void UsbDevice::recover(int error, std::uint8_t endpoint)
{
    bool reset = error == LIBUSB_ERROR_PIPE && libusb_clear_halt(handle_, endpoint) != 0;
    if (error == LIBUSB_ERROR_OVERFLOW && ++overflows_ >= kOverflowsBeforeReset)
        reset = true;
    if (!reset)
        return;
    const int failed = libusb_reset_device(handle_);
    const auto ids = description_.ids();
    close();
    throw DeviceError(fmt::format("{} was reset after: {}{}", ids, message(error),
                                  failed != 0 ? ", in vain: " + message(failed) : ""),
                      DeviceError::Kind::lost);
}

void UsbDevice::fail(int error, std::string_view doing)
{
    switch (error) {
    case LIBUSB_ERROR_NO_DEVICE:
    case LIBUSB_ERROR_IO:
    case LIBUSB_ERROR_NOT_FOUND:
    case LIBUSB_ERROR_ACCESS:
        throw DeviceError(fmt::format("Can't {} {}: {}", doing, description_.ids(), message(error)),
                          DeviceError::Kind::lost);
    default: throw DeviceError(fmt::format("Can't {} {}: {}", doing, description_.ids(), message(error)));
    }
}

std::string usb_library()
{
    const auto& version = *libusb_get_version();
    return fmt::format("libusb-{}.{}.{} (API: {:#x})", version.major, version.minor, version.micro,
                       LIBUSB_API_VERSION);
}

} // namespace upright::io
