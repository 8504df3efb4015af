// The rows that a table of a device file has on a device: their indices, and by what numbers they go. Pure.
#pragma once

#include "drivers/snmp/family.hpp"

#include <set>

namespace upright::snmp {

struct TableRow {
    std::vector<std::uint32_t> index;
    std::optional<std::uint32_t> device; // as in the index, if that has one
    int number = 0;                      // {n}
    int line = 0;                        // {line}, from 1
    int lines = 0;                       // of which there are so many
};

// The index that follows a column's OID, if it has the table's form; a further .0 is let pass.
std::optional<std::vector<std::uint32_t>> index_in(const Table& table, std::span<const std::uint32_t> tail,
                                                   const Oid& after);

// Which numbers were given out, over the tables of one family.
class Numbers {
public:
    // Rows of these indices, numbered. `indices` is sorted.
    std::vector<TableRow> rows(const Table& table, const std::set<std::vector<std::uint32_t>>& indices);

private:
    using Identity = std::vector<std::uint32_t>; // an index without device and line
    struct Series {
        std::map<std::pair<std::uint32_t, Identity>, int> given; // by device
        std::map<std::uint32_t, int> base;                       // what comes before, by device
    };
    int number_of(const Table& table, Series& series, std::uint32_t device, const Identity& identity,
                  std::uint32_t own, bool from_zero);

    std::map<std::pair<std::string, std::string>, Series> series_; // by prefix and series
    std::map<std::pair<std::string, std::uint32_t>, int> highest_; // by prefix and device
};

// A name of the table for that row: {n}, {line}, {L}, {LN}, {LL} filled in.
std::string name_for(std::string_view name, const TableRow& row);

} // namespace upright::snmp
