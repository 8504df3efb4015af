#include "drivers/io/usb/usb_transfers.hpp"

#include "common/text/number.hpp"

namespace upright::io {
namespace {

constexpr std::uint8_t kStringType = 3;

std::uint16_t word_at(std::string_view bytes, std::size_t at)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    return static_cast<std::uint16_t>(byte(at) | byte(at + 1) << 8);
}

} // namespace

std::string string_descriptor(UsbTransfers& usb, std::uint8_t index, std::uint16_t language,
                              UsbTransfers::Milliseconds limit, std::size_t longest)
{
    const UsbRequest get_descriptor{.type = 0x80,
                                    .request = 0x06,
                                    .value = static_cast<std::uint16_t>(kStringType << 8 | index),
                                    .index = language};
    return usb.control_in(get_descriptor, longest, limit);
}

std::optional<std::string> text_of_string_descriptor(std::string_view descriptor)
{
    if (descriptor.size() < 2 || static_cast<unsigned char>(descriptor[0]) != descriptor.size()
        || descriptor[1] != kStringType)
        return std::nullopt;
    std::string text;
    for (std::size_t at = 2; at + 1 < descriptor.size(); at += 2) {
        const auto character = word_at(descriptor, at);
        text += character > 0xFF ? '?' : static_cast<char>(character);
    }
    return text;
}

std::string without_control_bytes(std::string_view text)
{
    std::string clean(trimmed(text));
    for (auto& c : clean)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            c = '?';
    return clean;
}

std::uint16_t string_language(UsbTransfers& usb)
try {
    const auto offered = string_descriptor(usb, 0, 0, UsbTransfers::Milliseconds(1000));
    if (offered.size() < 4)
        return kEnglish;
    for (std::size_t at = 2; at + 1 < offered.size(); at += 2)
        if (word_at(offered, at) == kEnglish)
            return kEnglish;
    return word_at(offered, 2);
} catch (const DeviceError& e) {
    if (e.kind() != DeviceError::Kind::no_answer)
        throw;
    return kEnglish;
}

} // namespace upright::io
