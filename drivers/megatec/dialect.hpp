// Dialect: one member of the Megatec family, loaded from devices/*.toml: what to ask, where in the answer
// each reading stands, which commands and settings there are, how the device refuses. Plain data; the format
// is explained in docs/megatec-device-files.md.
#pragma once

#include "common/config/diagnostic.hpp"
#include "common/state/variable.hpp"

#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::megatec {

struct Context;
struct Row;

// What a row's field says, as final text; nothing if it says nothing a person could use. Several words of
// ups.status or ups.alarm stand on a line each.
using Convert = std::optional<std::string> (*)(const Row& row, std::string_view raw, const Context& context);

// Columns of an answer, counted from 0, both included. `to` may be kEnd.
struct Columns {
    static constexpr std::size_t kEnd = std::numeric_limits<std::size_t>::max();
    std::size_t from = 0;
    std::size_t to = 0;
    bool operator==(const Columns&) const = default;
};

using Words = std::map<std::string, std::string, std::less<>>;
using Choices = std::map<std::string, std::vector<std::string>, std::less<>>; // reading -> values, or any

struct Point { // of a curve
    double from = 0;
    double to = 0;
};

struct NumberFormat {
    int digits = 0;           // decimals
    double factor = 1;        // multiplied by this
    std::string times;        // ... and by that reading
    std::string per;          // ... and divided by this one
    std::vector<Point> curve; // then read off this curve, which rises
    double plus = 0;          // then this is added
    double low = 0;           // what is outside counts as not readable
    double high = 0;
    bool sign = false; // a sign may stand before it
};

// When a row counts or a query is asked.
struct Condition {
    std::string unless;                      // flag option that switches it off
    std::optional<Columns> if_digits_in;     // only if a digit stands there
    std::optional<Columns> unless_digits_in; // ... or only if none does
    Choices if_reading;                      // only if the readings have one of these values
    Choices unless_reading;
    std::vector<std::string> unless_status; // words of earlier rows of ups.status
};

struct Row {
    std::string variable; // ups.status and ups.alarm collect the words of all their rows
    Columns at;
    std::optional<std::size_t> field; // instead of columns: which part of an answer that `separator` splits
    Convert convert = nullptr;
    NumberFormat number;
    Words words;                          // by what stands in the answer
    std::string letter;                   // "capability": which one; "reading": of which variable
    std::optional<std::string> otherwise; // "letters": if there is none of `letter`; "word": if no word fits
    std::string prefix;                   // "text": before it
    Condition condition;
    bool alone = false;    // a number: no digit may stand beside its columns
    bool required = false; // if it can't be read, nothing of the answer counts
    bool hidden = false;   // for other rows to refer to; not published

    // A status that can't be read spoils the whole answer; any other field only itself.
    bool strict() const { return required || variable == "ups.status" || variable == "ups.alarm"; }
};

enum class When {
    once,   // at the start
    change, // at the start and after each command or setting
    full,   // every full poll
    quick   // every poll
};

using Decode = std::optional<std::string> (*)(std::string_view answer); // nothing: it can't be right

struct Query {
    std::string name;        // what claims and messages call it: usually what is asked, without its end
    std::string ask;         // with {<reading>}
    std::string lead;        // how an answer begins
    std::size_t length = 0;  // shortest answer that is complete, without its end
    std::size_t exactly = 0; // of an answer of any bytes: how many there are, its end not counted
    Decode decode = nullptr; // makes text of it, to which the columns refer
    std::string separator;   // of answers that are lists
    When when = When::full;
    bool optional = false; // given up if it yields nothing at the start
    Condition condition;   // of readings and options only
    std::vector<Row> rows;
};

// One exchange that must succeed for this dialect to claim a device.
struct Claim {
    std::string ask;
    std::string query;               // the query whose answer must be readable; or
    std::vector<std::string> begins; // one of the texts that the answer must begin with
    std::string option;              // if the user gave it, it must be equal to
    std::string reading;             // this reading of the query
    bool unless_named = false;       // not asked if the user has named the dialect
};

struct Parameter { // of a command, in s
    int min = 0;
    int max = 0;
    int fallback = 0;
};

// What is sent, one after the other, with {offdelay}, {ondelay}, {minutes}, {test}, {<reading>} filled in;
// the next only if the one before it was accepted.
using Sends = std::vector<std::string>;

struct Command {
    std::string name;
    Sends send;
    Sends send_without_ondelay; // instead, while ups.delay.start is 0
    std::string by;             // instead: what is sent depends on
    Words choices;              // the value of that reading
    Choices if_reading;         // offered only if the readings have one of these values
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
    std::string lowest; // readings that narrow the range
    std::string highest;
    Rounding round = nullptr;
    std::string send;               // with {value}, {<reading>}; empty: the driver keeps it
    int digits = 1;                 // of {value}, with leading zeros
    int divisor = 1;                // of {value}: 60 makes minutes of seconds
    std::vector<std::string> enums; // the words, if it is no number
    Words words;                    // what {value} is for each of them; else the word itself
    bool hidden = false;            // only by its option; no reading shows it

    bool has_choice(std::string_view word) const; // among `enums`
};

struct Replies { // to commands, where the family's echo is not all
    std::vector<std::string> accepted;
    std::vector<std::string> refused; // to tell people; whatever else is said is a failure, too
    bool silence_accepts = true;
};

struct Dialect {
    std::string name;
    std::string version;
    int probe = 0;                    // its turn when a device is looked for
    int silence_ms = 1000;            // how long an answer may pause
    std::vector<std::string> bridges; // tried only behind these USB bridges, unless the user names it
    bool checksum = false;            // a CRC-16 stands before the end of every question and answer
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

// The dialect of that name that another one builds on, or nullptr.
using FindDialect = std::function<const Dialect*(std::string_view name)>;

// Every mistake in the text, at its place; the value counts only if there is none.
Loaded<Dialect> parse_dialect(
    const std::string& file, std::string_view toml,
    const FindDialect& find = [](std::string_view) { return nullptr; });

// All dialects of `folders`, by their turn; a file in an earlier folder hides those of its name in later
// ones. A folder that does not exist counts as empty.
Loaded<std::vector<Dialect>> load_dialects(const std::vector<std::string>& folders);

} // namespace upright::megatec
