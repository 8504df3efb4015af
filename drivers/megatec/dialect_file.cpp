// Reads devices/*.toml (docs/megatec-device-files.md).
#include "common/config/document.hpp"
#include "common/text/nearest.hpp"
#include "common/text/number.hpp"
#include "common/wire/quote.hpp"
#include "drivers/megatec/conversions.hpp"
#include "drivers/megatec/delays.hpp"
#include "drivers/megatec/toml_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

namespace upright::megatec {
namespace {

constexpr int kLongestAnswer = 512;
constexpr int kLargestDelay = 599940;

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

std::map<std::string, std::string, std::less<>> words_of(TomlFields& fields, std::string_view conversion)
{
    std::map<std::string, std::string, std::less<>> words;
    if (conversion == "flag") {
        words["0"] = fields.text("off").value_or("");
        words["1"] = fields.text("on").value_or("");
    }
    const auto* const table = conversion == "word" ? fields.table("words") : nullptr;
    if (conversion == "word" && table == nullptr)
        fields.complain("word wants words = { raw = \"value\" }");
    if (table != nullptr)
        for (const auto& [raw, value] : *table) {
            if (!value.is_string())
                fields.complain(value, "words wants texts in quotes");
            words.emplace(raw.str(), value.value_or(std::string{}));
        }
    return words;
}

Row row_of(const toml::table& table, const Query& query, Complaints& complaints)
{
    TomlFields fields(table, complaints);
    Row row;
    row.variable = fields.required_text("variable");
    if (as_word(row.variable) != row.variable && !row.variable.empty())
        fields.complain(*table.get("variable"),
                        fmt::format("\"{}\" is no name of a variable", escaped(row.variable)));
    const auto as = fields.required_text("as");
    row.convert = find_conversion(as);
    if (row.convert == nullptr && !as.empty())
        fields.complain(*table.get("as"), fmt::format("no conversion is called \"{}\"{}", as,
                                                      did_you_mean(as, conversion_names())));
    if (as == "number") {
        row.digits = fields.whole("digits", 0, 6).value_or(0);
        row.factor = fields.number("factor").value_or(1);
    }
    row.words = words_of(fields, as);
    const auto at = columns(fields, "at", query.length);
    row.at = at.value_or(Columns{});
    if (const auto field = fields.whole("field", 0, 99)) {
        row.field = static_cast<std::size_t>(*field);
        if (query.separator.empty())
            fields.complain(*table.get("field"), "field wants a separator in the query");
    }
    if (table.contains("at") == table.contains("field"))
        fields.complain(fmt::format("{} wants either at = [from, to] or field = <number>", row.variable));
    row.if_digits_in = columns(fields, "if_digits_in", query.length);
    row.unless_digits_in = columns(fields, "unless_digits_in", query.length);
    row.unless = fields.text("unless").value_or("");
    fields.finish();
    return row;
}

std::string asked(TomlFields& fields, std::string_view key, bool wanted)
{
    auto text = wanted ? fields.required_text(key) : fields.text(key).value_or("");
    if (const auto* const node = fields.node(key); node != nullptr && !text.empty() && !text.ends_with('\r'))
        fields.complain(*node, fmt::format("{} must end with \\r", key));
    return text;
}

When when_of(TomlFields& fields)
{
    static constexpr std::array<std::string_view, 4> kNames{"once", "change", "full", "quick"};
    const auto name = fields.text("when");
    if (!name)
        return When::full;
    const auto* const found = std::find(kNames.begin(), kNames.end(), *name);
    if (found == kNames.end())
        fields.complain(*fields.node("when"), fmt::format("\"{}\" is none of once, change, full, quick{}",
                                                          *name, did_you_mean(*name, kNames)));
    return found == kNames.end() ? When::full : static_cast<When>(found - kNames.begin());
}

Query query_of(const toml::table& table, Complaints& complaints)
{
    TomlFields fields(table, complaints);
    Query query;
    query.ask = asked(fields, "ask", true);
    query.name = fields.text("name").value_or(query.ask.substr(0, query.ask.find('\r')));
    query.lead = fields.text("lead").value_or("");
    query.length = static_cast<std::size_t>(fields.whole("length", 1, kLongestAnswer).value_or(1));
    if (!table.contains("length"))
        fields.complain("length is missing");
    query.separator = fields.text("separator").value_or("");
    query.when = when_of(fields);
    query.optional = fields.flag("optional");
    query.unless = fields.text("unless").value_or("");
    fields.required("rows");
    for (const auto* const row : fields.tables("rows"))
        query.rows.push_back(row_of(*row, query, complaints));
    fields.finish();
    return query;
}

std::string command_text(TomlFields& fields, std::string_view key, bool wanted)
{
    auto text = asked(fields, key, wanted);
    if (const auto unknown = unknown_placeholder(text); !unknown.empty())
        fields.complain(*fields.node(key), fmt::format("nothing is filled in for {}", unknown));
    return text;
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

Command command_of(const toml::table& table, Complaints& complaints)
{
    TomlFields fields(table, complaints);
    Command command;
    command.name = fields.required_text("name");
    command.send = command_text(fields, "send", true);
    command.send_without_ondelay = command_text(fields, "send_without_ondelay", false);
    command.seconds = parameter_of(fields.table("seconds"), complaints);
    fields.finish();
    return command;
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

Setting setting_of(const toml::table& table, Complaints& complaints)
{
    TomlFields fields(table, complaints);
    Setting setting;
    setting.variable = fields.required_text("variable");
    setting.option = fields.text("option").value_or("");
    setting.range = range_of(fields);
    setting.fallback = fields.whole("default", setting.range.min, setting.range.max);
    setting.send = asked(fields, "send", false);
    setting.digits = fields.whole("digits", 1, 6).value_or(setting.digits);
    setting.enums = fields.texts("enums");
    if (!setting.enums.empty() && setting.send.empty())
        fields.complain("enums wants send");
    if (const auto round = fields.text("round")) {
        setting.round = find_rounding(*round);
        if (setting.round == nullptr)
            fields.complain(*table.get("round"), fmt::format("no rounding is called \"{}\"{}", *round,
                                                             did_you_mean(*round, rounding_names())));
    }
    if (setting.send.empty() && !setting.fallback && !table.contains("default"))
        fields.complain("a setting wants send, or a default to begin with");
    fields.finish();
    return setting;
}

// "Q1", or { ask = "QPI\r", begins = ["(PI98"] }.
void add_claim(const toml::node& node, Dialect& dialect, TomlFields& top, Complaints& complaints)
{
    if (const auto* const table = node.as_table()) {
        TomlFields fields(*table, complaints);
        Claim claim{.ask = asked(fields, "ask", true), .query = {}, .begins = fields.texts("begins")};
        if (claim.begins.empty())
            fields.complain("begins is missing");
        fields.finish();
        dialect.claims.push_back(std::move(claim));
        return;
    }
    const auto name = node.value_or(std::string{});
    const auto* const query = dialect.query(name);
    if (query != nullptr) {
        dialect.claims.push_back({.ask = query->ask, .query = name, .begins = {}});
        return;
    }
    std::vector<std::string_view> names;
    for (const auto& one : dialect.queries)
        names.push_back(one.name);
    top.complain(node, fmt::format("no query is called \"{}\"{}", name, did_you_mean(name, names)));
}

void add_claims(Dialect& dialect, TomlFields& fields, Complaints& complaints)
{
    const auto* const node = fields.required("claim");
    if (node == nullptr)
        return;
    if (!node->is_array() || node->as_array()->empty()) {
        fields.complain(*node, "claim wants a list of queries");
        return;
    }
    for (const auto& entry : *node->as_array())
        add_claim(entry, dialect, fields, complaints);
}

Replies replies_of(const toml::table* table, Complaints& complaints)
{
    Replies replies;
    if (table == nullptr)
        return replies;
    TomlFields fields(*table, complaints);
    replies.accepted = fields.texts("accepted");
    replies.refused = fields.texts("refused");
    replies.silence_accepts = !fields.flag("wants_answer");
    fields.finish();
    return replies;
}

Dialect dialect_of(const toml::table& top, Complaints& complaints)
{
    TomlFields fields(top, complaints);
    Dialect dialect;
    dialect.name = fields.required_text("name");
    dialect.version = fields.text("version").value_or(dialect.name);
    fields.required("probe");
    dialect.probe = fields.whole("probe", 0, 9999).value_or(0);
    dialect.silence_ms = fields.whole("silence_ms", 100, 10000).value_or(dialect.silence_ms);
    dialect.replies = replies_of(fields.table("replies"), complaints);
    if (const auto* const constants = fields.table("constants"))
        for (const auto& [variable, value] : *constants) {
            if (!value.is_string())
                fields.complain(value, "constants wants texts in quotes");
            dialect.constants.emplace(variable.str(), value.value_or(std::string{}));
        }
    fields.required("query");
    for (const auto* const query : fields.tables("query"))
        dialect.queries.push_back(query_of(*query, complaints));
    for (const auto* const command : fields.tables("command"))
        dialect.commands.push_back(command_of(*command, complaints));
    for (const auto* const setting : fields.tables("setting"))
        dialect.settings.push_back(setting_of(*setting, complaints));
    add_claims(dialect, fields, complaints);
    fields.finish();
    return dialect;
}

} // namespace

Loaded<Dialect> parse_dialect(const std::string& file, std::string_view toml)
{
    Complaints complaints(file);
    Dialect dialect;
    try {
        dialect = dialect_of(toml::parse(toml, file), complaints);
    } catch (const toml::parse_error& e) {
        complaints.add(e.source(), std::string(e.description()));
    }
    return {std::move(dialect), complaints.take()};
}

Loaded<std::vector<Dialect>> load_dialects(const std::vector<std::string>& folders)
{
    namespace fs = std::filesystem;
    Loaded<std::vector<Dialect>> all;
    std::set<std::string> seen;
    for (const auto& folder : folders) {
        std::error_code missing;
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(folder, missing))
            if (entry.path().extension() == ".toml" && seen.insert(entry.path().filename()).second)
                files.push_back(entry.path());
        for (const auto& path : files) {
            const auto text = read_file(path);
            if (!text) {
                all.problems.push_back({path, 0, 0, to_string(text.error())});
                continue;
            }
            auto one = parse_dialect(path, *text);
            all.problems.insert(all.problems.end(), one.problems.begin(), one.problems.end());
            all.value.push_back(std::move(one.value));
        }
    }
    std::sort(all.value.begin(), all.value.end(), [](const Dialect& a, const Dialect& b) {
        return std::tie(a.probe, a.name) < std::tie(b.probe, b.name);
    });
    return all;
}

} // namespace upright::megatec
