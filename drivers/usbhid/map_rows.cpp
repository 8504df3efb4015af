#include "drivers/usbhid/map_rows.hpp"

#include "common/text/nearest.hpp"
#include "common/text/number.hpp"
#include "drivers/usbhid/status_flags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::usbhid {
namespace {

constexpr std::string_view kNameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

std::string name_of(TomlFields& fields, std::string_view key)
{
    auto name = fields.required_text(key);
    if (name.size() > kLongestText || name.find_first_not_of(kNameLetters) != name.npos)
        fields.complain(*fields.node(key), fmt::format("{} wants letters, digits, dots and dashes", key));
    return name;
}

hid::UsagePath path_of(TomlFields& fields, const hid::UsageNames& usages)
{
    const auto text = fields.required_text("path");
    if (text.empty())
        return {};
    auto path = usages.path(text);
    if (path)
        return std::move(*path);
    const auto unknown = usages.unknown_in(text);
    if (unknown.empty())
        fields.complain(*fields.node("path"), "path is too long");
    else
        fields.complain_of_name(*fields.node("path"), "usage", unknown, usages.names());
    return {};
}

Poll poll_of(TomlFields& fields)
{
    struct When {
        std::string_view name;
        Poll poll;
    };
    constexpr std::array kWhen{When{"quick", Poll::quick}, When{"full", Poll::full},
                               When{"after-change", Poll::after_change}, When{"once", Poll::once}};
    const auto text = fields.text("poll");
    if (!text)
        return Poll::full;
    const auto* const found =
        std::find_if(kWhen.begin(), kWhen.end(), [&](const When& one) { return one.name == *text; });
    if (found != kWhen.end())
        return found->poll;
    fields.complain(*fields.node("poll"), "poll wants quick, full, after-change or once");
    return Poll::full;
}

struct WordList {
    std::string_view name;
    Words words;
};

// What most makers' devices mean by the same numbers.
const std::vector<WordList>& word_lists()
{
    static const std::vector<WordList> lists{{"beeper", {{1, "disabled"}, {2, "enabled"}, {3, "muted"}}},
                                             {"disabled-enabled", {{0, "disabled"}, {1, "enabled"}}},
                                             {"no-yes", {{0, "no"}, {1, "yes"}}},
                                             {"off-on", {{0, "off"}, {1, "on"}}},
                                             {"test-result",
                                              {{1, "Done and passed"},
                                               {2, "Done and warning"},
                                               {3, "Done and error"},
                                               {4, "Aborted"},
                                               {5, "In progress"},
                                               {6, "No test initiated"},
                                               {7, "Test scheduled"}}}};
    return lists;
}

Words words_called(TomlFields& fields, const std::string& name)
{
    std::vector<std::string_view> names;
    for (const auto& list : word_lists()) {
        if (list.name == name)
            return list.words;
        names.push_back(list.name);
    }
    fields.complain_of_name(*fields.node("words"), "list of words", name, names);
    return {};
}

// "beeper", or { 1 = "online", 0 = "offline" }
Words words_of(TomlFields& fields)
{
    Words words;
    const auto* const given = fields.node("words");
    if (given != nullptr && given->is_string())
        return words_called(fields, *given->value<std::string>());
    const auto* const table = fields.table("words");
    if (table == nullptr)
        return words;
    for (const auto& [key, node] : *table) {
        const auto number = to_int(key.str());
        const auto text = node.is_string() ? *node.value<std::string>() : std::string{};
        if (!number)
            fields.complain(node, "words wants { number = \"text\" }");
        else if (text.empty() || text.size() > kLongestText)
            fields.complain(node, fmt::format("words wants texts of 1..{} characters", kLongestText));
        else
            words.emplace_back(*number, text);
    }
    if (table->empty())
        fields.complain(*table, "words wants { number = \"text\" }");
    std::sort(words.begin(), words.end());
    return words;
}

const Conversion* conversion_of(TomlFields& fields)
{
    const auto name = fields.text("convert");
    if (!name)
        return nullptr;
    const auto* const conversion = find_conversion(*name);
    if (conversion == nullptr)
        fields.complain_of_name(*fields.node("convert"), "conversion", *name, conversion_names());
    return conversion;
}

Meaning meaning_of(TomlFields& fields, const toml::table& table)
{
    Meaning meaning;
    meaning.decimals = fields.whole("decimals", 0, 6).value_or(0);
    meaning.words = words_of(fields);
    meaning.conversion = conversion_of(fields);
    const int given = (table.contains("decimals") ? 1 : 0) + (table.contains("words") ? 1 : 0)
                      + (table.contains("convert") ? 1 : 0);
    if (given > 1)
        fields.complain("a row has decimals, words or convert: one of them");
    return meaning;
}

void read_writing(TomlFields& fields, ValueRow& row)
{
    if (const auto length = fields.whole("writable", 1, 200)) {
        row.writable = true;
        row.max_length = *length;
    }
    if (fields.flag("enums")) {
        for (const auto& [number, text] : row.meaning.words)
            row.enums.push_back(text);
        if (row.enums.empty() || !row.writable)
            fields.complain("enums wants words and writable");
    }
    if (row.writable && row.meaning.conversion != nullptr && row.meaning.conversion->write == nullptr)
        fields.complain(*fields.node("convert"),
                        fmt::format("{} can't be written", row.meaning.conversion->name));
}

// "chrg !dischrg"
void check_flags(TomlFields& fields, std::string_view key, const Words& words)
{
    for (const auto& [number, text] : words)
        for (std::string_view rest = text; !rest.empty();) {
            const auto word = rest.substr(0, rest.find(' '));
            rest.remove_prefix(std::min(word.size() + 1, rest.size()));
            if (!StatusFlags::knows(word))
                fields.complain_of_name(*fields.node(key), "flag", word, StatusFlags::names());
        }
}

} // namespace

ValueRow value_row_of(const toml::table& table, const hid::UsageNames& usages, Complaints& complaints)
{
    TomlFields fields(table, complaints);
    ValueRow row;
    row.variable = name_of(fields, "variable");
    row.path = path_of(fields, usages);
    row.meaning = meaning_of(fields, table);
    row.poll = poll_of(fields);
    if (const auto name = fields.text("only_if")) {
        row.only_if = find_guard(*name);
        if (row.only_if == nullptr)
            fields.complain_of_name(*fields.node("only_if"), "guard", *name, guard_names());
    }
    read_writing(fields, row);
    fields.finish();
    return row;
}

StatusRow status_row_of(const toml::table& table, const hid::UsageNames& usages, Complaints& complaints)
{
    TomlFields fields(table, complaints);
    StatusRow row;
    row.path = path_of(fields, usages);
    row.meaning.words = words_of(fields);
    check_flags(fields, "words", row.meaning.words);
    row.meaning.conversion = conversion_of(fields);
    if (const auto flag = fields.text("flag")) {
        row.meaning.words = {{0, StatusFlags::opposite(*flag)}, {1, *flag}};
        check_flags(fields, "flag", {row.meaning.words.back()});
    }
    const int given = (table.contains("flag") ? 1 : 0) + (table.contains("words") ? 1 : 0)
                      + (table.contains("convert") ? 1 : 0);
    if (given != 1)
        fields.complain("a row of the status has flag, words or convert: one of them");
    row.poll = poll_of(fields);
    fields.finish();
    return row;
}

CommandRow command_row_of(const toml::table& table, const hid::UsageNames& usages, Complaints& complaints)
{
    TomlFields fields(table, complaints);
    CommandRow row;
    row.name = name_of(fields, "name");
    row.path = path_of(fields, usages);
    row.value = fields.whole("value", -1, 1'000'000);
    row.conversion = conversion_of(fields);
    if (row.conversion != nullptr && row.conversion->write == nullptr)
        fields.complain(*fields.node("convert"), fmt::format("{} can't be written", row.conversion->name));
    if (!table.contains("value") && !table.contains("convert"))
        fields.complain("a command wants value, or convert");
    fields.finish();
    return row;
}

SettingRow setting_row_of(const toml::table& table, const hid::UsageNames& usages, Complaints& complaints)
{
    TomlFields fields(table, complaints);
    SettingRow row;
    row.variable = name_of(fields, "variable");
    row.path = path_of(fields, usages);
    const auto* const fallback = fields.required("default");
    if (fallback != nullptr && fallback->is_integer())
        row.fallback = fmt::to_string(*fallback->value<std::int64_t>());
    else if (fallback != nullptr)
        row.fallback = fields.text("default").value_or("");
    fields.required("writable");
    row.max_length = fields.whole("writable", 1, 200).value_or(0);
    if (row.max_length > 0 && row.fallback.size() > static_cast<std::size_t>(row.max_length))
        fields.complain(*fallback, fmt::format("default is longer than {} characters", row.max_length));
    fields.finish();
    return row;
}

} // namespace upright::usbhid
