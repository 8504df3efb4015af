#include "server/upsd/config_access.hpp"

#include <algorithm>
#include <array>

namespace upright::upsd {
namespace {

constexpr std::array<std::string_view, 3> kNames{"ACL", "ACCEPT", "REJECT"};

std::optional<Complaint> rule(Config& config, Arguments words, bool accepting)
{
    for (const auto& word : words) {
        config.access.rule(accepting, word.text);
        config.acl_uses.push_back(word);
    }
    return std::nullopt;
}

// The first word of a line, as far as a person would take it for one.
std::string_view first_word(std::string_view line)
{
    constexpr std::string_view kPassedOver = " \t\r\v\f\"\\";
    const auto begin = std::min(line.find_first_not_of(kPassedOver), line.size());
    line.remove_prefix(begin);
    return line.substr(0, line.find_first_of(" \t\r\v\f\"\\#="));
}

bool was_meant(std::string_view word) { return nearest(word, kNames).has_value(); }

bool is_in_effect(const Statement& statement)
{
    const auto& words = statement.words;
    const auto needed = words[0].text == "ACL" ? 3U : 2U;
    return std::find(kNames.begin(), kNames.end(), words[0].text) != kNames.end() && words.size() >= needed;
}

} // namespace

std::optional<Complaint> define_acl(Config& config, Arguments words)
{
    const auto& name = words[0];
    config.acl_definitions.push_back(name);
    for (const auto& word : words.subspan(1)) {
        const auto network = parse_network(word.text);
        if (!network) {
            config.access_broken = true;
            return Complaint{word, fmt::format("\"{}\" is no address or network such as 192.0.2.0/24 or ::1",
                                               escaped(word.text))};
        }
        if (equal_ignoring_case(name.text, "all")
            && network->prefix != 0) { // all 0.0.0.0/0 is in every old file
            config.access_broken = true;
            return Complaint{name, "ACL all holds every address: choose another name"};
        }
        config.access.define(name.text, *network);
    }
    return std::nullopt;
}

std::optional<Complaint> accept(Config& config, Arguments words) { return rule(config, words, true); }

std::optional<Complaint> reject(Config& config, Arguments words) { return rule(config, words, false); }

void check_access(const Document& document, Loaded<Config>& loaded)
{
    auto& config = loaded.value;
    const auto complain = [&](const Word& where, std::string text) {
        loaded.problems.push_back(problem_at(document, where, std::move(text)));
        config.access_broken = true;
    };
    const auto known = config.access.names();
    for (const auto& use : config.acl_uses)
        if (!config.access.knows(use.text))
            complain(use, fmt::format("there is no ACL \"{}\"{}", escaped(use.text),
                                      did_you_mean(use.text, known)));

    auto statement = document.statements.begin();
    std::string_view rest = document.source;
    for (int number = 1; !rest.empty(); ++number) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        while (statement != document.statements.end() && statement->words[0].line < number)
            ++statement;
        const bool began = statement != document.statements.end() && statement->words[0].line == number;
        if (was_meant(first_word(line)) && !(began && is_in_effect(*statement)))
            complain({.text = {}, .line = number, .column = 1},
                     "this line is no rule for access, and seems to be "
                     "meant as one");
    }
}

} // namespace upright::upsd
