#include "drivers/megatec/device_file.hpp"

#include "common/text/nearest.hpp"
#include "common/text/number.hpp"
#include "common/wire/quote.hpp"
#include "drivers/megatec/conversions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::megatec {
namespace {

// Columns of what a decoder makes of an answer can't be checked against the answer's length.
std::size_t width_of(const Query& query)
{
    return query.decode != nullptr ? kLongestAnswer : std::max(query.length, query.exactly);
}

// A place in an answer: [from, to] or [from, "end"].
std::optional<Columns> columns(TomlFields& fields, std::string_view key, std::size_t length)
{
    const auto* const node = fields.node(key);
    if (node == nullptr)
        return std::nullopt;
    const auto* const pair = node->as_array();
    const auto from =
        pair != nullptr && pair->size() == 2 ? pair->get(0)->value<std::int64_t>() : std::nullopt;
    if (!from || *from < 0 || *from > kLongestAnswer) {
        fields.complain(*node, fmt::format("{} wants [from, to]: columns counted from 0", key));
        return std::nullopt;
    }
    Columns at{.from = static_cast<std::size_t>(*from), .to = Columns::kEnd};
    if (pair->get(1)->value<std::string>() == "end")
        return at;
    const auto to = pair->get(1)->is_integer() ? pair->get(1)->value<std::int64_t>() : std::nullopt;
    if (!to || *to < *from || static_cast<std::size_t>(*to) >= length) {
        fields.complain(*node, fmt::format("columns {}..{} do not fit an answer of {}", *from,
                                           to ? fmt::to_string(*to) : "?", length));
        return std::nullopt;
    }
    at.to = static_cast<std::size_t>(*to);
    return at;
}

// What a reading can be, whatever a damaged answer says.
struct Possible {
    std::string_view part; // of the variable's name
    double low;
    double high;
};

// clang-format off
constexpr std::array kPossible{
    Possible{"temperature", -60, 200},       // degrees C
    Possible{"charge",      0,   100},       // %
    Possible{"load",        0,   300},       // %
    Possible{"percent",     0,   300},
    Possible{"frequency",   0,   100},       // Hz
    Possible{"voltage",     0,   2000},      // V
    Possible{"runtime",     0,   10'000'000} // s
};
// clang-format on

void bound(NumberFormat& number, std::string_view variable)
{
    number.low = -1e9;
    number.high = 1e9;
    for (const auto& possible : kPossible)
        if (variable.find(possible.part) != variable.npos) {
            number.low = possible.low;
            number.high = possible.high;
            return;
        }
}

// A list of two numbers.
std::optional<Point> pair_of(const toml::node& node)
{
    const auto* const pair = node.as_array();
    if (pair == nullptr || pair->size() != 2 || !pair->get(0)->is_number() || !pair->get(1)->is_number())
        return std::nullopt;
    return Point{*pair->get(0)->value<double>(), *pair->get(1)->value<double>()};
}

void read_range(TomlFields& fields, NumberFormat& number)
{
    const auto* const node = fields.node("range");
    if (node == nullptr)
        return;
    const auto range = pair_of(*node);
    if (!range || range->from > range->to)
        fields.complain(*node, "range wants [lowest, highest]");
    else
        std::tie(number.low, number.high) = std::pair(range->from, range->to);
}

void read_curve(TomlFields& fields, NumberFormat& number)
{
    const auto* const node = fields.node("curve");
    if (node == nullptr)
        return;
    if (!node->is_array() || node->as_array()->empty()) {
        fields.complain(*node, "curve wants [[from, to], ...]");
        return;
    }
    for (const auto& entry : *node->as_array()) {
        const auto point = pair_of(entry);
        if (!point || (!number.curve.empty() && point->from <= number.curve.back().from)) {
            fields.complain(entry, "curve wants [from, to], and each from greater than the one before");
            return;
        }
        number.curve.push_back(*point);
    }
}

NumberFormat number_of(TomlFields& fields, std::string_view variable)
{
    NumberFormat number;
    bound(number, variable);
    number.digits = fields.whole("digits", 0, 6).value_or(0);
    number.factor = fields.number("factor").value_or(1);
    number.times = fields.text("times").value_or("");
    number.per = fields.text("per").value_or("");
    number.plus = fields.number("plus").value_or(0);
    number.sign = fields.flag("sign");
    read_range(fields, number);
    read_curve(fields, number);
    return number;
}

bool is_numeric(std::string_view as)
{
    constexpr std::array<std::string_view, 9> kNumeric{"reading",    "number",      "leading-number",
                                                       "any-number", "time",        "hex",
                                                       "hex-volts",  "hex-product", "hex-ratio"};
    return std::find(kNumeric.begin(), kNumeric.end(), as) != kNumeric.end();
}

bool is_printable(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7E; });
}

void read_flag_words(TomlFields& fields, Row& row)
{
    row.words["0"] = fields.text("off").value_or("");
    row.words["1"] = fields.text("on").value_or("");
    if (!is_printable(row.words["0"]) || !is_printable(row.words["1"]))
        fields.complain("off and on want printable texts");
}

// What a conversion takes beside the field.
void read_details(TomlFields& fields, std::string_view as, Row& row)
{
    if (is_numeric(as))
        row.number = number_of(fields, row.variable);
    if (as == "flag" || as == "capability")
        read_flag_words(fields, row);
    if (as == "capability")
        row.letter = fields.required_text("letter");
    if (as == "reading")
        row.letter = fields.required_text("of");
    if (as == "word" || as == "letters" || as == "bits") {
        row.words = words_of(fields, "words");
        if (row.words.empty())
            fields.complain(fmt::format("{} wants words = {{ raw = \"value\" }}", as));
    }
    if (as == "letters") {
        row.letter = fields.text("unless_any_of").value_or("");
    }
    if (as == "letters" || as == "word")
        row.otherwise = fields.text("otherwise");
    if (as == "text")
        row.prefix = fields.text("prefix").value_or("");
    if (as == "regulation") {
        row.words["off"] = fields.flag("inverted") ? "1" : "0";
        row.words["equal"] = fields.text("equal").value_or("BYPASS");
        if (fields.flag("only_equal"))
            row.words["only equal"] = "";
    }
    if (as == "below") {
        row.words["1"] = fields.required_text("on");
        fields.required("limit");
        row.number.high = fields.number("limit").value_or(0);
    }
}

void read_conversion(TomlFields& fields, const toml::table& table, Row& row)
{
    const auto as = fields.required_text("as");
    row.convert = find_conversion(as);
    if (row.convert == nullptr && !as.empty())
        fields.complain(*table.get("as"), fmt::format("no conversion is called \"{}\"{}", as,
                                                      did_you_mean(as, conversion_names())));
    read_details(fields, as, row);
    row.alone = as == "number" && !fields.flag("joined");
}

void read_place(TomlFields& fields, const toml::table& table, const Query& query, Row& row)
{
    row.at = columns(fields, "at", width_of(query)).value_or(Columns{});
    if (const auto field = fields.whole("field", 0, 99)) {
        row.field = static_cast<std::size_t>(*field);
        if (query.separator.empty())
            fields.complain(*table.get("field"), "field wants a separator in the query");
    }
    if (table.contains("at") == table.contains("field"))
        fields.complain(fmt::format("{} wants either at = [from, to] or field = <number>", row.variable));
}

void read_condition(TomlFields& fields, const Query& query, Condition& condition)
{
    condition.unless = fields.text("unless").value_or("");
    condition.if_digits_in = columns(fields, "if_digits_in", width_of(query));
    condition.unless_digits_in = columns(fields, "unless_digits_in", width_of(query));
    condition.if_reading = choices_of(fields, "if_reading");
    condition.unless_reading = choices_of(fields, "unless_reading");
    condition.unless_status = fields.texts("unless_status");
}

} // namespace

Words words_of(TomlFields& fields, std::string_view key)
{
    Words words;
    const auto* const table = fields.table(key);
    if (table == nullptr)
        return words;
    for (const auto& [raw, value] : *table) {
        if (!value.is_string())
            fields.complain(value, fmt::format("{} wants texts in quotes", key));
        words.emplace(raw.str(), value.value_or(std::string{}));
        if (!is_printable(words[std::string(raw.str())]) && key != "choices")
            fields.complain(value, fmt::format("{} wants printable texts", key));
    }
    return words;
}

Choices choices_of(TomlFields& fields, std::string_view key)
{
    Choices choices;
    const auto* const table = fields.table(key);
    if (table == nullptr)
        return choices;
    for (const auto& [reading, value] : *table) {
        auto& values = choices[std::string(reading.str())];
        if (const auto one = value.is_string() ? value.value<std::string>() : std::nullopt)
            values.push_back(*one);
        else if (value.is_array()
                 && (value.as_array()->empty() || value.as_array()->is_homogeneous<std::string>()))
            for (const auto& entry : *value.as_array())
                values.push_back(*entry.value<std::string>());
        else
            fields.complain(value,
                            fmt::format("{} wants {{ reading = \"value\" }}, or a list of values", key));
    }
    return choices;
}

Row row_of(const toml::table& table, const Query& query, Complaints& complaints)
{
    TomlFields fields(table, complaints);
    Row row;
    row.variable = fields.required_text("variable");
    if (as_word(row.variable) != row.variable && !row.variable.empty())
        fields.complain(*table.get("variable"),
                        fmt::format("\"{}\" is no name of a variable", escaped(row.variable)));
    read_conversion(fields, table, row);
    read_place(fields, table, query, row);
    read_condition(fields, query, row.condition);
    row.required = fields.flag("required");
    row.hidden = fields.flag("hidden");
    fields.finish();
    return row;
}

} // namespace upright::megatec
