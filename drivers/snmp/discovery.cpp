#include "drivers/snmp/discovery.hpp"

#include "common/text/number.hpp"
#include "drivers/snmp/seen.hpp"
#include "drivers/snmp/table_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::snmp {
namespace {

constexpr std::size_t kMostRowsOfColumn = 1000;
using Index = std::span<const std::uint32_t>;

// ---- what to ask ---------------------------------------------------------------------------------------

void add_conditions(std::set<Oid>& oids, const Conditions& conditions)
{
    for (const auto& one : conditions)
        oids.insert(one.place.before);
}

void add_value_row(std::set<Oid>& oids, const ValueRow& row)
{
    oids.insert(row.place.before);
    add_conditions(oids, row.where);
    if (row.meaning.digits)
        oids.insert(row.meaning.digits->before);
    if (!row.meaning.fahrenheit.condition.place.before.empty())
        oids.insert(row.meaning.fahrenheit.condition.place.before);
}

// The objects of a family itself, or the columns of a table: both have such rows.
template <class Rows>
void add_rows(std::set<Oid>& oids, const Rows& rows)
{
    for (const auto& row : rows.values)
        add_value_row(oids, row);
    for (const auto* const words : {&rows.status, &rows.alarms})
        for (const auto& row : *words) {
            oids.insert(row.place.before);
            add_conditions(oids, row.where);
        }
    for (const auto& row : rows.commands) {
        if (!row.steps.empty())
            oids.insert(row.steps.front().place.before);
        add_conditions(oids, row.where);
    }
}

// A condition of a row may be one object for all of them.
void add_table_conditions(std::set<Oid>& oids, const Table& table)
{
    add_conditions(oids, table.where);
    for (const auto& row : table.values) {
        add_conditions(oids, row.where);
        if (!row.meaning.fahrenheit.condition.place.before.empty())
            oids.insert(row.meaning.fahrenheit.condition.place.before);
    }
}

void ask(Agent& agent, Seen& seen, const std::vector<const Family*>& families)
{
    std::set<Oid> objects;
    std::set<Oid> columns;
    for (const auto* const family : families) {
        add_rows(objects, *family);
        for (const auto& list : family->alarm_lists)
            if (list.count)
                objects.insert(*list.count);
        for (const auto& table : family->tables) {
            add_rows(columns, table);
            add_conditions(columns, table.where);
            add_table_conditions(objects, table);
        }
    }
    const std::vector<Oid> wanted(objects.begin(), objects.end());
    const auto values = agent.get(wanted);
    for (std::size_t i = 0; i < wanted.size(); ++i)
        if (values[i].there())
            seen.add(wanted[i], values[i]);
    const std::vector<Oid> walked(columns.begin(), columns.end());
    auto found = agent.walk(walked, kMostRowsOfColumn);
    for (std::size_t i = 0; i < walked.size(); ++i)
        seen.add_column(walked[i], std::move(found[i]));
}

// ---- what came of it -----------------------------------------------------------------------------------

// A table and the rows that the device has of it.
struct FoundTable {
    const Table* table;
    std::vector<TableRow> rows;
};

class Binder {
public:
    Binder(const Seen& seen, Layout& layout) : seen_(seen), layout_(layout) {}

    void find_tables(const Family& family);
    void find_phases(const Family& family);
    void bind(const Family& family, bool main);

private:
    void find_rows(const Table& table, Numbers& numbers, std::vector<FoundTable>& found) const;
    void count_rows(const FoundTable& found);
    std::string prefix(const TableRow& row) const; // "device.2."
    bool is_master(const TableRow& row) const;     // of a chain
    std::string label(const Table& table, const TableRow& row) const;
    std::optional<BoundValue> bind_value(const ValueRow& row, Index index, std::string variable,
                                         bool required);
    void bind_words(std::vector<BoundWords>& bound, const std::vector<WordRow>& rows, Index index,
                    const std::string& label, Poll poll = Poll::quick);
    void bind_command(const CommandRow& row, Index index, std::string name);
    void bind_table(FamilyLayout& family, const FoundTable& found);
    bool applies(const ValueRow& row, Index index) const;
    int phases(Side side) const;
    Circumstances circumstances(const Meaning& meaning, Index index) const;
    PointNumber point(const Oid& oid, const Value& value, Poll poll);

    const Seen& seen_;
    Layout& layout_;
    std::map<Oid, PointNumber> points_;
    std::map<const Family*, std::vector<FoundTable>> tables_;
    std::map<std::uint32_t, int> devices_; // index: number, of the family at hand
    std::map<const Family*, std::map<std::uint32_t, int>> chains_;
    std::map<Side, int> phases_;
    std::set<std::string> told_; // variables that a bound value has a text for
};

bool says_something(const Value& value)
{
    return value.there() && !(value.type == Value::Type::text && as_text(value).empty());
}

void Binder::find_rows(const Table& table, Numbers& numbers, std::vector<FoundTable>& found) const
{
    std::set<std::vector<std::uint32_t>> indices;
    const auto add = [&](const Place& place) {
        for (const auto& binding : seen_.column(place.before)) {
            if (!says_something(binding.value))
                continue;
            const auto index = index_in(table, binding.oid.after(place.before.size()), place.after);
            if (index && seen_.hold(table.where, *index))
                indices.insert(*index);
        }
    };
    for (const auto& row : table.values)
        add(row.place);
    for (const auto* const words : {&table.status, &table.alarms})
        for (const auto& row : *words)
            add(row.place);
    if (table.values.empty() && table.status.empty() && table.alarms.empty())
        for (const auto& row : table.commands)
            add(row.steps.front().place);
    found.push_back({&table, numbers.rows(table, indices)});
}

void Binder::find_tables(const Family& family)
{
    Numbers numbers;
    auto& found = tables_[&family];
    for (const auto& table : family.tables)
        find_rows(table, numbers, found);
    auto& chain = chains_[&family];
    for (const auto& one : found)
        for (const auto& row : one.rows)
            if (row.device)
                chain.emplace(*row.device, 0);
    int number = 0;
    for (auto& [device, place] : chain)
        place = ++number;
}

int Binder::phases(Side side) const
{
    const auto it = phases_.find(side);
    return it == phases_.end() ? 1 : it->second;
}

// How many phases there are decides which rows count, so they come first.
void Binder::find_phases(const Family& family)
{
    constexpr std::array<std::pair<std::string_view, Side>, 3> kNames{
        {{"input.phases", Side::input},
         {"output.phases", Side::output},
         {"input.bypass.phases", Side::bypass}}};
    for (const auto& [name, side] : kNames) {
        if (phases_.contains(side))
            continue;
        std::optional<int> count;
        for (const auto& row : family.values) {
            const auto* const found = row.variable == name ? seen_.find(row.place.before) : nullptr;
            if (found != nullptr && !count && seen_.hold(row.where, {}))
                count = to_int(shown(row.meaning, found->second, {}).text);
        }
        for (const auto& table : tables_[&family])
            if (!count && table.table->count == name && !table.rows.empty())
                count = table.rows.front().lines > 1 ? table.rows.front().lines
                                                     : static_cast<int>(table.rows.size());
        if (count && *count > 0)
            phases_.emplace(side, *count);
    }
}

std::string Binder::prefix(const TableRow& row) const
{
    if (devices_.size() < 2 || !row.device)
        return {};
    return fmt::format("device.{}.", devices_.at(*row.device));
}

bool Binder::is_master(const TableRow& row) const
{
    return row.device && devices_.size() > 1 && devices_.at(*row.device) == 1;
}

// "device.2." and "outlet.3.status"; and "device.2.model" for "device.model".
std::string on_device(const std::string& device, std::string name)
{
    constexpr std::string_view kOwn = "device.";
    if (!device.empty() && name.starts_with(kOwn))
        name.erase(0, kOwn.size());
    return device + name;
}

// "outlet 3", "phase L2", "device 2 outlet 3": what an alarm is about.
std::string Binder::label(const Table& table, const TableRow& row) const
{
    auto text = prefix(row) + name_for(table.prefix, row);
    if (table.prefix.empty() && row.lines > 1)
        text += fmt::format("phase.L{}.", row.line);
    while (text.ends_with('.'))
        text.pop_back();
    std::replace(text.begin(), text.end(), '.', ' ');
    return text;
}

bool Binder::applies(const ValueRow& row, Index index) const
{
    for (const auto& [side, count] : row.phases)
        if ((phases(side) > 1) != (count > 1))
            return false;
    return seen_.hold(row.where, index);
}

Circumstances Binder::circumstances(const Meaning& meaning, Index index) const
{
    using When = Fahrenheit::When;
    Circumstances result;
    const auto& fahrenheit = meaning.fahrenheit;
    if (fahrenheit.when == When::always)
        result.fahrenheit = true;
    else if (fahrenheit.when == When::if_so)
        result.fahrenheit = seen_.holds(fahrenheit.condition, index);
    else if (fahrenheit.when == When::unless)
        result.fahrenheit = !seen_.holds(fahrenheit.condition, index);
    if (meaning.digits)
        if (const auto* const found = seen_.find(meaning.digits->at(index))) {
            constexpr double kMost = 9;
            result.digits = static_cast<int>(std::clamp(as_number(found->second).value_or(0), -kMost, kMost));
        }
    return result;
}

// One point for an object, read as often as the most eager row wants.
PointNumber Binder::point(const Oid& oid, const Value& value, Poll poll)
{
    const auto [it, fresh] = points_.try_emplace(oid, layout_.points.size());
    if (fresh)
        layout_.points.push_back({oid, poll, value});
    else
        layout_.points[it->second].poll = std::max(layout_.points[it->second].poll, poll);
    return it->second;
}

std::optional<BoundValue> Binder::bind_value(const ValueRow& row, Index index, std::string variable,
                                             bool required)
{
    if (told_.contains(variable) || !applies(row, index))
        return std::nullopt;
    const auto* const found = seen_.find(row.place.at(index));
    if (found == nullptr)
        return std::nullopt;
    const auto meant = circumstances(row.meaning, index);
    const auto kind = shown(row.meaning, found->second, meant).kind;
    if (kind == Shown::Kind::senseless)
        return std::nullopt;
    if (kind == Shown::Kind::text)
        told_.insert(variable);
    return BoundValue{std::move(variable), &row, point(found->first, found->second, row.poll), meant,
                      required && !row.optional && kind == Shown::Kind::text};
}

void Binder::bind_words(std::vector<BoundWords>& bound, const std::vector<WordRow>& rows, Index index,
                        const std::string& label, Poll poll)
{
    for (const auto& row : rows) {
        const auto* const found = seen_.find(row.place.at(index));
        if (found != nullptr && seen_.hold(row.where, index))
            bound.push_back({&row, point(found->first, found->second, poll), label});
    }
}

void Binder::bind_command(const CommandRow& row, Index index, std::string name)
{
    if (row.steps.empty() || !seen_.hold(row.where, index))
        return;
    if (!row.always && seen_.find(row.steps.front().place.at(index)) == nullptr)
        return;
    BoundCommand bound{std::move(name), &row, {}, {}};
    for (const auto& step : row.steps) {
        const auto oid = step.place.at(index);
        const auto* const found = seen_.find(oid);
        bound.steps.push_back({&step, found != nullptr ? found->first : oid});
    }
    if (row.confirm)
        bound.confirm = row.confirm->place.at(index);
    layout_.commands.push_back(std::move(bound));
}

void Binder::count_rows(const FoundTable& found)
{
    if (found.table->count.empty())
        return;
    std::map<std::string, std::set<int>> numbers; // by prefix
    for (const auto& row : found.rows) {
        const int which = row.lines > 1 ? row.line : row.number;
        numbers[prefix(row)].insert(which);
        if (is_master(row))
            numbers[""].insert(which);
    }
    for (const auto& [device, all] : numbers) {
        auto& count = layout_.counts[device + found.table->count];
        const auto known = to_int(count).value_or(0);
        count = std::to_string(std::max(known, static_cast<int>(all.size())));
    }
}

void Binder::bind_table(FamilyLayout& family, const FoundTable& found)
{
    const auto& table = *found.table;
    count_rows(found);
    for (const auto& row : found.rows) {
        const auto device = prefix(row);
        const auto name = [&](const std::string& own) {
            return on_device(device, name_for(table.prefix + own, row));
        };
        for (const auto& value : table.values)
            if (auto bound = bind_value(value, row.index, name(value.variable), false)) {
                if (is_master(row))
                    bound->plain = name_for(table.prefix + value.variable, row);
                layout_.values.push_back(std::move(*bound));
            }
        bind_words(family.status, table.status, row.index, {});
        // Hundreds of outlets may have one each: not in each poll.
        bind_words(family.alarms, table.alarms, row.index, label(table, row), Poll::full);
        for (const auto& command : table.commands) {
            bind_command(command, row.index, name(command.name));
            if (is_master(row))
                bind_command(command, row.index, name_for(table.prefix + command.name, row));
        }
    }
}

void Binder::bind(const Family& family, bool main)
{
    devices_ = chains_[&family];
    auto& bound = layout_.families.emplace_back(FamilyLayout{&family, {}, {}, {}});
    for (const auto& row : family.values)
        if (auto value = bind_value(row, {}, row.variable, main))
            layout_.values.push_back(std::move(*value));
    bind_words(bound.status, family.status, {}, {});
    bind_words(bound.alarms, family.alarms, {}, {});
    for (const auto& list : family.alarm_lists) {
        std::optional<PointNumber> count;
        const auto* const found = list.count ? seen_.find(*list.count) : nullptr;
        if (list.count && found == nullptr)
            continue;
        if (found != nullptr)
            count = point(found->first, found->second, Poll::quick);
        bound.lists.push_back({&list, count});
    }
    for (const auto& command : family.commands)
        bind_command(command, {}, command.name);
    for (const auto& table : tables_[&family])
        bind_table(bound, table);
    if (!devices_.empty())
        layout_.counts.emplace("device.count", std::to_string(devices_.size()));
}

} // namespace

Layout discover(Agent& agent, const std::vector<const Family*>& families)
{
    Seen seen;
    ask(agent, seen, families);
    Layout layout;
    Binder binder(seen, layout);
    for (const auto* const family : families) {
        binder.find_tables(*family);
        binder.find_phases(*family);
    }
    for (const auto* const family : families)
        binder.bind(*family, family == families.front());
    return layout;
}

} // namespace upright::snmp
