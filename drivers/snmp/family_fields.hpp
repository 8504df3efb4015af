// The parts of a row that many kinds of rows have: OIDs, conditions, words. Notes every mistake at its place.
// Private to the loader (docs/snmp-device-files.md).
#pragma once

#include "common/toml/toml_fields.hpp"
#include "drivers/snmp/family.hpp"

namespace upright::snmp {

constexpr std::size_t kMostRows = 2000; // of a kind, in one file
constexpr std::size_t kLongestText = 120;

// What the whole file has in common.
struct FileContext {
    Complaints& complaints;
    std::optional<Oid> object_id{};                 // the device's, if it is known
    std::map<std::string, Oid, std::less<>> oids{}; // names for beginnings
    bool in_table = false;                          // names may have placeholders
};

// The text of a node as an OID or a column; nothing, with a complaint, if it is none.
std::optional<Oid> oid_from(TomlFields& fields, const toml::node& node, const FileContext& file);
std::optional<Place> place_from(TomlFields& fields, const toml::node& node, const FileContext& file);
Place required_place(TomlFields& fields, std::string_view key, const FileContext& file);
std::vector<Oid> oids_of(TomlFields& fields, std::string_view key, const FileContext& file);

std::optional<Condition> condition_of(TomlFields& fields, std::string_view key, const FileContext& file);
Conditions conditions_of(TomlFields& fields, std::string_view key, const FileContext& file); // one, or a list
Words words_of(TomlFields& fields, std::string_view key);
// Texts and numbers alike, as texts.
std::vector<std::string> readings_of(TomlFields& fields, const toml::node& list);

// Of a variable or command, or what they begin with.
std::string name_of(TomlFields& fields, std::string_view key, const FileContext& file);
// Why nothing of ours may be called so; empty if it may.
std::string_view objection_to(std::string_view name);
std::optional<Value::Type> type_of(TomlFields& fields, std::string_view key);

} // namespace upright::snmp
