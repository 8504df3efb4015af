#include "common/client/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace upright {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD"; // U+FFFD

// How many bytes the UTF-8 character at the start of `text` has; 0 if there is none (RFC 3629: neither
// overlong nor a surrogate nor above U+10FFFF).
std::size_t utf8_length(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (byte(0) < 0x80)
        return 1;
    const std::size_t length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
    if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < length)
        return 0;
    std::uint32_t code = byte(0) & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U)
            return 0;
        code = code << 6U | (byte(i) & 0x3FU);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return overlong || surrogate || code > 0x10FFFF ? 0 : length;
}

void append_escaped(std::string& out, char c)
{
    switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\b': out += "\\b"; break;
    case '\f': out += "\\f"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default:
        if (static_cast<unsigned char>(c) < 0x20)
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        else
            out += c;
    }
}

std::string block(char open, char close, const std::vector<std::string>& entries, int level)
{
    const std::string margin(static_cast<std::size_t>(level) * 2, ' ');
    std::string out{open};
    out += '\n';
    for (std::size_t i = 0; i < entries.size(); ++i) {
        out += margin + "  " + entries[i];
        if (i + 1 < entries.size())
            out += ",\n";
    }
    out += '\n' + margin;
    out += close;
    return out;
}

} // namespace

std::string json_string(std::string_view text)
{
    std::string out{'"'};
    while (!text.empty()) {
        const auto length = utf8_length(text);
        if (length == 0)
            out += kReplacement;
        else if (length == 1)
            append_escaped(out, text[0]);
        else
            out += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out + '"';
}

std::string json_pair(std::string_view name, std::string_view value)
{
    return json_string(name) + ": " + std::string(value);
}

std::string json_array(const std::vector<std::string>& entries, int level)
{
    return block('[', ']', entries, level);
}

std::string json_object(const std::vector<std::string>& pairs, int level)
{
    return block('{', '}', pairs, level);
}

std::string json_error(std::string_view text) { return json_object({json_pair("error", json_string(text))}); }

} // namespace upright
