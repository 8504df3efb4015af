#include "drivers/io/usb/usb_device.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"
#include "drivers/io/usb/access_problem.hpp"
#include "drivers/io/usb/usb_listener.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
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

    int with_ids_of(libusb_device* device) const
    {
        const auto ids = [](libusb_device* one) {
            libusb_device_descriptor descriptor{};
            libusb_get_device_descriptor(one, &descriptor);
            return std::pair(descriptor.idVendor, descriptor.idProduct);
        };
        return static_cast<int>(
            std::count_if(begin(), end(), [&](auto* one) { return ids(one) == ids(device); }));
    }

    libusb_device** begin() const { return devices_; }
    libusb_device** end() const { return devices_ + std::max<ssize_t>(count_, 0); }

private:
    libusb_device** devices_ = nullptr;
    ssize_t count_ = 0;
};

std::string ports_of(libusb_device* device)
{
    std::array<std::uint8_t, 7> ports{}; // hubs stand at most so deep
    const int count = libusb_get_port_numbers(device, ports.data(), static_cast<int>(ports.size()));
    return fmt::format("{}", fmt::join(ports.begin(), ports.begin() + std::max(count, 0), "."));
}

// Owns one configuration's descriptor, as libusb read it when the device came.
class Configuration {
public:
    Configuration(libusb_device* device, int index)
    {
        const int failed =
            index == 0 ? libusb_get_active_config_descriptor(device, &found_)
                       : libusb_get_config_descriptor(device, static_cast<std::uint8_t>(index), &found_);
        if (failed != 0)
            found_ = nullptr;
    }
    Configuration(const Configuration&) = delete;
    Configuration& operator=(const Configuration&) = delete;
    ~Configuration() { libusb_free_config_descriptor(found_); } // which nullptr may be

    // Nothing if the device has no such interface.
    const libusb_interface_descriptor* interface(int number, int alternative) const
    {
        if (found_ == nullptr || number >= found_->bNumInterfaces
            || alternative >= found_->interface[number].num_altsetting)
            return nullptr;
        return &found_->interface[number].altsetting[alternative];
    }
    std::vector<UsbInterface> interfaces() const
    {
        std::vector<UsbInterface> all;
        for (int i = 0; found_ != nullptr && i < found_->bNumInterfaces; ++i)
            if (const auto* const one = interface(i, 0))
                all.push_back({i, one->bInterfaceClass, one->bInterfaceSubClass});
        return all;
    }

private:
    libusb_config_descriptor* found_ = nullptr;
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
            .busport = fmt::format("{:03}", libusb_get_port_number(device)),
            .ports = ports_of(device),
            .interfaces = Configuration(device, 0).interfaces()};
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
    stop_listening();
    if (handle_ != nullptr) {
        if (claimed_)
            libusb_release_interface(handle_, settings_.interface);
        libusb_close(handle_);
    }
    handle_ = nullptr;
    claimed_ = false;
    listener_.reset();
    if (context_ != nullptr)
        libusb_exit(context_);
    context_ = nullptr;
}

// A new context each time: whatever happened on the bus meanwhile, its list of devices is fresh.
void UsbDevice::open(const std::vector<UsbWanted>& wanted)
{
    close();
    if (const int failed = libusb_init(&context_); failed != 0) {
        context_ = nullptr;
        throw DeviceError("Can't use USB: " + message(failed), DeviceError::Kind::lost);
    }
    Refusal refusal;
    try {
        const DeviceList devices(context_); // gone before the context is
        for (const auto& kind : wanted)
            for (auto* const device : devices)
                if (take(device, kind, refusal)) {
                    alike_ = devices.with_ids_of(device);
                    return;
                }
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
    bool meant = wanted.is(description_);
    const int failed = meant ? claim() : 0;
    if (meant && failed == 0) {
        note_endpoints(device);
        overflows_ = 0;
        meant = !wanted.accept || wanted.accept();
        if (meant)
            return true;
        claimed_ = false; // releasing can hang; closing does it, too
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
    class_descriptors_.clear();
    const Configuration configuration(device, settings_.configuration);
    const auto* const chosen =
        configuration.interface(settings_.interface, settings_.alternative.value_or(0));
    if (chosen == nullptr)
        return;
    for (int i = 0; i < chosen->bNumEndpoints; ++i)
        packet_sizes_[chosen->endpoint[i].bEndpointAddress] =
            chosen->endpoint[i].wMaxPacketSize & 0x7FFU; // USB 2.0, 9.6.6: above are extra packets
    class_descriptors_.assign(chosen->extra, chosen->extra + chosen->extra_length);
}

std::size_t UsbDevice::packet_size(std::uint8_t endpoint) const
{
    const auto found = packet_sizes_.find(endpoint);
    return found == packet_sizes_.end() ? 0 : found->second;
}

std::optional<std::uint8_t> UsbDevice::interrupt_in_endpoint() const
{
    constexpr unsigned kIn = 0x80;
    for (const auto& [endpoint, size] : packet_sizes_)
        if ((endpoint & kIn) != 0)
            return endpoint;
    return std::nullopt;
}

std::string UsbDevice::configuration()
{
    constexpr std::size_t kLongest = 4096;
    constexpr std::uint8_t kConfiguration = 2;
    const UsbRequest get_descriptor{
        .type = 0x80,
        .request = 0x06,
        .value = static_cast<std::uint16_t>(kConfiguration << 8 | settings_.configuration),
        .index = 0};
    return control_in(get_descriptor, kLongest, 1000ms);
}

void UsbDevice::listen(std::uint8_t endpoint, std::size_t longest, Heard heard)
{
    want_open();
    stop_listening();
    listener_ = std::make_unique<UsbListener>(context_, handle_, endpoint, longest, std::move(heard));
}

void UsbDevice::stop_listening() noexcept
{
    if (listener_)
        listener_->stop();
}

void UsbDevice::begin_burst() noexcept
{
    if (listener_)
        listener_->pause();
}

void UsbDevice::end_burst() noexcept
{
    if (listener_)
        listener_->resume();
}

void UsbDevice::want_open() const
{
    if (handle_ == nullptr)
        throw DeviceError("the USB device is not open", DeviceError::Kind::lost);
}

int UsbDevice::control(const UsbRequest& request, unsigned char* bytes, std::size_t size, Milliseconds limit)
{
    want_open();
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
    want_open();
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
    want_open();
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

void UsbDevice::reset()
{
    if (handle_ != nullptr) {
        stop_listening();
        const int failed = libusb_reset_device(handle_);
        log::notice("USB device {} was reset{}", description_.ids(),
                    failed != 0 ? ", in vain: " + message(failed) : "");
    }
    close();
}

void UsbDevice::fail(int error, std::string_view doing) const
{
    const auto what = fmt::format("Can't {} {}: {}", doing, description_.ids(), message(error));
    using Cause = UsbError::Cause;
    switch (error) {
    case LIBUSB_ERROR_NO_DEVICE:
    case LIBUSB_ERROR_NOT_FOUND:
    case LIBUSB_ERROR_ACCESS:
    case LIBUSB_ERROR_NO_MEM: throw UsbError(what, Cause::gone);
    case LIBUSB_ERROR_IO: throw UsbError(what, Cause::io);
    case LIBUSB_ERROR_PIPE: throw UsbError(what, Cause::stall);
    case LIBUSB_ERROR_OVERFLOW: throw UsbError(what, Cause::overflow);
    case LIBUSB_ERROR_TIMEOUT: throw UsbError(what, Cause::silence);
    default: throw UsbError(what, Cause::other);
    }
}

std::string usb_library()
{
    const auto& version = *libusb_get_version();
    return fmt::format("libusb-{}.{}.{} (API: {:#x})", version.major, version.minor, version.micro,
                       LIBUSB_API_VERSION);
}

} // namespace upright::io
