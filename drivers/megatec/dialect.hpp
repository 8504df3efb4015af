// Dialect: one member of the Megatec family, loaded from devices/*.toml: what to ask, where in the answer
// each reading stands, which commands and settings there are, how the device refuses. Plain data; the format
// is explained in docs/megatec-device-files.md.
#pragma once

#include "common/config/diagnostic.hpp"
#include "common/state/variable.hpp"

#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::megatec {

struct Row;

// Raw texts of the fields that this answer's earlier rows read, by variable.
using Fields = std::map<std::string, std::string, std::less<>>;

// What a row's field says, as final text; nothing if it says nothing a person could use.
using Convert = std::optional<std::string> (*)(const Row& row, std::string_view raw, const Fields& fields);

// Columns of an answer, counted from 0, both included. `to` may be kEnd.
struct Columns {
    static constexpr std::size_t kEnd = std::numeric_limits<std::size_t>::max();
    std::size_t from = 0;
    std::size_t to = 0;
    bool operator==(const Columns&) const = default;
};

struct Row {
    std::string variable; // ups.status and ups.alarm collect the words of all their rows
    Columns at;
    std::optional<std::size_t> field; // instead of columns: which part of an answer that `separator` splits
    Convert convert = nullptr;
    int digits = 0;                                        // "number": decimals
    double factor = 1;                                     // "number": multiplied by this
    std::map<std::string, std::string, std::less<>> words; // "flag" and "word": raw text -> value
    std::optional<Columns> if_digits_in;                   // the row counts only if a digit stands there
    std::optional<Columns> unless_digits_in;               // ... or only if none does
    std::string unless;                                    // flag option that switches the row off

    // A status that can't be read spoils the whole answer; any other field only itself.
    bool strict() const { return variable == "ups.status" || variable == "ups.alarm"; }
};

enum class When {
    once,   // at the start
    change, // at the start and after each command or setting
    full,   // every full poll
    quick   // every poll
};

struct Query {
    std::string name; // what claims and messages call it: usually what is asked, without its end
    std::string ask;
    std::string lead;       // how an answer begins
    std::size_t length = 0; // shortest answer that is complete, without its end
    std::string separator;  // of answers that are lists
    When when = When::full;
    bool optional = false; // given up if it yields nothing at the start
    std::string unless;    // flag option that switches the query off
    std::vector<Row> rows;
};

// One exchange that must succeed for this dialect to claim a device.
struct Claim {
    std::string ask;
    std::string query;               // the query whose answer must be readable; or
    std::vector<std::string> begins; // one of the texts that the answer must begin with
};

struct Parameter { // of a command
    int min = 0;
    int max = 0;
    int fallback = 0;
};

struct Command {
    std::string name;
    std::string send;                 // with {offdelay}, {ondelay}, {minutes}
    std::string send_without_ondelay; // instead, while ups.delay.start is 0
    std::optional<Parameter> seconds;
};

using Rounding = int (*)(int value);

// Something that may be written: a number, or one of some words. It is kept in the driver or, with `send`, in
// the device, whose queries then have to say how it stands.
struct Setting {
    std::string variable;
    std::string option; // gives the first value
    std::optional<int> fallback;
    Range range;
    Rounding round = nullptr;
    std::string send;               // with {value}; empty: the driver keeps it
    int digits = 1;                 // of {value}, with leading zeros
    std::vector<std::string> enums; // the words, if it is no number
};

struct Replies { // to commands, where the family's echo is not all
    std::vector<std::string> accepted;
    std::vector<std::string> refused; // to tell people; whatever else is said is a failure, too
    bool silence_accepts = true;
};

struct Dialect {
    std::string name;
    std::string version;
    int probe = 0;         // its turn when a device is looked for
    int silence_ms = 1000; // how long an answer may pause
    std::vector<Claim> claims;
    std::map<std::string, std::string> constants;
    std::vector<Query> queries;
    std::vector<Command> commands;
    std::vector<Setting> settings;
    Replies replies;

    const Query* query(std::string_view query_name) const;
    const Command* command(std::string_view command_name) const; // in any case
    const Setting* setting(std::string_view variable) const;     // in any case
};

// Every mistake in the text, at its place; the value counts only if there is none.
Loaded<Dialect> parse_dialect(const std::string& file, std::string_view toml);

// All dialects of `folders`, by their turn; a file in an earlier folder hides those of its name in later
// ones. A folder that does not exist counts as empty.
Loaded<std::vector<Dialect>> load_dialects(const std::vector<std::string>& folders);

} // namespace upright::megatec
