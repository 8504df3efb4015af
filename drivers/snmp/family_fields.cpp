#include "drivers/snmp/family_fields.hpp"

#include "common/text/nearest.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::snmp {
namespace {

constexpr std::string_view kNameLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-{}";
constexpr std::string_view kIndex = "{index}";

// What can go into a message (X.660): below 0 and 1 there are 40, and no tree begins with 3.
bool is_registered(const Oid& oid)
{
    const auto numbers = oid.numbers();
    return numbers.size() >= 2 && numbers[0] <= 2 && (numbers[0] == 2 || numbers[1] < 40);
}

// "acme.2.1.0", "1.3.6.1.4.1.2", ".1.3.6"
std::optional<Oid> parse_oid(TomlFields& fields, const toml::node& node, std::string_view text,
                             const FileContext& file)
{
    const bool numeric =
        !text.empty() && (text.front() == '.' || (text.front() >= '0' && text.front() <= '9'));
    if (numeric) {
        auto oid = Oid::parse(text);
        if (oid && !is_registered(*oid))
            oid.reset();
        if (!oid)
            fields.complain(node, fmt::format("{} is no OID", escaped(text)));
        return oid;
    }
    const auto name = text.substr(0, text.find('.'));
    const auto known = file.oids.find(name);
    if (known == file.oids.end()) {
        std::vector<std::string_view> names;
        for (const auto& [one, oid] : file.oids)
            names.push_back(one);
        fields.complain_of_name(node, "beginning in oids", name, names);
        return std::nullopt;
    }
    if (name.size() == text.size())
        return known->second;
    const auto tail = Oid::parse(text.substr(name.size()));
    if (!tail || known->second.size() + tail->size() > Oid::kLongest) {
        fields.complain(node, fmt::format("{} is no OID", escaped(text)));
        return std::nullopt;
    }
    return known->second + tail->numbers();
}

std::optional<std::string> text_of(TomlFields& fields, const toml::node& node)
{
    auto text = node.value<std::string>();
    if (!node.is_string() || !text || text->empty()) {
        fields.complain(node, "an OID is wanted here, in quotes");
        return std::nullopt;
    }
    return text;
}

} // namespace

std::optional<Oid> oid_from(TomlFields& fields, const toml::node& node, const FileContext& file)
{
    const auto text = text_of(fields, node);
    return text ? parse_oid(fields, node, *text, file) : std::nullopt;
}

std::optional<Place> place_from(TomlFields& fields, const toml::node& node, const FileContext& file)
{
    const auto text = text_of(fields, node);
    if (!text)
        return std::nullopt;
    const auto middle = text->find(kIndex);
    auto before = std::string_view(*text).substr(0, middle);
    if (middle != std::string::npos && before.ends_with('.'))
        before.remove_suffix(1);
    const auto oid = parse_oid(fields, node, before, file);
    if (!oid)
        return std::nullopt;
    Place place{*oid, {}};
    if (middle == std::string::npos || middle + kIndex.size() == text->size())
        return place;
    const auto after = Oid::parse(std::string_view(*text).substr(middle + kIndex.size()));
    if (!after || after->size() + place.before.size() > Oid::kLongest) {
        fields.complain(node, fmt::format("{} is no OID", escaped(*text)));
        return std::nullopt;
    }
    place.after = *after;
    return place;
}

Place required_place(TomlFields& fields, std::string_view key, const FileContext& file)
{
    const auto* const node = fields.required(key);
    return node != nullptr ? place_from(fields, *node, file).value_or(Place{}) : Place{};
}

std::vector<Oid> oids_of(TomlFields& fields, std::string_view key, const FileContext& file)
{
    std::vector<Oid> oids;
    const auto* const node = fields.node(key);
    if (node == nullptr)
        return oids;
    const auto* const list = node->as_array();
    if (list == nullptr)
        fields.complain(*node, fmt::format("{} wants a list of OIDs", key));
    else
        for (const auto& one : *list)
            if (const auto oid = oid_from(fields, one, file))
                oids.push_back(*oid);
    return oids;
}

std::vector<std::string> readings_of(TomlFields& fields, const toml::node& list)
{
    std::vector<std::string> texts;
    const auto* const array = list.as_array();
    if (array == nullptr) {
        fields.complain(list, "a list of numbers or texts is wanted here");
        return texts;
    }
    for (const auto& one : *array) {
        if (one.is_string())
            texts.push_back(*one.value<std::string>());
        else if (one.is_integer())
            texts.push_back(std::to_string(*one.value<std::int64_t>()));
        else if (one.is_floating_point())
            texts.push_back(fmt::format("{}", *one.value<double>()));
        else
            fields.complain(one, "a number or a text is wanted here");
    }
    return texts;
}

namespace {

Condition condition_in(const toml::table& table, std::string_view key, const FileContext& file)
{
    TomlFields fields(table, file.complaints);
    Condition condition{required_place(fields, "oid", file), {}, false};
    const auto* const is = fields.node("is");
    const auto* const is_not = fields.node("not");
    if ((is == nullptr) == (is_not == nullptr))
        fields.complain(fmt::format("{} wants either is or not", key));
    else
        condition.texts = readings_of(fields, is != nullptr ? *is : *is_not);
    condition.negated = is_not != nullptr;
    fields.finish();
    return condition;
}

} // namespace

std::optional<Condition> condition_of(TomlFields& fields, std::string_view key, const FileContext& file)
{
    const auto* const table = fields.table(key);
    return table != nullptr ? std::optional(condition_in(*table, key, file)) : std::nullopt;
}

Conditions conditions_of(TomlFields& fields, std::string_view key, const FileContext& file)
{
    Conditions conditions;
    const auto* const node = fields.node(key);
    if (node != nullptr && node->is_array())
        for (const auto* const one : fields.tables(key))
            conditions.push_back(condition_in(*one, key, file));
    else if (auto one = condition_of(fields, key, file))
        conditions.push_back(std::move(*one));
    return conditions;
}

Words words_of(TomlFields& fields, std::string_view key)
{
    Words words;
    const auto* const table = fields.table(key);
    if (table == nullptr)
        return words;
    for (const auto& [reading, node] : *table) {
        const auto text = node.value<std::string>();
        if (!node.is_string() || text->size() > kLongestText)
            fields.complain(node, fmt::format("{} wants texts of {} characters at most", key, kLongestText));
        else
            words.emplace_back(std::string(reading.str()), *text);
    }
    if (table->empty())
        fields.complain(*table, fmt::format("{} is empty", key));
    return words;
}

std::string_view objection_to(std::string_view name)
{
    if (name.size() > kLongestText || name.find_first_not_of(kNameLetters) != name.npos)
        return "wants letters, digits, dots and dashes";
    if (name.starts_with("driver.") || name == "ups.status" || name == "ups.alarm"
        || name == "shutdown.default")
        return "can't be one that the driver makes itself";
    return {};
}

std::string name_of(TomlFields& fields, std::string_view key, const FileContext& file)
{
    auto name = fields.required_text(key);
    auto rest = name;
    if (file.in_table)
        for (const std::string_view placeholder : {"{n}", "{line}", "{L}", "{LN}", "{LL}"})
            for (auto at = rest.find(placeholder); at != rest.npos; at = rest.find(placeholder))
                rest.erase(at, placeholder.size());
    auto objection = objection_to(rest);
    if (objection.empty() && rest.find_first_of("{}") != rest.npos)
        objection = file.in_table ? "has no placeholders but {n}, {line}, {L}, {LN} and {LL}"
                                  : "has placeholders in tables only";
    if (!objection.empty() && fields.node(key) != nullptr)
        fields.complain(*fields.node(key), fmt::format("{} {}", key, objection));
    return name;
}

std::optional<Value::Type> type_of(TomlFields& fields, std::string_view key)
{
    constexpr std::array<std::pair<std::string_view, Value::Type>, 5> kTypes{
        {{"integer", Value::Type::integer},
         {"gauge", Value::Type::gauge},
         {"ticks", Value::Type::ticks},
         {"text", Value::Type::text},
         {"object-id", Value::Type::object_id}}};
    const auto text = fields.text(key);
    if (!text)
        return std::nullopt;
    const auto* const found =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& one) { return one.first == *text; });
    if (found != kTypes.end())
        return found->second;
    fields.complain(*fields.node(key), fmt::format("{} wants integer, gauge, ticks, text or object-id", key));
    return std::nullopt;
}

} // namespace upright::snmp
