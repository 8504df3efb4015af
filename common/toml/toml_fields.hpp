// TomlFields: reads one table of a data file (devices, USB ids) and notes every mistake in it at its place.
// Call finish() when everything known has been asked for. The one header that pays for toml++: only loaders
// include it.
#pragma once

#include "common/config/diagnostic.hpp"

#include <toml++/toml.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright {

// Where the mistakes of one file are gathered.
class Complaints {
public:
    explicit Complaints(std::string file) : file_(std::move(file)) {}

    void add(const toml::source_region& where, std::string text);
    std::vector<Diagnostic> take(); // in the order of their places

private:
    std::string file_;
    std::vector<Diagnostic> problems_;
};

class TomlFields {
public:
    TomlFields(const toml::table& table, Complaints& complaints) : table_(table), complaints_(complaints) {}

    // The field's node, or nullptr. Whatever is asked for counts as known.
    const toml::node* node(std::string_view key);
    const toml::node* required(std::string_view key); // complains of the table if there is none

    std::optional<std::string> text(std::string_view key);
    std::string required_text(std::string_view key);
    std::optional<double> number(std::string_view key);
    std::optional<int> whole(std::string_view key, int low, int high);
    bool flag(std::string_view key);
    std::vector<std::string> texts(std::string_view key);
    // Each table of an array of tables.
    std::vector<const toml::table*> tables(std::string_view key);
    const toml::table* table(std::string_view key);

    void complain(const toml::node& where, std::string text)
    {
        complaints_.add(where.source(), std::move(text));
    }
    void complain(std::string text) { complaints_.add(table_.source(), std::move(text)); }

    // Of a name that is not among those known: no `kind` is called so.
    void complain_of_name(const toml::node& where, std::string_view kind, std::string_view name,
                          const std::vector<std::string_view>& known);

    void finish(); // complains of every field that nobody asked for

private:
    const toml::table& table_;
    Complaints& complaints_;
    std::vector<std::string_view> known_;
};

// The line in which a text would take more memory, or a deeper stack, than any data file is worth. Ask before
// it is parsed.
std::optional<int> hopeless_line(std::string_view toml);

} // namespace upright
