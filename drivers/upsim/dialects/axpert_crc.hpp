// The CRC of Axpert inverters: CRC-16/XMODEM whose bytes are never LF, CR or (, which are made one more.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace upright::upsim {

std::string with_crc(std::string_view text); // and its two bytes
// The text before them; nothing if they are not those of it.
std::optional<std::string_view> without_crc(std::string_view frame);

} // namespace upright::upsim
