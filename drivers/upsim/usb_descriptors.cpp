#include "drivers/upsim/usb_descriptors.hpp"

namespace upright::upsim {
namespace {

constexpr std::uint8_t kSerialIndex = 0x10; // away from those that stand for commands

void add(std::string& to, std::initializer_list<int> bytes)
{
    for (const int byte : bytes)
        to += static_cast<char>(byte);
}

} // namespace

std::string usb_descriptors(const UsbChipKind& kind, const UsbTexts& texts)
{
    std::string all;
    add(all,
        {18, 1, 0x10, 0x01, 0, 0, 0, 8, kind.vendor_id & 0xFF, kind.vendor_id >> 8, kind.product_id & 0xFF,
         kind.product_id >> 8, 0x02, 0x00, 1, 2, texts.serial.empty() ? 0 : kSerialIndex, 1});
    const int count = static_cast<int>(kind.endpoints.size());
    const int total = 9 + 9 + 9 + 7 * count;
    add(all, {9, 2, total & 0xFF, total >> 8, 1, 1, 0, 0x80, 50});
    add(all, {9, 4, 0, 0, count, 3, 0, 0, 0});
    add(all, {9, 0x21, 0x00, 0x01, 0, 1, 0x22, 27, 0});
    for (const auto& endpoint : kind.endpoints)
        add(all, {7, 5, endpoint.address, 3, endpoint.size & 0xFF, endpoint.size >> 8, 10});
    return all;
}

std::optional<std::string> usb_string(const UsbTexts& texts, std::uint8_t index)
{
    if (index == 0)
        return std::string("\x04\x03\x09\x04", 4);
    const bool known = index == 1 || index == 2 || (index == kSerialIndex && !texts.serial.empty());
    if (!known)
        return std::nullopt;
    const auto& text = index == 1 ? texts.vendor : index == 2 ? texts.product : texts.serial;
    std::string descriptor{static_cast<char>(2 + 2 * text.size()), '\x03'};
    for (const char c : text)
        descriptor += {c, '\0'};
    return descriptor;
}

} // namespace upright::upsim
