#include "drivers/snmp/family_rows.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace upright::snmp {
namespace {

constexpr int kMostDecimals = 6;

Poll poll_of(TomlFields& fields, Poll usual)
{
    constexpr std::array<std::pair<std::string_view, Poll>, 4> kPolls{
        {{"quick", Poll::quick}, {"full", Poll::full}, {"seldom", Poll::seldom}, {"once", Poll::once}}};
    const auto text = fields.text("poll");
    if (!text)
        return usual;
    const auto* const found =
        std::find_if(kPolls.begin(), kPolls.end(), [&](const auto& one) { return one.first == *text; });
    if (found != kPolls.end())
        return found->second;
    fields.complain(*fields.node("poll"), "poll wants quick, full, seldom or once");
    return usual;
}

// How many decimals 0.001 has: what is read is not shown coarser than it is, and has two at least.
int decimals_of(double scale)
{
    int decimals = 0;
    for (double step = 1; decimals < kMostDecimals && std::abs(scale) < step * 0.999; step /= 10)
        ++decimals;
    return std::max(decimals, 2);
}

Fahrenheit fahrenheit_of(TomlFields& fields, const FileContext& file)
{
    const auto* const node = fields.node("fahrenheit");
    if (node != nullptr && node->is_boolean())
        return {fields.flag("fahrenheit") ? Fahrenheit::When::always : Fahrenheit::When::never};
    if (auto condition = condition_of(fields, "fahrenheit", file))
        return {Fahrenheit::When::if_so, std::move(*condition)};
    if (auto condition = condition_of(fields, "celsius", file))
        return {Fahrenheit::When::unless, std::move(*condition)};
    return {};
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

Meaning meaning_of(TomlFields& fields, const FileContext& file)
{
    Meaning meaning;
    meaning.text = fields.flag("text");
    meaning.scale = fields.number("scale").value_or(1);
    if (meaning.scale == 0)
        fields.complain(*fields.node("scale"), "scale can't be 0");
    meaning.offset = fields.number("offset").value_or(0);
    meaning.absolute = fields.flag("abs");
    meaning.decimals = decimals_of(meaning.scale);
    if (const auto* const digits = fields.node("digits")) {
        meaning.digits = place_from(fields, *digits, file);
        meaning.decimals = kMostDecimals;
    }
    if (const auto decimals = fields.whole("decimals", 0, kMostDecimals)) {
        meaning.decimals = *decimals;
        meaning.exactly = true;
    }
    meaning.words = words_of(fields, "words");
    if (const auto* const none = fields.node("none"))
        meaning.none = readings_of(fields, *none);
    meaning.min = fields.number("min");
    meaning.max = fields.number("max");
    if (meaning.min && meaning.max && *meaning.min > *meaning.max)
        fields.complain(*fields.node("min"), "min is more than max");
    meaning.fahrenheit = fahrenheit_of(fields, file);
    meaning.conversion = conversion_of(fields);
    return meaning;
}

std::vector<std::pair<Side, int>> phases_of(TomlFields& fields)
{
    constexpr std::array<std::pair<std::string_view, Side>, 3> kSides{
        {{"input_phases", Side::input}, {"output_phases", Side::output}, {"bypass_phases", Side::bypass}}};
    std::vector<std::pair<Side, int>> phases;
    for (const auto& [key, side] : kSides)
        if (const auto count = fields.whole(key, 1, 3))
            phases.emplace_back(side, *count);
    return phases;
}

std::optional<Write> write_of(TomlFields& fields)
{
    const auto type = type_of(fields, "write");
    const auto low = fields.number("low");
    const auto high = fields.number("high");
    const auto length = fields.whole("max_length", 1, 255);
    if (!type) {
        if (low || high || length)
            fields.complain("low, high and max_length are for rows with write");
        return std::nullopt;
    }
    if (low && high && *low > *high)
        fields.complain(*fields.node("low"), "low is more than high");
    constexpr int kUsualLength = 64;
    return Write{*type, low, high, length.value_or(kUsualLength)};
}

std::vector<std::pair<unsigned, std::string>> numbered(TomlFields& fields, std::string_view key, int first)
{
    std::vector<std::pair<unsigned, std::string>> all;
    for (auto& [number, text] : words_of(fields, key)) {
        const auto place = to_int(number);
        if (place && *place >= first && *place < 1024)
            all.emplace_back(static_cast<unsigned>(*place), std::move(text));
        else
            fields.complain(*fields.node(key),
                            fmt::format("{} wants {{ number = \"text\" }}, from {}", key, first));
    }
    return all;
}

// What a step writes: a number, a text, an OID, or a word for what is only known later.
void read_step_value(TomlFields& fields, Step& step, const FileContext& file)
{
    const auto* const node = fields.node("value");
    if (node == nullptr) {
        step.from = Step::From::user;
        return;
    }
    constexpr std::array<std::pair<std::string_view, Step::From>, 3> kWords{
        {{"ondelay", Step::From::on_delay},
         {"offdelay", Step::From::off_delay},
         {"value", Step::From::user}}};
    if (const auto number = node->value<std::int64_t>(); number && node->is_integer()) {
        if (*number < INT32_MIN || *number > UINT32_MAX
            || (step.value.type == Value::Type::integer && *number > INT32_MAX))
            fields.complain(*node, "value has 32 bits at most");
        step.value.number = *number;
        if (step.value.type == Value::Type::text)
            step.value.text = std::to_string(*number);
        return;
    }
    const auto text = node->value<std::string>();
    if (!node->is_string() || text->size() > kLongestText) {
        fields.complain(*node, "value wants a number or a text");
        return;
    }
    for (const auto& [word, from] : kWords)
        if (*text == word) {
            step.from = from;
            return;
        }
    if (step.value.type == Value::Type::object_id)
        step.value.oid = oid_from(fields, *node, file).value_or(Oid{});
    else if (step.value.type == Value::Type::text)
        step.value.text = *text;
    else
        fields.complain(*node, "value wants a number, ondelay, offdelay or value");
}

Step step_of(TomlFields& fields, const FileContext& file)
{
    Step step;
    step.place = required_place(fields, "oid", file);
    step.value.type = type_of(fields, "as").value_or(Value::Type::integer);
    if (fields.flag("lock"))
        step.from = Step::From::lock;
    else
        read_step_value(fields, step, file);
    return step;
}

// "{device}.*.{n}.4"
std::vector<IndexPart> index_of(TomlFields& fields)
{
    using Kind = IndexPart::Kind;
    const auto text = fields.text("index").value_or("{n}");
    std::vector<IndexPart> parts;
    std::string_view rest = text;
    while (!rest.empty() && parts.size() < Oid::kLongest) {
        const auto part = rest.substr(0, rest.find('.'));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        const auto number = to_int(part);
        if (part == "{n}")
            parts.push_back({Kind::number});
        else if (part == "{line}")
            parts.push_back({Kind::line});
        else if (part == "{device}")
            parts.push_back({Kind::device});
        else if (part == "*")
            parts.push_back({Kind::any});
        else if (number && *number >= 0)
            parts.push_back({Kind::fixed, static_cast<std::uint32_t>(*number)});
        else
            fields.complain(
                fields.node("index") != nullptr ? *fields.node("index") : *fields.node("values"),
                fmt::format("index has {{n}}, {{line}}, {{device}}, * and numbers, not {}", escaped(part)));
    }
    if (parts.empty())
        fields.complain("index is empty");
    for (const auto kind : {Kind::number, Kind::line, Kind::device})
        if (std::count_if(parts.begin(), parts.end(), [&](const IndexPart& one) { return one.kind == kind; })
            > 1)
            fields.complain("index has each placeholder once");
    return parts;
}

// Words of ups.status, with single blanks between them.
void want_status_words(TomlFields& fields, const WordRow& row)
{
    const auto check = [&](const std::string& words) {
        const bool letters = words.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ ") == words.npos;
        if (!letters || words.starts_with(' ') || words.ends_with(' ') || words.find("  ") != words.npos)
            fields.complain(fmt::format("{} are no words of ups.status", escaped(words)));
    };
    for (const auto& [reading, words] : row.words)
        check(words);
    for (const auto* const places : {&row.flags, &row.bits})
        for (const auto& [place, words] : *places)
            check(words);
}

} // namespace

ValueRow value_row_of(const toml::table& table, const FileContext& file)
{
    TomlFields fields(table, file.complaints);
    ValueRow row;
    row.variable = name_of(fields, "variable", file);
    row.place = required_place(fields, "oid", file);
    row.meaning = meaning_of(fields, file);
    const bool rare = fields.node("write") != nullptr || row.variable.ends_with(".nominal");
    const bool timer = row.variable.find("timer.") != row.variable.npos;
    row.poll = poll_of(fields, rare && !timer ? Poll::seldom : Poll::full);
    row.phases = phases_of(fields);
    row.where = conditions_of(fields, "where", file);
    row.write = write_of(fields);
    row.optional = fields.flag("optional");
    fields.finish();
    return row;
}

WordRow word_row_of(const toml::table& table, const FileContext& file)
{
    TomlFields fields(table, file.complaints);
    WordRow row;
    row.place = required_place(fields, "oid", file);
    row.words = words_of(fields, "words");
    row.flags = numbered(fields, "flags", 1);
    row.bits = numbered(fields, "bits", 0);
    row.where = conditions_of(fields, "where", file);
    fields.flag("text"); // words are looked up as texts anyway
    if (row.words.empty() + row.flags.empty() + row.bits.empty() != 2)
        fields.complain("one of words, flags and bits is wanted");
    fields.finish();
    return row;
}

WordRow status_row_of(const toml::table& table, const FileContext& file)
{
    auto row = word_row_of(table, file);
    TomlFields fields(table, file.complaints);
    want_status_words(fields, row);
    return row;
}

CommandRow command_row_of(const toml::table& table, const FileContext& file)
{
    TomlFields fields(table, file.complaints);
    CommandRow row;
    row.name = name_of(fields, "name", file);
    const auto steps = fields.tables("set");
    for (const auto* const one : steps) {
        TomlFields inner(*one, file.complaints);
        row.steps.push_back(step_of(inner, file));
        inner.finish();
    }
    if (steps.empty())
        row.steps.push_back(step_of(fields, file));
    const auto& last = row.steps.back();
    row.takes_number = std::any_of(row.steps.begin(), row.steps.end(),
                                   [](const Step& step) { return step.from == Step::From::user; })
                       || (row.steps.size() == 1 && last.from != Step::From::given);
    row.where = conditions_of(fields, "where", file);
    row.confirm = condition_of(fields, "confirm", file);
    row.always = fields.flag("always");
    fields.finish();
    return row;
}

AlarmList alarm_list_of(const toml::table& table, const FileContext& file)
{
    TomlFields fields(table, file.complaints);
    AlarmList list;
    if (const auto* const count = fields.node("count"))
        list.count = oid_from(fields, *count, file);
    list.column = required_place(fields, "oid", file).before;
    if (const auto* const known = fields.table("known"))
        for (const auto& [key, node] : *known) {
            const auto* const one = node.as_table();
            if (one == nullptr) {
                fields.complain(node, "known wants { alarm = …, status = … }");
                continue;
            }
            TomlFields inner(*one, file.complaints);
            const auto name = key.str().substr(0, key.str().find('.'));
            const auto beginning = file.oids.find(name);
            auto reading = std::string(key.str());
            if (beginning != file.oids.end())
                reading = to_string(beginning->second) + reading.substr(name.size());
            else if (reading.find('.') != reading.npos && Oid::parse(reading))
                reading = to_string(*Oid::parse(reading));
            list.known.push_back(
                {reading, inner.text("alarm").value_or(""), inner.text("status").value_or("")});
            inner.finish();
        }
    fields.finish();
    return list;
}

Table table_of(const toml::table& table, const FileContext& outside)
{
    auto file = outside;
    file.in_table = true;
    TomlFields fields(table, file.complaints);
    Table result;
    if (fields.node("prefix") != nullptr)
        result.prefix = name_of(fields, "prefix", file);
    result.index = index_of(fields);
    if (const auto number = fields.text("number")) {
        if (*number == "row")
            result.number = Table::Number::row;
        else if (*number != "index")
            fields.complain(*fields.node("number"), "number wants index or row");
    }
    result.series = fields.text("series").value_or("");
    result.count = fields.text("count").value_or("");
    result.where = conditions_of(fields, "where", file);
    read_rows(fields, "values", result.values, file, value_row_of);
    read_rows(fields, "status", result.status, file, status_row_of);
    read_rows(fields, "alarms", result.alarms, file, word_row_of);
    read_rows(fields, "commands", result.commands, file, command_row_of);
    if (result.values.empty() && result.status.empty() && result.alarms.empty() && result.commands.empty())
        fields.complain("a table wants values, status, alarms or commands");
    fields.finish();
    return result;
}

} // namespace upright::snmp
