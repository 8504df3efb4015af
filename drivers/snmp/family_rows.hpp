// The rows of a device file: each function reads one and notes every mistake. Private to the loader
// (docs/snmp-device-files.md).
#pragma once

#include "drivers/snmp/family_fields.hpp"

namespace upright::snmp {

ValueRow value_row_of(const toml::table& table, const FileContext& file);
WordRow word_row_of(const toml::table& table, const FileContext& file);
WordRow status_row_of(const toml::table& table, const FileContext& file); // its words are those of ups.status
CommandRow command_row_of(const toml::table& table, const FileContext& file);
AlarmList alarm_list_of(const toml::table& table, const FileContext& file);
Table table_of(const toml::table& table, const FileContext& file);

// All rows under a key of a table.
template <class Row>
void read_rows(TomlFields& fields, std::string_view key, std::vector<Row>& rows, const FileContext& file,
               Row (*read)(const toml::table&, const FileContext&))
{
    const auto tables = fields.tables(key);
    if (tables.size() > kMostRows) {
        fields.complain(*fields.node(key), "too many rows");
        return;
    }
    for (const auto* const table : tables)
        rows.push_back(read(*table, file));
}

} // namespace upright::snmp
