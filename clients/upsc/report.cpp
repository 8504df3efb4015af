#include "clients/upsc/report.hpp"

#include <fmt/format.h>

namespace upright::upsc {
namespace {

// One entry on each line between brackets; an empty line if there is none.
template <class Entry>
std::string json_block(char open, char close, const Rows& rows, const Entry& entry)
{
    std::string out{open};
    out += '\n';
    for (std::size_t i = 0; i < rows.size(); ++i) {
        out += "  " + entry(rows[i]);
        if (i + 1 < rows.size())
            out += ",\n";
    }
    out += '\n';
    out += close;
    out += '\n';
    return out;
}

} // namespace

std::string json_string(std::string_view text)
{
    std::string out{'"'};
    for (const char c : text) {
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
    return out + '"';
}

std::string list_text(const Rows& rows, bool json)
{
    if (json)
        return json_block('[', ']', rows, [](const Row& row) { return json_string(row[0]); });
    std::string out;
    for (const auto& row : rows)
        out += row[0] + '\n';
    return out;
}

std::string pairs_text(const Rows& rows, bool json)
{
    if (json)
        return json_block('{', '}', rows,
                          [](const Row& row) { return json_string(row[0]) + ": " + json_string(row[1]); });
    std::string out;
    for (const auto& row : rows)
        out += row[0] + ": " + row[1] + '\n';
    return out;
}

std::string value_text(std::string_view value, bool json)
{
    return (json ? json_string(value) : std::string(value)) + '\n';
}

std::string error_text(std::string_view text, bool json, bool list)
{
    if (!json)
        return {};
    if (list)
        return "{\n  \"error\": " + json_string(text) + "\n}\n";
    return "{\"error\": " + json_string(text) + "}\n";
}

} // namespace upright::upsc
