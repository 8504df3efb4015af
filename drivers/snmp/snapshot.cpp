#include "drivers/snmp/snapshot.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::snmp {
namespace {

// What only one family may say: where the power comes from.
constexpr std::array<std::string_view, 6> kSources{"OL", "OB", "OFF", "BYPASS", "BOOST", "TRIM"};

// The words of one family, and the alarms if they are wanted.
struct Told {
    WordList words;
    std::vector<std::string> alarms;
};

void add_list(Told& told, const AlarmList& list, const std::vector<Binding>& rows)
{
    for (const auto& row : rows) {
        const auto text = as_text(row.value);
        const auto known = std::find_if(list.known.begin(), list.known.end(), [&](const KnownAlarm& one) {
            return one.key == text
                   || (one.key.ends_with(".0") && one.key.size() == text.size() + 2
                       && one.key.starts_with(text))
                   || (text.ends_with(".0") && text.size() == one.key.size() + 2
                       && text.starts_with(one.key));
        });
        if (known == list.known.end()) {
            if (!text.empty())
                told.alarms.push_back(escaped(text));
            continue;
        }
        told.words.add_all(parse_words(known->status));
        if (!known->alarm.empty())
            told.alarms.push_back(known->alarm);
    }
}

Told told_by(const Layout& layout, const FamilyLayout& family, const ListRows& lists, std::size_t first_list)
{
    Told told;
    for (const auto& bound : family.status)
        for (const auto& words : words_in(*bound.row, layout.points[bound.point].value))
            told.words.add_all(parse_words(words));
    for (const auto& bound : family.alarms)
        for (const auto& text : words_in(*bound.row, layout.points[bound.point].value))
            told.alarms.push_back(bound.label.empty() ? text : fmt::format("{}: {}", bound.label, text));
    for (std::size_t i = 0; i < family.lists.size(); ++i)
        if (first_list + i < lists.size())
            add_list(told, *family.lists[i].list, lists[first_list + i]);
    return told;
}

// The first family that knows where the power comes from says so; whatever else they know adds up.
Told told_by_all(const Layout& layout, const ListRows& lists)
{
    Told all;
    WordList rest;
    bool source_known = false;
    std::size_t list = 0;
    for (const auto& family : layout.families) {
        auto told = told_by(layout, family, lists, list);
        list += family.lists.size();
        bool source_here = false;
        for (const auto source : kSources)
            source_here = source_here || told.words.has(source);
        for (const auto word : kSources) {
            if (!source_known && told.words.has(word))
                all.words.add(word);
            told.words.remove(word);
        }
        rest.add_all(told.words);
        source_known = source_known || source_here;
        for (const auto& alarm : told.alarms)
            if (std::find(all.alarms.begin(), all.alarms.end(), alarm) == all.alarms.end())
                all.alarms.push_back(alarm);
    }
    // On battery or off and at the same time on line: rows of one family add up, and the graver counts.
    if (all.words.has("OB") || all.words.has("OFF"))
        all.words.remove("OL");
    all.words.add_all(rest);
    return all;
}

void add_value(Snapshot& snapshot, const BoundValue& bound, const std::string& name, std::string text)
{
    const auto& write = bound.row->write;
    if (!write) {
        snapshot.set(name, std::move(text));
    } else if (!bound.row->meaning.words.empty()) {
        Variable variable{.value = std::move(text), .flags = {.rw = true, .text = true}};
        for (const auto& [reading, word] : bound.row->meaning.words)
            if (!word.empty())
                variable.enums.push_back(word);
        snapshot.variables.insert_or_assign(name, std::move(variable));
    } else if (write->as == Value::Type::text) {
        snapshot.set_text(name, std::move(text), write->max_length);
    } else {
        std::vector<Range> ranges;
        if (write->low && write->high)
            ranges.push_back({static_cast<int>(*write->low), static_cast<int>(*write->high)});
        snapshot.set_number(name, std::move(text), std::move(ranges));
    }
}

void add_values(Snapshot& snapshot, const Layout& layout)
{
    for (const auto& bound : layout.values) {
        if (snapshot.variables.contains(bound.variable))
            continue;
        auto reading = shown(bound.row->meaning, layout.points[bound.point].value, bound.circumstances);
        if (reading.kind != Shown::Kind::text)
            continue;
        if (!bound.plain.empty() && !snapshot.variables.contains(bound.plain))
            add_value(snapshot, bound, bound.plain, reading.text);
        add_value(snapshot, bound, bound.variable, std::move(reading.text));
    }
    for (const auto& [name, count] : layout.counts)
        if (!snapshot.variables.contains(name))
            snapshot.set(name, count);
    for (const auto& family : layout.families)
        for (const auto& [name, text] : family.family->constants)
            if (!snapshot.variables.contains(name))
                snapshot.set(name, text);
}

} // namespace

WordList status_of(const Layout& layout, const ListRows& lists) { return told_by_all(layout, lists).words; }

Snapshot snapshot_of(const Layout& layout, const ListRows& lists)
{
    Snapshot snapshot;
    add_values(snapshot, layout);
    auto told = told_by_all(layout, lists);
    snapshot.status = std::move(told.words);
    snapshot.alarms = std::move(told.alarms);
    for (const auto& command : layout.commands)
        snapshot.commands.insert(command.name);
    return snapshot;
}

bool tells_source(const WordList& status)
{
    return std::any_of(kSources.begin(), kSources.end(),
                       [&](std::string_view word) { return status.has(word); });
}

bool source_makes_no_sense(const Layout& layout)
{
    bool asked = false;
    for (const auto& family : layout.families)
        for (const auto& bound : family.status) {
            const auto& words = bound.row->words;
            const bool of_source = std::any_of(words.begin(), words.end(), [](const auto& one) {
                return tells_source(parse_words(one.second));
            });
            const auto reading = as_text(layout.points[bound.point].value);
            const bool known = std::any_of(words.begin(), words.end(),
                                           [&](const auto& one) { return one.first == reading; });
            if (of_source && known)
                return false;
            asked = asked || of_source;
        }
    return asked;
}

std::string missing_in(const Layout& layout, bool quick_only)
{
    for (const auto& bound : layout.values) {
        const auto& point = layout.points[bound.point];
        if (!bound.required || (quick_only && point.poll != Poll::quick))
            continue;
        if (!point.value.there()
            || shown(bound.row->meaning, point.value, bound.circumstances).kind == Shown::Kind::senseless)
            return fmt::format("{} ({})", bound.variable, to_string(point.oid));
    }
    if (!layout.families.empty())
        for (const auto& bound : layout.families.front().status)
            if (bound.label.empty() && !is_state(layout.points[bound.point].value))
                return fmt::format("ups.status ({})", to_string(layout.points[bound.point].oid));
    return {};
}

} // namespace upright::snmp
