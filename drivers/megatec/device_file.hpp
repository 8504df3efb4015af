// The parts of a device file: each reads one table and notes every mistake. Private to the loader
// (docs/megatec-device-files.md).
#pragma once

#include "common/toml/toml_fields.hpp"
#include "drivers/megatec/dialect.hpp"

namespace upright::megatec {

constexpr int kLongestAnswer = 512;
constexpr int kLargestDelay = 599940; // s

// `base`: the dialect that this one builds on; empty if there is none.
Query query_of(const toml::table& table, const Dialect& base, Complaints& complaints);
Row row_of(const toml::table& table, const Query& query, Complaints& complaints);
Command command_of(const toml::table& table, Complaints& complaints);
Setting setting_of(const toml::table& table, Complaints& complaints);

// A text that ends with \r.
std::string asked(TomlFields& fields, std::string_view key, bool wanted);
// { reading = "value" } or { reading = ["one", "or another"] }
Choices choices_of(TomlFields& fields, std::string_view key);
Words words_of(TomlFields& fields, std::string_view key);

} // namespace upright::megatec
