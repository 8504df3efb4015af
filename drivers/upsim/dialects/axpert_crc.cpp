#include "drivers/upsim/dialects/axpert_crc.hpp"

namespace upright::upsim {
namespace {

unsigned crc16(std::string_view text)
{
    unsigned crc = 0;
    for (const char c : text) {
        crc ^= static_cast<unsigned>(static_cast<unsigned char>(c)) << 8;
        for (int bit = 0; bit < 8; ++bit)
            crc = ((crc & 0x8000U) != 0 ? (crc << 1) ^ 0x1021U : crc << 1) & 0xFFFFU;
    }
    return crc;
}

char harmless(unsigned byte)
{
    const char c = static_cast<char>(byte);
    return static_cast<char>(c == '\n' || c == '\r' || c == '(' ? c + 1 : c);
}

} // namespace

std::string with_crc(std::string_view text)
{
    const auto crc = crc16(text);
    return std::string(text) + harmless(crc >> 8) + harmless(crc & 0xFFU);
}

std::optional<std::string_view> without_crc(std::string_view frame)
{
    if (frame.size() < 2)
        return std::nullopt;
    const auto text = frame.substr(0, frame.size() - 2);
    return with_crc(text) == frame ? std::optional(text) : std::nullopt;
}

} // namespace upright::upsim
