#include "drivers/snmp/explain.hpp"

#include "common/text/number.hpp"
#include "drivers/snmp/detection.hpp"
#include "drivers/snmp/discovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace upright::snmp {
namespace {

void print_detection(const Detection& found, std::FILE* out)
{
    fmt::print(out, "sysObjectID {}\nsysDescr    {}\n",
               found.object_id.empty() ? "(none)" : to_string(found.object_id), escaped(found.description));
    if (found.family == nullptr) {
        fmt::print(out, "no family fits\n");
        return;
    }
    fmt::print(out, "family      {} ({}): {}\n", found.family->name, found.family->version, found.reason);
    for (const auto* const head : found.supplements)
        fmt::print(out, "and         {} ({}), for what that does not tell\n", head->name, head->version);
}

std::string shown_now(const Layout& layout, const BoundValue& bound)
{
    const auto reading = shown(bound.row->meaning, layout.points[bound.point].value, bound.circumstances);
    return reading.kind == Shown::Kind::text ? reading.text : "(says nothing)";
}

void print_values(const Layout& layout, std::FILE* out)
{
    fmt::print(out, "\nvariables, from which object, as it reads\n");
    for (const auto& bound : layout.values) {
        const auto& point = layout.points[bound.point];
        fmt::print(out, "  {} = {}   {} {}\n", bound.variable, shown_now(layout, bound), to_string(point.oid),
                   escaped(as_text(point.value)));
    }
    fmt::print(out, "\nstatus and alarms\n");
    for (const auto& family : layout.families)
        for (const auto* const rows : {&family.status, &family.alarms})
            for (const auto& bound : *rows) {
                const auto& point = layout.points[bound.point];
                const auto words = words_in(*bound.row, point.value);
                std::string all;
                for (const auto& word : words)
                    all += (all.empty() ? "" : ", ") + word;
                fmt::print(out, "  {} {} = {}\n", to_string(point.oid), escaped(as_text(point.value)),
                           all.empty() ? "(nothing)" : all);
            }
    fmt::print(out, "\ncommands\n");
    for (const auto& command : layout.commands)
        fmt::print(out, "  {}   {}\n", command.name, to_string(command.steps.front().oid));
}

// Rows of a family itself whose object the device doesn't have, or that another told before.
void print_absent(const Layout& layout, std::FILE* out)
{
    fmt::print(out, "\nnot there, or told by another object\n");
    for (const auto& family : layout.families)
        for (const auto& row : family.family->values) {
            const bool bound = std::any_of(layout.values.begin(), layout.values.end(),
                                           [&](const BoundValue& one) { return one.row == &row; });
            if (!bound)
                fmt::print(out, "  {}: {}   {}\n", family.family->name, row.variable,
                           to_string(row.place.before));
        }
}

} // namespace

int explain(Agent& agent, Families& families, const std::optional<std::string>& only, std::FILE* out)
{
    for (const auto& problem : families.problems())
        fmt::print(out, "{}\n", to_string(problem));
    const auto found = detect(agent, families.heads(), only);
    print_detection(found, out);
    if (found.family == nullptr)
        return EXIT_FAILURE;
    std::vector<const Family*> chosen{&families.get(found.family->name, found.object_id)};
    for (const auto* const head : found.supplements)
        chosen.push_back(&families.get(head->name, found.object_id));
    const auto layout = discover(agent, chosen);
    print_values(layout, out);
    print_absent(layout, out);
    fmt::print(out, "\n{} requests, {} objects\n", agent.requests(), layout.objects());
    return EXIT_SUCCESS;
}

int list_families(const Families& families, std::FILE* out)
{
    for (const auto& problem : families.problems())
        fmt::print(out, "{}\n", to_string(problem));
    for (const auto& head : families.heads()) {
        std::string names;
        for (const auto& name : head.names)
            if (name != head.name)
                names += ", " + name;
        fmt::print(out, "{}{}: {}{}\n", head.name, names, head.version,
                   head.supplement_only ? " (only beside others)" : "");
    }
    return EXIT_SUCCESS;
}

} // namespace upright::snmp
