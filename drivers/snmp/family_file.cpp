#include "drivers/snmp/family_file.hpp"

#include "common/text/number.hpp"
#include "drivers/snmp/family_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace upright::snmp {
namespace {

constexpr std::string_view kStar = "*";

// "1.3.6.1.4.1.28507.*.1": makers give each product a tree of its own, all alike.
std::string without_star(std::string text, const std::optional<Oid>& object_id)
{
    const auto star = text.find(kStar);
    if (star == text.npos || star < 2)
        return text;
    const auto before = Oid::parse(std::string_view(text).substr(0, star - 1));
    const bool known =
        before && object_id && before->begins(*object_id) && object_id->size() > before->size();
    const auto number = known ? object_id->after(before->size()).front() : 1;
    return text.replace(star, kStar.size(), std::to_string(number));
}

void read_beginnings(TomlFields& fields, FileContext& file)
{
    const auto* const table = fields.table("oids");
    if (table == nullptr)
        return;
    for (const auto& [name, node] : *table) {
        const auto text = node.value<std::string>();
        const auto oid = node.is_string() ? Oid::parse(without_star(*text, file.object_id)) : std::nullopt;
        if (oid)
            file.oids.emplace(name.str(), *oid);
        else
            fields.complain(node, "an OID in numbers is wanted here, in quotes");
    }
}

// "1.3.6.1.4.1.318.1.3.27", or "1.3.6.1.4.1.318.1.3.2.*" for all that begin so.
void read_object_ids(TomlFields& fields, FamilyHead& head)
{
    for (const auto& text : fields.texts("object_ids")) {
        const bool beginning = text.ends_with(".*");
        const auto oid = Oid::parse(std::string_view(text).substr(0, text.size() - (beginning ? 2 : 0)));
        if (!oid)
            fields.complain(*fields.node("object_ids"), fmt::format("{} is no OID", escaped(text)));
        else
            (beginning ? head.object_id_beginnings : head.object_ids).push_back(*oid);
    }
}

void read_constants(TomlFields& fields, FamilyHead& head)
{
    const auto* const table = fields.table("constants");
    if (table == nullptr)
        return;
    for (const auto& [variable, node] : *table) {
        const auto text = node.value<std::string>();
        if (const auto objection = objection_to(variable.str()); !objection.empty())
            fields.complain(node, fmt::format("a variable {}", objection));
        else if (node.is_string() && text->size() <= kLongestText)
            head.constants.emplace(variable.str(), *text);
        else
            fields.complain(node, "constants wants { \"variable\" = \"text\" }");
    }
}

void read_head(TomlFields& fields, FamilyHead& head, FileContext& file)
{
    constexpr int kLastOrder = 10000;
    read_beginnings(fields, file);
    head.version = fields.required_text("version");
    head.names = fields.texts("names");
    for (const auto& name : head.names)
        if (name.empty() || !objection_to(name).empty())
            fields.complain(*fields.node("names"), "names wants letters, digits, dots and dashes");
    head.order = fields.whole("order", 0, kLastOrder).value_or(head.order);
    read_object_ids(fields, head);
    head.probes = oids_of(fields, "probes", file);
    head.trees = oids_of(fields, "trees", file);
    head.supplements = fields.texts("supplements");
    head.supplement_only = fields.flag("supplement_only");
    read_constants(fields, head);
}

void read_body(TomlFields& fields, Family& family, const FileContext& file)
{
    read_rows(fields, "values", family.values, file, value_row_of);
    read_rows(fields, "status", family.status, file, status_row_of);
    read_rows(fields, "alarms", family.alarms, file, word_row_of);
    read_rows(fields, "alarm_lists", family.alarm_lists, file, alarm_list_of);
    read_rows(fields, "commands", family.commands, file, command_row_of);
    read_rows(fields, "tables", family.tables, file, table_of);
    fields.finish();
}

// Reading all families to find one would cost a second and megabytes: the head ends where the rows begin.
std::string_view head_of(std::string_view toml)
{
    std::size_t end = toml.size();
    for (const std::string_view key :
         {"\nvalues", "\nstatus", "\nalarms", "\nalarm_lists", "\ncommands", "\n["})
        end = std::min(end, toml.find(key));
    return toml.substr(0, end);
}

template <class Result, class Read>
Loaded<Result> parse(const std::string& file, std::string_view toml, const std::optional<Oid>& object_id,
                     Read read)
{
    if (const auto line = hopeless_line(toml))
        return {{}, {{file, *line, 1, "this is no device file: it is too large, or has too much in a line"}}};
    Complaints complaints(file);
    Result result;
    try {
        const auto top = toml::parse(toml, file);
        TomlFields fields(top, complaints);
        FileContext context{complaints, object_id};
        read_head(fields, result, context);
        read(fields, result, context);
    } catch (const toml::parse_error& e) {
        complaints.add(e.source(), std::string(e.description()));
    }
    result.name = std::filesystem::path(file).stem();
    return {std::move(result), complaints.take()};
}

} // namespace

bool FamilyHead::is_called(std::string_view called) const
{
    return called == name || std::find(names.begin(), names.end(), called) != names.end();
}

Loaded<FamilyHead> parse_family_head(const std::string& file, std::string_view toml)
{
    return parse<FamilyHead>(file, head_of(toml), std::nullopt, [](auto&, auto&, auto&) {});
}

Loaded<Family> parse_family(const std::string& file, std::string_view toml,
                            const std::optional<Oid>& object_id)
{
    return parse<Family>(file, toml, object_id, read_body);
}

} // namespace upright::snmp
