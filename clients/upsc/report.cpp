#include "clients/upsc/report.hpp"

#include "common/client/json.hpp"

namespace upright::upsc {

std::string list_text(const Rows& rows, bool json)
{
    if (json) {
        std::vector<std::string> entries;
        for (const auto& row : rows)
            entries.push_back(json_string(row[0]));
        return json_array(entries) + '\n';
    }
    std::string out;
    for (const auto& row : rows)
        out += row[0] + '\n';
    return out;
}

std::string pairs_text(const Rows& rows, bool json)
{
    if (json) {
        std::vector<std::string> pairs;
        for (const auto& row : rows)
            pairs.push_back(json_pair(row[0], json_string(row[1])));
        return json_object(pairs) + '\n';
    }
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
        return json_error(text) + '\n';
    return "{" + json_pair("error", json_string(text)) + "}\n";
}

} // namespace upright::upsc
