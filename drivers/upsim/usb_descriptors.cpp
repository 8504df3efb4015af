#include "drivers/upsim/usb_descriptors.hpp"

namespace upright::upsim {
namespace {

constexpr std::size_t kLongestString = 126;

void add(std::string& to, std::initializer_list<int> bytes)
{
    for (const int byte : bytes)
        to += static_cast<char>(byte);
}

} // namespace

std::string usb_device_descriptor(const UsbIdentity& identity)
{
    std::string all;
    add(all, {18, 1, 0x10, 0x01, 0, 0, 0, 8, identity.vendor_id & 0xFF, identity.vendor_id >> 8,
              identity.product_id & 0xFF, identity.product_id >> 8, identity.release & 0xFF,
              identity.release >> 8, identity.vendor, identity.product, identity.serial, 1});
    return all;
}

std::string usb_hid_descriptor(std::uint16_t report_length)
{
    std::string all;
    add(all, {9, 0x21, 0x00, 0x01, 0, 1, 0x22, report_length & 0xFF, report_length >> 8});
    return all;
}

std::string usb_configuration(const UsbIdentity& identity)
{
    if (!identity.configuration.empty())
        return identity.configuration;
    std::string all;
    const int count = static_cast<int>(identity.endpoints.size());
    const int total = 9 + 9 + 9 + 7 * count;
    add(all, {9, 2, total & 0xFF, total >> 8, 1, 1, 0, 0x80, 50});
    add(all, {9, 4, 0, 0, count, 3, 0, 0, 0});
    all += usb_hid_descriptor(identity.report_length);
    for (const auto& endpoint : identity.endpoints)
        add(all, {7, 5, endpoint.address, 3, endpoint.size & 0xFF, endpoint.size >> 8, 10});
    return all;
}

std::optional<std::string> usb_string(const UsbIdentity& identity, std::uint8_t index)
{
    if (index == 0)
        return std::string("\x04\x03\x09\x04", 4);
    const auto found = identity.strings.find(index);
    if (found == identity.strings.end())
        return std::nullopt;
    const auto text = found->second.substr(0, kLongestString);
    std::string descriptor{static_cast<char>(2 + 2 * text.size()), '\x03'};
    for (const char c : text)
        descriptor += {c, '\0'};
    return descriptor;
}

} // namespace upright::upsim
