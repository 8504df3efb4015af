// Seen: everything that was read while a device was looked at, and whether conditions hold by it.
#pragma once

#include "drivers/snmp/family.hpp"

#include <map>

namespace upright::snmp {

class Seen {
public:
    void add(const Oid& oid, Value value) { values_.insert_or_assign(oid, std::move(value)); }
    // The object, or (some agents add a .0 to each index) the only one below it. nullptr if it isn't there.
    const std::pair<const Oid, Value>* find(const Oid& oid) const;
    bool holds(const Condition& condition, std::span<const std::uint32_t> index) const;
    bool hold(const Conditions& conditions, std::span<const std::uint32_t> index) const;
    // All below it.
    std::span<const Binding> column(const Oid& oid) const;

    void add_column(const Oid& oid, std::vector<Binding> rows);

private:
    std::map<Oid, Value> values_;
    std::map<Oid, std::vector<Binding>> columns_;
};

} // namespace upright::snmp
