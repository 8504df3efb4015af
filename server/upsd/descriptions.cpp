#include "server/upsd/descriptions.hpp"

#include "common/config/document.hpp"
#include "common/daemon/log.hpp"

#include <algorithm>

namespace upright::upsd {
namespace {

bool is_index(std::string_view part)
{
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
}

// The first of its kind: 7 -> 1, L3 -> L1, L2-L3 -> L1-L2, L3-N -> L1-N; anything else as it is.
std::string_view first_of_kind(std::string_view part)
{
    if (is_index(part))
        return "1";
    for (const auto& [another, first] : {std::pair{"L2", "L1"},
                                         {"L3", "L1"},
                                         {"L2-L3", "L1-L2"},
                                         {"L3-L1", "L1-L2"},
                                         {"L2-N", "L1-N"},
                                         {"L3-N", "L1-N"}})
        if (equal_ignoring_case(part, another))
            return first;
    return part;
}

// outlet.7.current -> outlet.1.current, output.L2.power -> output.L1.power.
std::string generic_name(std::string_view name)
{
    std::string out;
    while (!name.empty()) {
        const auto end = std::min(name.find('.'), name.size());
        const auto part = name.substr(0, end);
        out += out.empty() ? part : first_of_kind(part);
        if (end < name.size())
            out += '.';
        name.remove_prefix(std::min(end + 1, name.size()));
    }
    return out;
}

} // namespace

Descriptions Descriptions::load(const std::string& path)
{
    auto text = read_file(path);
    if (!text) {
        log::info("{} not found - disabling descriptions", path);
        return {};
    }
    return parse(path, *std::move(text));
}

Descriptions Descriptions::parse(std::string file, std::string text)
{
    Descriptions descriptions;
    const auto document = parse_document(std::move(file), std::move(text));
    for (const auto& [words, line] : document.value.statements) {
        if (words.size() < 3)
            continue;
        if (words[0].text == "VARDESC")
            descriptions.variables_.insert_or_assign(words[1].text, words[2].text);
        else if (words[0].text == "CMDDESC")
            descriptions.commands_.insert_or_assign(words[1].text, words[2].text);
    }
    return descriptions;
}

std::optional<std::string_view> Descriptions::look_up(const Table& table, std::string_view name)
{
    constexpr std::string_view kUpstream = "upstream.";
    if (starts_ignoring_case(name, kUpstream))
        name.remove_prefix(kUpstream.size());
    auto it = table.find(name);
    if (it == table.end())
        it = table.find(generic_name(name));
    return it == table.end() ? std::nullopt : std::optional<std::string_view>(it->second);
}

std::optional<std::string_view> Descriptions::of_variable(std::string_view name) const
{
    return look_up(variables_, name);
}

std::optional<std::string_view> Descriptions::of_command(std::string_view name) const
{
    return look_up(commands_, name);
}

} // namespace upright::upsd
