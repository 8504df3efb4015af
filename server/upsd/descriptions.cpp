#include "server/upsd/descriptions.hpp"

#include "common/config/document.hpp"
#include "common/daemon/log.hpp"

#include <algorithm>

namespace upright::upsd {
namespace {

// outlet.7.current -> outlet.1.current: every number between two dots becomes 1.
std::string with_first_index(std::string_view name)
{
    std::string out;
    while (!name.empty()) {
        const auto end = std::min(name.find('.'), name.size());
        const auto part = name.substr(0, end);
        const bool index = !out.empty() && !part.empty() && part.find_first_not_of("0123456789") == part.npos;
        out += index ? "1" : std::string(part);
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
        it = table.find(with_first_index(name));
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
