#include "clients/upsrw/report.hpp"

#include "common/client/json.hpp"

#include <fmt/format.h>

namespace upright::upsrw {
namespace {

// Behind "Type: ", if it is one of the known ones.
std::string type_name(const Type& type)
{
    switch (type.kind) {
    case Type::Kind::text: return "STRING";
    case Type::Kind::number: return "NUMBER";
    case Type::Kind::range: return "RANGE NUMBER";
    case Type::Kind::enumeration: return type.base.empty() ? "ENUM" : "ENUM " + type.base;
    case Type::Kind::unknown: break;
    }
    return "";
}

std::string option_line(const std::string& text, bool selected)
{
    return fmt::format("Option: \"{}\"{}\n", text, selected ? " SELECTED" : "");
}

std::string type_lines(const Setting& setting)
{
    const auto& type = setting.type;
    std::string out;
    for (const auto& word : type.others)
        out += fmt::format("Type: {} (unrecognized)\n", word);
    if (type.kind == Type::Kind::unknown)
        return out.empty() ? "Unknown type\n" : out;
    out += fmt::format("Type: {}\n", type_name(type));
    if (type.max_length && type.kind != Type::Kind::range)
        out += fmt::format("Maximum length: {}\n", *type.max_length);
    if (type.kind == Type::Kind::text || type.kind == Type::Kind::number)
        out += fmt::format("Value: {}\n", setting.value);
    for (const auto& option : setting.options)
        out += option_line(option, option == setting.value);
    for (const auto& range : setting.ranges)
        out += option_line(range.first + "-" + range.second, in_range(setting.value, range));
    return out;
}

std::string json_of(const Setting& setting)
{
    constexpr int kLevel = 1; // an entry of the document
    const auto& type = setting.type;
    const auto pair = [](std::string_view name, std::string_view text) {
        return json_pair(name, json_string(text));
    };
    std::vector<std::string> pairs{pair("description", setting.description),
                                   pair("type", type_name(type).empty() ? "UNKNOWN" : type_name(type))};
    if (type.max_length && type.kind != Type::Kind::range)
        pairs.push_back(pair("maximum_length", std::to_string(*type.max_length)));
    pairs.push_back(pair("value", setting.value));
    std::vector<std::string> choices;
    for (const auto& option : setting.options)
        choices.push_back(json_string(option));
    for (const auto& [from, to] : setting.ranges)
        choices.push_back("{" + pair("minimum", from) + ", " + pair("maximum", to) + "}");
    if (type.kind == Type::Kind::enumeration)
        pairs.push_back(json_pair("options", json_array(choices, kLevel + 1)));
    if (type.kind == Type::Kind::range)
        pairs.push_back(json_pair("ranges", json_array(choices, kLevel + 1)));
    return json_pair(setting.name, json_object(pairs, kLevel));
}

} // namespace

std::string settings_text(const std::vector<Setting>& settings, bool json)
{
    std::string out;
    if (json) {
        std::vector<std::string> entries;
        for (const auto& setting : settings)
            entries.push_back(json_of(setting));
        return json_object(entries) + '\n';
    }
    for (const auto& setting : settings)
        out += fmt::format("[{}]\n{}\n{}\n", setting.name, setting.description, type_lines(setting));
    return out;
}

} // namespace upright::upsrw
