// Frames that are more than text: checksums and binary answers. Pure; any bytes are safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace upright::megatec {

// The question (which ends with CR) with the CRC-16 of the Axpert inverters before its end: polynomial
// 0x1021, begun with 0; a byte that would look like LF, CR or "(" is one more.
std::string with_checksum(std::string_view question);

// The answer without its checksum; nothing if that is wrong.
std::optional<std::string_view> without_checksum(std::string_view answer);

// Each byte as two hexadecimal digits.
std::optional<std::string> bytes_in_hex(std::string_view answer);

// The binary QS frame, as text whose columns do not move:
//   #6C01 35 6C01 35 03 519A 1312D0 E6 1E 00001001 00000000
// input volts and multiplier, output volts and multiplier, load, divisor and dividend of the frequency,
// battery volts and multiplier, status bits, ratings bits if there are any. Nothing if the words are not as
// many or as long.
std::optional<std::string> escaped_words_in_hex(std::string_view answer);

} // namespace upright::megatec
