// A configuration file of directives (upsd.conf, upsmon.conf ...) is a table: one row says what a directive
// is called, what it needs, what it does and what the manual says of it. Names are case-sensitive, as in NUT,
// except where a row says otherwise.
#pragma once

#include "common/config/document.hpp"
#include "common/text/case_less.hpp"
#include "common/text/nearest.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace upright {

struct Complaint {
    Word where;
    std::string text;
    Severity severity = Severity::error;
};

using Arguments = std::span<const Word>; // without the directive's own name

template <class Config>
struct Directive {
    std::string_view name;
    std::string_view usage;
    std::size_t arguments; // at least
    std::function<std::optional<Complaint>(Config&, Arguments)> apply;
    std::string_view help;
    bool any_case = false;
};

template <class Config>
using Directives = std::vector<Directive<Config>>;

// Reads the whole document and reports every mistake; what is right takes effect all the same.
template <class Config>
Loaded<Config> apply_directives(const Loaded<Document>& document, const Directives<Config>& table)
{
    Loaded<Config> loaded;
    loaded.problems = document.problems;
    std::vector<std::string_view> names;
    for (const auto& row : table)
        names.push_back(row.name);
    for (const auto& statement : document.value.statements) {
        const auto& first = statement.words.front();
        const auto complain = [&](const Word& where, std::string text, Severity severity = Severity::error) {
            loaded.problems.push_back(problem_at(document.value, where, std::move(text), severity));
        };
        const auto row = std::find_if(table.begin(), table.end(), [&](const auto& d) {
            return d.name == first.text || (d.any_case && equal_ignoring_case(d.name, first.text));
        });
        if (row == table.end())
            complain(first, fmt::format("invalid directive {}{}", escaped(first.text),
                                        did_you_mean(first.text, names)));
        else if (statement.words.size() <= row->arguments)
            complain(first, fmt::format("invalid directive {}: expected {}", first.text, row->usage));
        else if (auto complaint = row->apply(loaded.value, Arguments(statement.words).subspan(1)))
            complain(complaint->where, std::move(complaint->text), complaint->severity);
    }
    return loaded;
}

// ---- common shapes of `apply` ------------------------------------------------------------------------

// A whole number from `low` to `high`; digits must lead, as in NUT.
template <class Config>
auto set_number(std::string_view name, int Config::*member, int low, int high)
{
    return [=](Config& config, Arguments words) -> std::optional<Complaint> {
        const auto& text = words[0].text;
        if (text.empty() || text[0] < '0' || text[0] > '9')
            return Complaint{words[0], fmt::format("{} has non numeric value ({})!", name, escaped(text))};
        const int value = leading_int(text);
        if (value < low || value > high)
            return Complaint{words[0], fmt::format("{} is outside {}..{}", escaped(text), low, high)};
        config.*member = value;
        return std::nullopt;
    };
}

// A whole number from 0 on, and nothing else.
template <class Config>
auto set_level(std::string_view name, std::optional<int> Config::*member)
{
    return [=](Config& config, Arguments words) -> std::optional<Complaint> {
        const auto level = to_int(words[0].text);
        if (!level || *level < 0)
            return Complaint{words[0],
                             fmt::format("{} has non numeric value ({})!", name, escaped(words[0].text))};
        config.*member = level;
        return std::nullopt;
    };
}

// true/on/yes/1, false/off/no/0 in any case; another number is true.
template <class Config>
auto set_bool(std::string_view name, bool Config::*member)
{
    return [=](Config& config, Arguments words) -> std::optional<Complaint> {
        const auto value = to_bool(words[0].text);
        if (!value)
            return Complaint{words[0], fmt::format("{} has non numeric and non boolean value ({})!", name,
                                                   escaped(words[0].text))};
        config.*member = *value;
        return std::nullopt;
    };
}

template <class Config>
auto set_text(std::optional<std::string> Config::*member)
{
    return [=](Config& config, Arguments words) -> std::optional<Complaint> {
        config.*member = words[0].text;
        return std::nullopt;
    };
}

} // namespace upright
