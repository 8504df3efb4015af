#include "common/toml/toml_fields.hpp"

#include "common/text/nearest.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace upright {

void Complaints::add(const toml::source_region& where, std::string text)
{
    std::replace_if(
        text.begin(), text.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }, '?');
    problems_.push_back(
        {file_, static_cast<int>(where.begin.line), static_cast<int>(where.begin.column), std::move(text)});
}

std::vector<Diagnostic> Complaints::take()
{
    std::stable_sort(problems_.begin(), problems_.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
    return std::move(problems_);
}

const toml::node* TomlFields::node(std::string_view key)
{
    known_.push_back(key);
    return table_.get(key);
}

const toml::node* TomlFields::required(std::string_view key)
{
    const auto* const found = node(key);
    if (found == nullptr)
        complain(fmt::format("{} is missing", key));
    return found;
}

std::optional<std::string> TomlFields::text(std::string_view key)
{
    const auto* const found = node(key);
    if (found == nullptr)
        return std::nullopt;
    const auto value = found->value<std::string>();
    if (!found->is_string())
        complain(*found, fmt::format("{} wants a text in quotes", key));
    return value;
}

std::string TomlFields::required_text(std::string_view key)
{
    const auto* const found = required(key);
    if (found != nullptr && (!found->is_string() || found->value<std::string>()->empty()))
        complain(*found, fmt::format("{} wants a text in quotes", key));
    return found != nullptr && found->is_string() ? *found->value<std::string>() : std::string{};
}

std::optional<double> TomlFields::number(std::string_view key)
{
    const auto* const found = node(key);
    if (found == nullptr)
        return std::nullopt;
    const auto value = found->is_number() ? found->value<double>() : std::nullopt;
    if (!value || !std::isfinite(*value)) {
        complain(*found, fmt::format("{} wants a number", key));
        return std::nullopt;
    }
    return value;
}

std::optional<int> TomlFields::whole(std::string_view key, int low, int high)
{
    const auto* const found = node(key);
    if (found == nullptr)
        return std::nullopt;
    const auto value = found->is_integer() ? found->value<std::int64_t>() : std::nullopt;
    if (!value || *value < low || *value > high) {
        complain(*found, fmt::format("{} wants a whole number in {}..{}", key, low, high));
        return std::nullopt;
    }
    return static_cast<int>(*value);
}

bool TomlFields::flag(std::string_view key)
{
    const auto* const found = node(key);
    if (found != nullptr && !found->is_boolean())
        complain(*found, fmt::format("{} wants true or false", key));
    return found != nullptr && found->value<bool>().value_or(false);
}

std::vector<std::string> TomlFields::texts(std::string_view key)
{
    std::vector<std::string> all;
    const auto* const found = node(key);
    if (found == nullptr)
        return all;
    if (!found->is_array()) {
        complain(*found, fmt::format("{} wants a list of texts", key));
        return all;
    }
    for (const auto& entry : *found->as_array()) {
        if (const auto value = entry.is_string() ? entry.value<std::string>() : std::nullopt)
            all.push_back(*value);
        else
            complain(entry, fmt::format("{} wants texts in quotes", key));
    }
    return all;
}

std::vector<const toml::table*> TomlFields::tables(std::string_view key)
{
    std::vector<const toml::table*> all;
    const auto* const found = node(key);
    if (found == nullptr)
        return all;
    if (!found->is_array()) {
        complain(*found, fmt::format("{} wants a list of tables", key));
        return all;
    }
    for (const auto& entry : *found->as_array()) {
        if (const auto* const one = entry.as_table())
            all.push_back(one);
        else
            complain(entry, fmt::format("{} wants tables", key));
    }
    return all;
}

const toml::table* TomlFields::table(std::string_view key)
{
    const auto* const found = node(key);
    if (found == nullptr)
        return nullptr;
    if (!found->is_table())
        complain(*found, fmt::format("{} wants a table", key));
    return found->as_table();
}

void TomlFields::complain_of_name(const toml::node& where, std::string_view kind, std::string_view name,
                                  const std::vector<std::string_view>& known)
{
    complain(where, fmt::format("no {} is called \"{}\"{}", kind, escaped(name), did_you_mean(name, known)));
}

void TomlFields::finish()
{
    for (const auto& [key, value] : table_)
        if (std::find(known_.begin(), known_.end(), key.str()) == known_.end())
            complaints_.add(key.source(), fmt::format("nothing is called {} here{}", key.str(),
                                                      did_you_mean(key.str(), known_)));
}

std::optional<int> hopeless_line(std::string_view toml)
{
    constexpr std::size_t kLargest = std::size_t{1} << 20;
    constexpr int kMostParts = 2000; // of a line: dots and brackets
    int line = 1;
    int parts = 0;
    for (const char c : toml) {
        line += c == '\n' ? 1 : 0;
        parts = c == '\n' ? 0 : parts + (c == '.' || c == '[' || c == '{' ? 1 : 0);
        if (parts > kMostParts)
            return line;
    }
    return toml.size() > kLargest ? std::optional(1) : std::nullopt;
}

} // namespace upright
