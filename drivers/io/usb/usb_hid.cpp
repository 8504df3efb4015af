#include "drivers/io/usb/usb_hid.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"
#include "drivers/io/usb/kernel_driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace upright::io {
namespace {

using namespace std::chrono_literals;

constexpr auto kControlLimit = 5000ms;
constexpr auto kTextLimit = 1000ms;

constexpr std::uint8_t kHidClass = 3;
constexpr std::uint8_t kBootSubclass = 1; // keyboards and mice

// HID 1.11, 7.1 and 7.2.
constexpr std::uint8_t kHidDescriptor = 0x21;
constexpr std::uint8_t kReportDescriptor = 0x22;
constexpr std::uint8_t kFromInterface = 0x81; // standard request
constexpr std::uint8_t kClassIn = 0xA1;
constexpr std::uint8_t kClassOut = 0x21;
constexpr std::uint8_t kGetDescriptor = 0x06;
constexpr std::uint8_t kGetReport = 0x01;
constexpr std::uint8_t kSetReport = 0x09;

constexpr hid::Usage kUps = 0x00840004; // HID Usage Tables for Power Devices, 4.1
constexpr hid::Usage kPowerSummary = 0x00840024;

std::uint16_t word_at(std::string_view bytes, std::size_t at)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    return static_cast<std::uint16_t>(byte(at) | byte(at + 1) << 8);
}

// The length that a HID descriptor tells (HID 1.11, 6.2.1); 0 if this is none.
std::size_t length_in(std::string_view descriptor, int index)
{
    const auto at = 7 + 3 * static_cast<std::size_t>(index);
    return at + 2 <= descriptor.size() ? word_at(descriptor, at) : 0;
}

std::string_view hid_descriptor_in(std::string_view descriptors)
{
    while (descriptors.size() >= 2) {
        const std::size_t length = static_cast<unsigned char>(descriptors[0]);
        if (length < 2 || length > descriptors.size())
            break;
        if (static_cast<unsigned char>(descriptors[1]) == kHidDescriptor)
            return descriptors.substr(0, length);
        descriptors.remove_prefix(length);
    }
    return {};
}

bool tells_of_ups(std::string_view descriptor)
{
    const auto parsed = hid::parse_report_descriptor(descriptor);
    return parsed.application == kUps || parsed.application == kPowerSummary;
}

std::optional<int> hid_interface(const UsbDescription& device)
{
    for (const auto& one : device.interfaces)
        if (one.of_class == kHidClass && one.subclass != kBootSubclass)
            return one.number;
    return std::nullopt;
}

// Whether it is worth the trouble to ask the device what it is.
bool may_be_ups(const UsbDescription& device)
{
    const auto interface = hid_interface(device);
    if (!interface)
        return false;
    const auto view = kernel_view(device, *interface);
    return view.report_descriptor ? tells_of_ups(*view.report_descriptor) : !view.driver_bound;
}

// It tells two lengths of different descriptors.
bool has_second_descriptor(const UsbDescription& device)
{
    constexpr std::uint16_t kEaton = 0x0463;
    constexpr std::uint16_t kRelease = 0x0202;
    return device.vendor_id == kEaton && device.release == kRelease;
}

} // namespace

UsbHid::UsbHid(UsbSettings usb, UsbHidSettings settings)
    : usb_(usb), settings_(settings), interface_(usb.interface)
{
}

void UsbHid::open(const UsbWanted& wanted, const UsbWanted& only_if_ups)
{
    language_.reset();
    auto unknown = only_if_ups;
    unknown.may_be = [&](const UsbDescription& device) {
        return only_if_ups.may_be(device) && may_be_ups(device);
    };
    unknown.accept = [this] { return is_ups(); };
    usb_.open({wanted, unknown});
}

bool UsbHid::is_ups()
{
    try {
        return tells_of_ups(report_descriptor());
    } catch (const DeviceError& e) {
        log::debug(1, "{}: {}", device().ids(), escaped(e.what()));
        return false;
    }
}

// ---- descriptors ---------------------------------------------------------------------------------------

std::string UsbHid::report_descriptor()
{
    for (const auto length : descriptor_lengths())
        if (auto bytes = read_descriptor(length); !hid::parse_report_descriptor(bytes).fields.empty())
            return bytes;
    throw DeviceError(fmt::format("{} has no report descriptor that can be read", device().ids()));
}

// The configuration's word counts for more: some devices answer the question for it wrongly.
std::vector<std::size_t> UsbHid::descriptor_lengths()
{
    const bool second = has_second_descriptor(device()) && settings_.descriptor_index == 0;
    const int index = second ? 1 : settings_.descriptor_index;
    std::vector<std::size_t> lengths{length_in(hid_descriptor_in(usb_.class_descriptors()), index),
                                     told_length()};
    if (second)
        std::reverse(lengths.begin(), lengths.end());
    std::erase_if(lengths, [](auto length) { return length == 0 || length > hid::kLongestDescriptor; });
    if (lengths.size() == 2 && lengths[0] == lengths[1])
        lengths.pop_back();
    return lengths;
}

std::size_t UsbHid::told_length()
{
    constexpr std::size_t kLength = 9;
    const UsbRequest request{.type = kFromInterface,
                             .request = kGetDescriptor,
                             .value =
                                 static_cast<std::uint16_t>(kHidDescriptor << 8 | settings_.descriptor_index),
                             .index = static_cast<std::uint16_t>(interface_)};
    try {
        return length_in(usb_.control_in(request, kLength, kControlLimit), 0);
    } catch (const UsbError& e) {
        if (e.cause() == UsbError::Cause::gone)
            throw;
        return 0;
    }
}

std::string UsbHid::read_descriptor(std::size_t length)
{
    const UsbRequest request{
        .type = kFromInterface,
        .request = kGetDescriptor,
        .value = static_cast<std::uint16_t>(kReportDescriptor << 8 | settings_.descriptor_index),
        .index = static_cast<std::uint16_t>(interface_)};
    try {
        return usb_.control_in(request, length, kControlLimit);
    } catch (const UsbError& e) {
        if (e.cause() == UsbError::Cause::gone)
            throw;
        log::debug(1, "{}", e.what());
        return {};
    }
}

std::optional<std::string> UsbHid::text(std::uint8_t index)
{
    if (index == 0)
        return std::nullopt;
    try {
        if (!language_)
            language_ = string_language(usb_);
        const auto text = text_of_string_descriptor(string_descriptor(usb_, index, *language_, kTextLimit));
        return text ? std::optional(std::string(trimmed(*text))) : std::nullopt;
    } catch (const UsbError& e) {
        if (e.cause() == UsbError::Cause::gone)
            throw;
        return std::nullopt;
    }
}

// ---- reports -------------------------------------------------------------------------------------------

std::optional<std::string> UsbHid::get_report(hid::ReportType type, std::uint8_t id, std::size_t length)
{
    const UsbRequest request{.type = kClassIn,
                             .request = kGetReport,
                             .value = static_cast<std::uint16_t>(static_cast<unsigned>(type) << 8 | id),
                             .index = static_cast<std::uint16_t>(interface_)};
    try {
        return usb_.control_in(request, length, kControlLimit);
    } catch (const UsbError& e) {
        if (e.cause() != UsbError::Cause::stall && e.cause() != UsbError::Cause::overflow)
            throw;
        log::debug(2, "report {:02x}: {}", id, e.what());
        return std::nullopt;
    }
}

void UsbHid::set_report(hid::ReportType type, std::uint8_t id, std::string_view report)
{
    const UsbRequest request{.type = kClassOut,
                             .request = kSetReport,
                             .value = static_cast<std::uint16_t>(static_cast<unsigned>(type) << 8 | id),
                             .index = static_cast<std::uint16_t>(interface_)};
    usb_.control_out(request, report, kControlLimit);
}

std::optional<std::uint8_t> UsbHid::endpoint() const
{
    return settings_.endpoint ? settings_.endpoint : usb_.interrupt_in_endpoint();
}

std::size_t UsbHid::packet_size() const
{
    if (settings_.packet != 0)
        return settings_.packet;
    constexpr std::size_t kUsual = 8; // of an endpoint that the device does not tell of
    const auto from = endpoint();
    return from ? std::max(usb_.packet_size(*from), kUsual) : 0;
}

void UsbHid::listen(Heard heard)
{
    if (const auto from = endpoint())
        usb_.listen(*from, packet_size(), std::move(heard));
    else
        log::debug(1, "{} has no interrupt endpoint", device().ids());
}

} // namespace upright::io
