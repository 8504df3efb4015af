#include "drivers/upsim/snmp/binding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace upright::upsim::snmp {
namespace {

constexpr std::uint32_t kForced = 1000; // numbers of alarms that people asked for begin here
constexpr std::uint32_t kMostForced = 4;

bool is_kept(const Row& row) { return row.what.read == nullptr; }

// In the object's own numbers.
double told(const Row& row, const State& state)
{
    if (is_kept(row)) {
        const auto found = state.settings.numbers.find(row.oid);
        return found == state.settings.numbers.end() ? row.what.number * row.per : found->second;
    }
    const double value = row.what.read(state, row.what.number) * row.per;
    if (std::isnan(value))
        return value;
    // An integer, and -1 is none whatever the unit.
    return value < 0 ? std::min(-1.0, std::round(value)) : std::floor(value + 0.5);
}

std::string text_of(const Row& row, const State& state)
{
    const auto found = state.settings.texts.find(row.oid);
    return found == state.settings.texts.end() ? row.text : found->second;
}

bool has_number(const Row& row) { return !is_kept(row) || row.what.number != 0; }

Oid identifier_of(const Row& row, const State& state)
{
    auto oid = to_oid(row.text).value_or(Oid{0, 0});
    if (has_number(row))
        oid.push_back(static_cast<std::uint32_t>(told(row, state)));
    return oid;
}

Status check_number(const Row& row, double number, const State& state)
{
    if (number < row.set.low || number > row.set.high)
        return Status::wrong_value;
    return row.test_and_incr && number != told(row, state) ? Status::inconsistent_value : Status::none;
}

// The last part of an identifier below the row's own.
std::optional<double> last_part(const Row& row, const Oid& oid)
{
    const auto prefix = to_oid(row.text).value_or(Oid{});
    if (oid.size() != prefix.size() + 1 || !is_at_or_below(oid, prefix))
        return std::nullopt;
    return oid.back();
}

Status check(const Row& row, const Value& value, const State& state)
{
    if (value.type != row.type)
        return Status::wrong_type;
    if (row.type == Type::octets) {
        const auto length = static_cast<double>(value.bytes.size());
        return length < row.set.low || length > row.set.high ? Status::wrong_length : Status::none;
    }
    if (row.type != Type::oid)
        return check_number(row, static_cast<double>(value.number), state);
    const auto part = last_part(row, value.oid);
    return part ? check_number(row, *part, state) : Status::wrong_value;
}

void write(const Row& row, const Value& value, const State& state)
{
    if (row.type == Type::octets) {
        state.settings.texts[row.oid] = value.bytes;
        return;
    }
    const double number =
        row.type == Type::oid ? last_part(row, value.oid).value_or(0) : static_cast<double>(value.number);
    if (row.test_and_incr)
        state.settings.numbers[row.oid] = number == INT32_MAX ? 0 : number + 1;
    else if (is_kept(row))
        state.settings.numbers[row.oid] = number;
    if (row.what.write != nullptr)
        row.what.write(state, row.what.number, number < 0 ? number : number / row.per);
}

std::optional<std::string> mapped(std::string_view map, long long number)
{
    for (;;) {
        const auto end = map.find(';');
        const auto row = map.substr(0, end);
        const auto equals = row.find('=');
        if (row.substr(0, equals) == std::to_string(number))
            return std::string(row.substr(equals + 1));
        if (end == map.npos)
            return std::nullopt;
        map.remove_prefix(end + 1);
    }
}

std::string in_words(const Row& row, const State& state)
{
    if (row.type == Type::octets)
        return text_of(row, state);
    const double number = told(row, state);
    if (!row.map.empty())
        return mapped(row.map, std::llround(number)).value_or(std::to_string(std::llround(number)));
    if (row.type == Type::ticks) // net-snmp's clients count whole seconds
        return fmt::format("{:.0f}", std::floor(number / row.per));
    const double value = number < 0 ? number : number / row.per;
    if (row.variable.find("ambient.") != std::string::npos
        && row.variable.ends_with("temperature")) // NUT tells a tenth, even if it is none
        return fmt::format("{:.1f}", value);
    const double rounded = std::round(value * 100) / 100;
    return rounded == std::floor(rounded) ? fmt::format("{:.0f}", rounded) : fmt::format("{:.2f}", rounded);
}

bool is_there(const Row& row, const State& state)
{
    return row.type == Type::octets || !std::isnan(told(row, state));
}

// Each word once.
void add_words(std::string& all, const std::string& words)
{
    std::istringstream in(words);
    for (std::string word; in >> word;)
        if (fmt::format(" {} ", all).find(fmt::format(" {} ", word)) == std::string::npos)
            all += (all.empty() ? "" : " ") + word;
}

void add(std::map<std::string, std::string>& all, std::string_view variables, const std::string& value)
{
    while (!variables.empty()) {
        const auto end = std::min(variables.find(';'), variables.size());
        const std::string variable(variables.substr(0, end));
        if (variable == "ups.status")
            add_words(all[variable], value);
        else
            all.insert_or_assign(variable, value);
        variables.remove_prefix(std::min(end + 1, variables.size()));
    }
}

void add_slot(Tree& tree, const Profile& profile, State state, std::uint32_t number,
              const std::function<std::optional<Oid>()>& what)
{
    const auto column = [&](std::uint32_t which, const std::function<Value(const Oid&)>& value) {
        tree.add(below(profile.alarm_table, {which, number}),
                 {.read = [what, value]() -> std::optional<Value> {
                     const auto standing = what();
                     return standing ? std::optional(value(*standing)) : std::nullopt;
                 }});
    };
    if (profile.alarm_numbers_shown)
        column(1, [number](const Oid&) { return Value::of(Type::integer, number); });
    column(2, [](const Oid& oid) { return Value::identifier(oid); });
    column(3, [state](const Oid& oid) {
        return Value::of(Type::ticks, std::llround(state.settings.alarms[oid] * 100));
    });
}

} // namespace

std::optional<Value> value_of(const Row& row, const State& state)
{
    if (row.type == Type::octets)
        return Value::text(text_of(row, state));
    if (row.type == Type::oid)
        return is_there(row, state) ? std::optional(Value::identifier(identifier_of(row, state)))
                                    : std::nullopt;
    const double number = told(row, state);
    return std::isnan(number) ? std::nullopt : std::optional(Value::of(row.type, std::llround(number)));
}

Object object_of(const Row& row, State state)
{
    Object object{.read = [&row, state] { return value_of(row, state); }};
    if (row.set.any()) {
        object.check = [&row, state](const Value& value) { return check(row, value, state); };
        object.write = [&row, state](const Value& value) { write(row, value, state); };
    }
    return object;
}

std::map<std::string, std::string> truth_of(const Profile& profile, const std::vector<Row>& rows,
                                            const State& state)
{
    std::map<std::string, std::string> all(profile.more_truth.begin(), profile.more_truth.end());
    for (const auto& row : rows)
        if (!row.variable.empty() && is_there(row, state))
            add(all, row.variable, in_words(row, state));
    for (const auto& alarm : profile.alarms)
        if (!alarm.status.empty() && state.settings.alarms.contains(alarm.what))
            add(all, "ups.status", std::string(alarm.status));
    return all;
}

void add_alarms(Tree& tree, const Profile& profile, State state)
{
    if (profile.alarm_table.empty())
        return;
    tree.add(profile.alarm_count, {.read = [state]() -> std::optional<Value> {
                 return Value::of(Type::gauge, static_cast<std::int64_t>(state.settings.alarms.size()));
             }});
    std::uint32_t number = 0;
    for (const auto& alarm : profile.alarms)
        add_slot(tree, profile, state, ++number, [state, what = alarm.what]() -> std::optional<Oid> {
            return state.settings.alarms.contains(what) ? std::optional(what) : std::nullopt;
        });
    for (std::uint32_t i = 0; i < kMostForced; ++i)
        add_slot(tree, profile, state, kForced + i, [state, i]() -> std::optional<Oid> {
            const auto& forced = state.settings.forced_alarms;
            return i < forced.size() ? std::optional(forced[i]) : std::nullopt;
        });
}

std::uint32_t alarm_number(const Profile& profile, const Settings& settings, const Oid& what)
{
    const auto own = std::find_if(profile.alarms.begin(), profile.alarms.end(),
                                  [&](const Alarm& one) { return one.what == what; });
    if (own != profile.alarms.end())
        return static_cast<std::uint32_t>(own - profile.alarms.begin() + 1);
    const auto& forced = settings.forced_alarms;
    const auto found = std::find(forced.begin(), forced.end(), what);
    return found == forced.end() ? kForced : kForced + static_cast<std::uint32_t>(found - forced.begin());
}

void watch_alarms(const Profile& profile, const State& state)
{
    std::map<Oid, double> standing;
    const auto stands = [&](const Oid& what) {
        const auto found = state.settings.alarms.find(what);
        standing[what] = found == state.settings.alarms.end() ? state.model.now() : found->second;
    };
    for (const auto& alarm : profile.alarms)
        if (alarm.holds.read(state, alarm.holds.number) != 0)
            stands(alarm.what);
    for (const auto& what : state.settings.forced_alarms)
        stands(what);
    state.settings.alarms = std::move(standing);
}

} // namespace upright::upsim::snmp
