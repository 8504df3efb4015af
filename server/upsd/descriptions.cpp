#include "server/upsd/descriptions.hpp"

#include "common/config/document.hpp"
#include "common/daemon/log.hpp"
#include "common/lex/lexer.hpp"
#include "common/text/case_less.hpp"

#include <algorithm>
#include <unistd.h>
#include <utility>

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
    Descriptions descriptions;
    if (::access(path.c_str(), R_OK) == 0)
        descriptions.unread_ = path;
    else
        log::info("{} not found - disabling descriptions", path);
    return descriptions;
}

Descriptions Descriptions::parse(std::string_view text)
{
    Descriptions descriptions;
    descriptions.take(text);
    return descriptions;
}

void Descriptions::read()
{
    if (unread_.empty())
        return;
    if (const auto text = read_file(std::exchange(unread_, {})))
        take(*text);
    else
        log::warning("{}", to_string(text.error()));
}

void Descriptions::take(std::string_view text)
{
    Lexer lexer({.keep_high_bytes = true});
    const auto take_statement = [&](Lexer::Event event) {
        const auto& words = lexer.words();
        if (event != Lexer::Event::statement || words.size() < 3)
            return;
        const bool command = words[0].text == "CMDDESC";
        if (!command && words[0].text != "VARDESC")
            return;
        const auto name = static_cast<std::uint32_t>(texts_.size());
        texts_ += words[1].text;
        const auto start = static_cast<std::uint32_t>(texts_.size());
        texts_ += words[2].text;
        (command ? commands_ : variables_)
            .push_back({name, start, static_cast<std::uint32_t>(texts_.size())});
    };
    for (const char c : text)
        take_statement(lexer.feed(c));
    take_statement(lexer.finish());
    texts_.shrink_to_fit();
    sort(variables_);
    sort(commands_);
}

void Descriptions::sort(Table& table)
{
    table.shrink_to_fit();
    std::stable_sort(table.begin(), table.end(),
                     [this](const Place& a, const Place& b) { return CaseLess()(name_at(a), name_at(b)); });
}

std::string_view Descriptions::name_at(const Place& place) const
{
    return std::string_view(texts_).substr(place.name, place.text - place.name);
}

std::string_view Descriptions::text_at(const Place& place) const
{
    return std::string_view(texts_).substr(place.text, place.end - place.text);
}

const Descriptions::Place* Descriptions::find(const Table& table, std::string_view name) const
{
    const auto behind = std::upper_bound(
        table.begin(), table.end(), name,
        [this](std::string_view wanted, const Place& place) { return CaseLess()(wanted, name_at(place)); });
    const bool found = behind != table.begin() && equal_ignoring_case(name_at(behind[-1]), name);
    return found ? &behind[-1] : nullptr;
}

std::optional<std::string_view> Descriptions::look_up(const Table& table, std::string_view name) const
{
    constexpr std::string_view kUpstream = "upstream.";
    if (starts_ignoring_case(name, kUpstream))
        name.remove_prefix(kUpstream.size());
    const auto* place = find(table, name);
    if (place == nullptr)
        place = find(table, generic_name(name));
    return place == nullptr ? std::nullopt : std::optional(text_at(*place));
}

std::optional<std::string_view> Descriptions::of_variable(std::string_view name)
{
    read();
    return look_up(variables_, name);
}

std::optional<std::string_view> Descriptions::of_command(std::string_view name)
{
    read();
    return look_up(commands_, name);
}

} // namespace upright::upsd
