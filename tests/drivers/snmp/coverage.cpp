#include "tests/drivers/snmp/coverage.hpp"

#include "common/text/number.hpp"
#include "drivers/snmp/detection.hpp"
#include "drivers/snmp/discovery.hpp"
#include "drivers/snmp/families.hpp"
#include "drivers/snmp/snapshot.hpp"
#include "tests/drivers/snmp/recorded_agent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>

namespace upright::snmp {
namespace {

// What the monitor calls a kind, and the words by one of which our variables for it end or have inside.
struct Kind {
    std::string_view name;
    std::vector<std::string_view> words;
};

const std::vector<Kind>& kinds()
{
    static const std::vector<Kind> all{{"voltage", {".voltage"}},
                                       {"current", {".current"}},
                                       {"frequency", {".frequency"}},
                                       {"load", {".load", ".percent", ".capacity"}},
                                       {"charge", {".charge"}},
                                       {"runtime", {".runtime", ".timer", ".date", ".interval", ".elapsed"}},
                                       {"temperature", {"temperature"}},
                                       {"humidity", {"humidity"}},
                                       {"power", {".power", ".realpower"}},
                                       {"power_consumed", {".energy"}},
                                       {"power_factor", {".powerfactor"}}};
    return all;
}

const Kind* kind_called(std::string_view name)
{
    const auto it =
        std::find_if(kinds().begin(), kinds().end(), [&](const Kind& one) { return one.name == name; });
    return it == kinds().end() ? nullptr : &*it;
}

bool is_of(const Kind& kind, std::string_view variable)
{
    return std::any_of(kind.words.begin(), kind.words.end(),
                       [&](std::string_view word) { return variable.find(word) != variable.npos; });
}

bool same(double one, double other) { return std::abs(one - other) <= 0.0051 + std::abs(other) * 1e-6; }

// The monitor has minutes where we have seconds.
bool tells(const Kind& kind, double ours, double theirs)
{
    if (kind.name == "runtime")
        return std::abs(ours / 60 - theirs) < 0.02 || same(ours, theirs);
    return same(ours, theirs) || (kind.name == "power_consumed" && std::abs(ours - theirs) < 0.051);
}

std::vector<ExpectedValue> expected_of(const std::filesystem::path& file)
{
    std::vector<ExpectedValue> all;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        std::vector<std::string> columns(1);
        for (const auto c : line)
            if (c == '\t')
                columns.emplace_back();
            else
                columns.back() += c;
        const auto number = columns.size() >= 3 ? to_double(columns[2]) : std::nullopt;
        if (number && kind_called(columns[0]) != nullptr)
            all.push_back({columns[0], columns[1], *number, columns.size() > 3 ? columns[3] : ""});
    }
    return all;
}

std::string why_missed(const ExpectedValue& wanted, const Layout& layout, const Snapshot& snapshot)
{
    const auto oid = Oid::parse(wanted.oid);
    for (const auto& bound : layout.values)
        if (oid && layout.points[bound.point].oid == *oid) {
            const auto it = snapshot.variables.find(bound.variable);
            return fmt::format("published as {}: {}", bound.variable,
                               it == snapshot.variables.end() ? "nothing" : it->second.value);
        }
    for (const auto& family : layout.families)
        for (const auto& row : family.family->values)
            if (oid && row.place.before == *oid)
                return fmt::format("{} comes from a finer object", row.variable);
    for (const auto& family : layout.families)
        for (const auto& table : family.family->tables)
            for (const auto& row : table.values)
                if (oid && row.place.before.begins(*oid))
                    return fmt::format("{}{} comes from a finer object", table.prefix, row.variable);
    return "not in a device file";
}

void compare(WalkCoverage& result, const Layout& layout, const Snapshot& snapshot)
{
    for (const auto& wanted : result.expected) {
        const auto& kind = *kind_called(wanted.kind);
        const auto it =
            std::find_if(snapshot.variables.begin(), snapshot.variables.end(), [&](const auto& one) {
                const auto number = is_of(kind, one.first) ? to_double(one.second.value) : std::nullopt;
                return number && tells(kind, *number, wanted.number);
            });
        if (it != snapshot.variables.end())
            result.hits.emplace_back(wanted, it->first);
        else
            result.misses.emplace_back(wanted, why_missed(wanted, layout, snapshot));
    }
}

} // namespace

WalkCoverage cover(const std::vector<std::string>& folders, const std::filesystem::path& walk)
{
    WalkCoverage result;
    result.walk = walk.stem();
    result.expected = expected_of(walk.parent_path() / "expected" / (walk.stem().string() + ".tsv"));
    Families families(folders);
    auto objects = Objects::from_walk(walk);
    auto link = std::make_unique<RecordedAgent>(objects);
    auto& recorded = *link;
    Agent agent(std::move(link));
    const auto detection = detect(agent, families.heads(), std::nullopt);
    result.reason = detection.reason;
    Layout layout;
    Snapshot snapshot;
    if (detection.family != nullptr) {
        result.family = detection.family->name;
        std::vector<const Family*> chosen{&families.get(result.family, detection.object_id)};
        for (const auto* const head : detection.supplements) {
            result.supplements.push_back(head->name);
            chosen.push_back(&families.get(head->name, detection.object_id));
        }
        layout = discover(agent, chosen);
        snapshot = snapshot_of(layout, {});
    }
    compare(result, layout, snapshot);
    result.variables = snapshot.variables.size();
    result.requests = recorded.requests;
    return result;
}

std::vector<std::filesystem::path> walks_in(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> walks;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".snmprec")
            walks.push_back(entry.path());
    std::sort(walks.begin(), walks.end());
    return walks;
}

} // namespace upright::snmp
