#include "common/wire/quote.hpp"

#include <algorithm>

namespace upright {
namespace {

bool sendable(char c) noexcept { return c >= 0x20 && c < 0x7F; }

bool needs_backslash(char c) noexcept { return c == '#' || c == '\\' || c == '"'; }

} // namespace

void append_quoted(std::string& out, std::string_view value, std::size_t room)
{
    std::size_t left = room - 2; // for the quotes
    out += '"';
    for (const char c : value) {
        if (!sendable(c))
            continue;
        const std::size_t need = needs_backslash(c) ? 2 : 1;
        if (need > left)
            break;
        left -= need;
        if (need == 2)
            out += '\\';
        out += c;
    }
    out += '"';
}

std::string quoted(std::string_view value)
{
    std::string out;
    out.reserve(value.size() + 2);
    append_quoted(out, value);
    return out;
}

std::string as_word(std::string_view text)
{
    std::string out;
    append_word(out, text);
    return out;
}

void append_word(std::string& out, std::string_view text)
{
    const bool bare = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return sendable(c) && !needs_backslash(c) && c != ' ' && c != '=';
    });
    if (bare)
        out += text;
    else
        append_quoted(out, text);
}

void append_value_line(std::string& out, std::string_view head, std::string_view value)
{
    constexpr std::size_t kAround = 4; // blank, two quotes, newline
    head = head.substr(0, kLongestLine - kAround);
    out += head;
    out += ' ';
    append_quoted(out, value, kLongestLine - head.size() - 2);
    out += '\n';
}

} // namespace upright
