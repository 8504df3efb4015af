#include "drivers/megatec/device_file.hpp"

#include "common/text/nearest.hpp"
#include "drivers/megatec/conversions.hpp"
#include "drivers/megatec/delays.hpp"

#include <fmt/format.h>

namespace upright::megatec {
namespace {

// "text", or ["one", "after the other"].
Sends sends_of(TomlFields& fields, std::string_view key)
{
    const auto* const node = fields.node(key);
    if (node == nullptr)
        return {};
    auto sends = node->is_array() ? fields.texts(key) : Sends{fields.text(key).value_or("")};
    for (const auto& text : sends) {
        if (!text.ends_with('\r'))
            fields.complain(*node, fmt::format("{} must end with \\r", key));
        if (const auto unknown = unknown_placeholder(text); !unknown.empty())
            fields.complain(*node, fmt::format("nothing is filled in for {}", unknown));
    }
    return sends;
}

std::optional<Parameter> parameter_of(const toml::table* table, Complaints& complaints)
{
    if (table == nullptr)
        return std::nullopt;
    TomlFields fields(*table, complaints);
    Parameter parameter;
    parameter.min = fields.whole("min", 0, kLargestDelay).value_or(0);
    parameter.max = fields.whole("max", parameter.min, kLargestDelay).value_or(kLargestDelay);
    parameter.fallback = fields.whole("default", parameter.min, parameter.max).value_or(parameter.min);
    fields.finish();
    return parameter;
}

Range range_of(TomlFields& fields)
{
    const auto* const node = fields.node("range");
    if (node == nullptr)
        return {0, kLargestDelay};
    const auto* const pair = node->as_array();
    const bool two = pair != nullptr && pair->size() == 2 && pair->is_homogeneous<std::int64_t>();
    const auto low = two ? pair->get(0)->value_or<std::int64_t>(0) : 1;
    const auto high = two ? pair->get(1)->value_or<std::int64_t>(0) : 0;
    if (low > high || low < 0 || high > kLargestDelay) {
        fields.complain(*node, fmt::format("range wants [lowest, highest] within 0..{}", kLargestDelay));
        return {0, kLargestDelay};
    }
    return {static_cast<int>(low), static_cast<int>(high)};
}

void read_rounding(TomlFields& fields, Setting& setting)
{
    const auto name = fields.text("round");
    if (!name)
        return;
    setting.round = find_rounding(*name);
    if (setting.round == nullptr)
        fields.complain(*fields.node("round"), fmt::format("no rounding is called \"{}\"{}", *name,
                                                           did_you_mean(*name, rounding_names())));
}

} // namespace

Command command_of(const toml::table& table, Complaints& complaints)
{
    TomlFields fields(table, complaints);
    Command command;
    command.name = fields.required_text("name");
    command.send = sends_of(fields, "send");
    command.send_without_ondelay = sends_of(fields, "send_without_ondelay");
    command.by = fields.text("by").value_or("");
    command.choices = words_of(fields, "choices");
    for (const auto& [value, text] : command.choices)
        if (!text.ends_with('\r'))
            fields.complain(*table.get("choices"), "choices must end with \\r");
    if (command.send.empty() == command.by.empty() || command.by.empty() != command.choices.empty())
        fields.complain("a command wants either send, or by and choices");
    command.if_reading = choices_of(fields, "if_reading");
    command.seconds = parameter_of(fields.table("seconds"), complaints);
    fields.finish();
    return command;
}

Setting setting_of(const toml::table& table, Complaints& complaints)
{
    TomlFields fields(table, complaints);
    Setting setting;
    setting.variable = fields.required_text("variable");
    setting.option = fields.text("option").value_or("");
    setting.range = range_of(fields);
    setting.fallback = fields.whole("default", setting.range.min, setting.range.max);
    setting.lowest = fields.text("lowest").value_or("");
    setting.highest = fields.text("highest").value_or("");
    setting.send = asked(fields, "send", false);
    setting.digits = fields.whole("digits", 1, 6).value_or(setting.digits);
    setting.divisor = fields.whole("divisor", 1, 3600).value_or(setting.divisor);
    setting.words = words_of(fields, "words");
    setting.enums = fields.texts("enums");
    for (const auto& [word, sent] : setting.words)
        setting.enums.push_back(word);
    setting.hidden = fields.flag("hidden");
    if (!setting.enums.empty() && setting.send.empty())
        fields.complain("enums wants send");
    if (setting.hidden && (setting.send.empty() || setting.option.empty()))
        fields.complain("hidden wants send and option");
    read_rounding(fields, setting);
    if (setting.send.empty() && !setting.fallback && !table.contains("default"))
        fields.complain("a setting wants send, or a default to begin with");
    fields.finish();
    return setting;
}

} // namespace upright::megatec
