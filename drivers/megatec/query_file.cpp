#include "drivers/megatec/device_file.hpp"

#include "common/text/nearest.hpp"
#include "drivers/megatec/conversions.hpp"
#include "drivers/megatec/question.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::megatec {
namespace {

When when_of(TomlFields& fields, When otherwise)
{
    static constexpr std::array<std::string_view, 4> kNames{"once", "change", "full", "quick"};
    const auto name = fields.text("when");
    if (!name)
        return otherwise;
    const auto* const found = std::find(kNames.begin(), kNames.end(), *name);
    if (found == kNames.end())
        fields.complain(*fields.node("when"), fmt::format("\"{}\" is none of once, change, full, quick{}",
                                                          *name, did_you_mean(*name, kNames)));
    return found == kNames.end() ? When::full : static_cast<When>(found - kNames.begin());
}

// The query of the base that this one is made from; an empty one if there is none.
Query begin_of(TomlFields& fields, const Dialect& base)
{
    const auto name = fields.text("like");
    if (!name)
        return {};
    if (const auto* const query = base.query(*name); query != nullptr)
        return *query;
    std::vector<std::string_view> names;
    for (const auto& query : base.queries)
        names.push_back(query.name);
    fields.complain(*fields.node("like"), fmt::format("{} has no query called \"{}\"{}",
                                                      base.name.empty() ? "no other dialect" : base.name,
                                                      *name, did_you_mean(*name, names)));
    return {};
}

void read_lengths(TomlFields& fields, const toml::table& table, bool begun, Query& query)
{
    if (const auto length = fields.whole("length", 1, kLongestAnswer))
        query.length = static_cast<std::size_t>(*length);
    if (const auto exactly = fields.whole("exactly", 1, kLongestAnswer))
        query.exactly = static_cast<std::size_t>(*exactly);
    if (!begun && !table.contains("length") && !table.contains("exactly"))
        fields.complain("length is missing");
}

void read_decoder(TomlFields& fields, Query& query)
{
    const auto name = fields.text("decode");
    if (!name)
        return;
    query.decode = find_decoder(*name);
    if (query.decode == nullptr)
        fields.complain(*fields.node("decode"), fmt::format("no decoder is called \"{}\"{}", *name,
                                                            did_you_mean(*name, decoder_names())));
}

} // namespace

std::string asked(TomlFields& fields, std::string_view key, bool wanted)
{
    auto text = wanted ? fields.required_text(key) : fields.text(key).value_or("");
    if (const auto* const node = fields.node(key); node != nullptr && !text.empty() && !text.ends_with('\r'))
        fields.complain(*node, fmt::format("{} must end with \\r", key));
    return text;
}

Query query_of(const toml::table& table, const Dialect& base, Complaints& complaints)
{
    TomlFields fields(table, complaints);
    auto query = begin_of(fields, base);
    const bool begun = !query.ask.empty();
    if (const auto ask = asked(fields, "ask", !begun); !ask.empty()) {
        query.ask = ask;
        query.name = without_end(ask);
    }
    query.name = fields.text("name").value_or(query.name);
    query.lead = fields.text("lead").value_or(query.lead);
    read_lengths(fields, table, begun, query);
    read_decoder(fields, query);
    query.separator = fields.text("separator").value_or(query.separator);
    query.when = when_of(fields, query.when);
    query.optional = table.contains("optional") ? fields.flag("optional") : query.optional;
    query.condition.unless = fields.text("unless").value_or(query.condition.unless);
    if (table.contains("if_reading"))
        query.condition.if_reading = choices_of(fields, "if_reading");
    if (!begun)
        fields.required("rows");
    if (table.contains("rows"))
        query.rows.clear();
    for (const auto* const row : fields.tables("rows"))
        query.rows.push_back(row_of(*row, query, complaints));
    for (const auto* const row : fields.tables("more_rows"))
        query.rows.push_back(row_of(*row, query, complaints));
    fields.finish();
    return query;
}

} // namespace upright::megatec
