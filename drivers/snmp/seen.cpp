#include "drivers/snmp/seen.hpp"

#include <algorithm>
#include <array>

namespace upright::snmp {

const std::pair<const Oid, Value>* Seen::find(const Oid& oid) const
{
    if (const auto it = values_.find(oid); it != values_.end())
        return &*it;
    constexpr std::array<std::uint32_t, 1> kZero{0};
    const auto it = values_.find(oid + kZero);
    return it == values_.end() ? nullptr : &*it;
}

std::span<const Binding> Seen::column(const Oid& oid) const
{
    const auto it = columns_.find(oid);
    return it == columns_.end() ? std::span<const Binding>() : std::span<const Binding>(it->second);
}

void Seen::add_column(const Oid& oid, std::vector<Binding> rows)
{
    for (const auto& row : rows)
        add(row.oid, row.value);
    columns_.insert_or_assign(oid, std::move(rows));
}

bool Seen::holds(const Condition& condition, std::span<const std::uint32_t> index) const
{
    const auto* found = find(condition.place.at(index));
    if (found == nullptr && !index.empty()) // one object for all rows
        found = find(condition.place.at({}));
    if (found == nullptr)
        return condition.negated;
    auto text = as_text(found->second);
    if (found->second.type == Value::Type::object_id)
        text.erase(0, 1); // people write OIDs without the dot
    const bool listed =
        std::find(condition.texts.begin(), condition.texts.end(), text) != condition.texts.end();
    return listed != condition.negated;
}

bool Seen::hold(const Conditions& conditions, std::span<const std::uint32_t> index) const
{
    return std::all_of(conditions.begin(), conditions.end(),
                       [&](const Condition& one) { return holds(one, index); });
}

} // namespace upright::snmp
