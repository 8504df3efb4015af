#include "drivers/megatec/frames.hpp"

#include "drivers/megatec/question.hpp"

#include <fmt/format.h>

#include <array>
#include <bitset>
#include <cstdint>
#include <vector>

namespace upright::megatec {
namespace {

std::uint8_t disguised(unsigned byte)
{
    byte &= 0xFF;
    return static_cast<std::uint8_t>(byte == '\n' || byte == '\r' || byte == '(' ? byte + 1 : byte);
}

std::string checksum_of(std::string_view bytes)
{
    unsigned crc = 0;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned>(static_cast<std::uint8_t>(c)) << 8;
        for (int i = 0; i < 8; ++i)
            crc = (crc & 0x8000) != 0 ? ((crc << 1) ^ 0x1021) & 0xFFFF : (crc << 1) & 0xFFFF;
    }
    return {static_cast<char>(disguised(crc >> 8)), static_cast<char>(disguised(crc))};
}

// Bytes that would end or break a frame are sent as "(" and another one.
std::optional<char> unescaped(char c)
{
    constexpr std::string_view kMeant("\r\x11\x13\n ");
    const auto place = static_cast<std::size_t>(static_cast<std::uint8_t>(c));
    return place < kMeant.size() ? std::optional(kMeant[place]) : std::nullopt;
}

// The words between blanks, their escapes undone. A "(" that begins none is itself.
std::vector<std::string> words_of(std::string_view bytes)
{
    std::vector<std::string> words(1);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] == ' ') {
            words.emplace_back();
        } else {
            const auto meant =
                bytes[i] == '(' && i + 1 < bytes.size() ? unescaped(bytes[i + 1]) : std::nullopt;
            words.back() += meant.value_or(bytes[i]);
            i += meant ? 1U : 0U;
        }
    }
    return words;
}

std::string in_hex(std::string_view bytes)
{
    std::string text;
    for (const char c : bytes)
        text += fmt::format("{:02X}", static_cast<std::uint8_t>(c));
    return text;
}

std::string in_bits(std::string_view byte)
{
    return std::bitset<8>(static_cast<std::uint8_t>(byte.front())).to_string();
}

} // namespace

std::string with_checksum(std::string_view question)
{
    const auto text = without_end(question);
    return std::string(text) + checksum_of(text) + "\r";
}

std::optional<std::string_view> without_checksum(std::string_view answer)
{
    if (answer.size() < 2)
        return std::nullopt;
    const auto text = answer.substr(0, answer.size() - 2);
    return answer.substr(text.size()) == checksum_of(text) ? std::optional(text) : std::nullopt;
}

std::optional<std::string> bytes_in_hex(std::string_view answer) { return in_hex(answer); }

std::optional<std::string> escaped_words_in_hex(std::string_view answer)
{
    constexpr std::array<std::size_t, 11> kLengths{2, 1, 2, 1, 1, 2, 3, 1, 1, 1, 1};
    constexpr std::size_t kStatus = 9;
    if (!answer.starts_with('#'))
        return std::nullopt;
    const auto words = words_of(answer.substr(1));
    if (words.size() < kLengths.size() - 1 || words.size() > kLengths.size())
        return std::nullopt;
    std::string text = "#";
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto& word = words[i];
        if (word.size() != kLengths[i])
            return std::nullopt;
        text += (i == 0 ? "" : " ") + (i >= kStatus ? in_bits(word) : in_hex(word));
    }
    return text;
}

} // namespace upright::megatec
