// Family: how one family of cards or PDUs tells its values: what a device file holds
// (docs/snmp-device-files.md). Rows are in the order of preference: of those with one variable the first
// counts whose object the device has. Plain data.
#pragma once

#include "drivers/io/snmp/value.hpp"
#include "drivers/snmp/conversions.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace upright::snmp {

// When an object is read: at the start only, each semistaticfreq-th full poll, each full poll, each poll.
enum class Poll { once, seldom, full, quick };

// An object or, with the index of a row between `before` and `after`, a column of them.
struct Place {
    Oid before;
    Oid after;

    Oid at(std::span<const std::uint32_t> index) const { return (before + index) + after.numbers(); }
};

using Words = std::vector<std::pair<std::string, std::string>>; // what a reading means

// That an object reads so; or, negated, otherwise or is not there.
struct Condition {
    Place place;
    std::vector<std::string> texts;
    bool negated = false;
};

using Conditions = std::vector<Condition>; // all of them

// A temperature in degrees Fahrenheit: never, always, if an object says so, unless one says otherwise.
struct Fahrenheit {
    enum class When { never, always, if_so, unless } when = When::never;
    Condition condition{};
};

struct Meaning {
    bool text = false;
    double scale = 1;
    double offset = 0;
    bool absolute = false;       // without its sign
    int decimals = 2;            // at most; of numbers that aren't whole
    bool exactly = false;        // always so many
    std::optional<Place> digits; // holds how many decimals the number has
    Words words;
    std::vector<std::string> none; // readings that say nothing
    std::optional<double> min;
    std::optional<double> max;
    Fahrenheit fahrenheit;
    const Conversion* conversion = nullptr;
};

enum class Side { input, output, bypass };

struct Write {
    Value::Type as = Value::Type::integer;
    std::optional<double> low; // as shown
    std::optional<double> high;
    int max_length = 0;
};

struct ValueRow {
    std::string variable;
    Place place;
    Meaning meaning;
    Poll poll = Poll::full;
    std::vector<std::pair<Side, int>> phases; // 1 or 3: for devices with so many there
    Conditions where;
    std::optional<Write> write;
    bool optional = false;
};

// Words for ups.status, or texts for ups.alarm. The first of the three that isn't empty counts.
struct WordRow {
    Place place;
    Words words;
    std::vector<std::pair<unsigned, std::string>> flags; // by the place of a 1 in a text, from 1
    std::vector<std::pair<unsigned, std::string>> bits;
    Conditions where;
};

struct KnownAlarm {
    std::string key; // as as_text() has it
    std::string alarm;
    std::string status;
};

struct AlarmList {
    std::optional<Oid> count;
    Oid column;
    std::vector<KnownAlarm> known;
};

struct Step {
    enum class From { given, on_delay, off_delay, user, lock } from = From::given;
    Place place;
    Value value; // given; of the others only its type counts
};

struct CommandRow {
    std::string name;
    std::vector<Step> steps; // all in one request
    bool takes_number = false;
    Conditions where;
    std::optional<Condition> confirm;
    bool always = false; // offer it unread
};

// One number of an index: fixed, any, or one that means something.
struct IndexPart {
    enum class Kind { fixed, any, number, line, device } kind = Kind::number;
    std::uint32_t fixed = 0;
};

struct Table {
    enum class Number { index, row };
    std::string prefix;
    std::vector<IndexPart> index;
    Number number = Number::index;
    std::string series;
    std::string count; // variable; empty: none
    Conditions where;
    std::vector<ValueRow> values;
    std::vector<WordRow> status;
    std::vector<WordRow> alarms;
    std::vector<CommandRow> commands;
};

// What recognising needs: the head of a file.
struct FamilyHead {
    std::string name; // the file's
    std::string version;
    std::vector<std::string> names;
    int order = 500;
    std::vector<Oid> object_ids;
    std::vector<Oid> object_id_beginnings;
    std::vector<Oid> probes;
    std::vector<Oid> trees;
    std::vector<std::string> supplements;
    bool supplement_only = false;
    std::map<std::string, std::string> constants;

    bool is_called(std::string_view called) const;
};

struct Family : FamilyHead {
    std::vector<ValueRow> values;
    std::vector<WordRow> status;
    std::vector<WordRow> alarms;
    std::vector<AlarmList> alarm_lists;
    std::vector<CommandRow> commands;
    std::vector<Table> tables;
};

} // namespace upright::snmp
