// Context: what a row of an answer may refer to: earlier rows, and what other queries read.
#pragma once

#include "common/state/snapshot.hpp"
#include "drivers/megatec/dialect.hpp"

#include <functional>

namespace upright::megatec {

struct Readings {
    Words values; // final texts by variable
    Words hidden; // the same of rows that are not published
    WordList status;
    std::vector<std::string> alarms;
};

// Whether the user gave that flag option (ignoresab, ...).
using HasFlag = std::function<bool(std::string_view option)>;

struct Context {
    const Words& known; // what other queries last read, hidden ones included
    const HasFlag& has_flag;
    Readings readings; // of this answer's earlier rows
    Words raw;         // their fields as they came

    const std::string* value(std::string_view variable) const; // of this answer, else as known
    bool allows(const Condition& condition) const;             // all but what looks into the answer
};

// Each reading is there and has one of its values, or any if there are none.
bool holds(const Choices& choices, const std::function<const std::string*(std::string_view)>& value);

} // namespace upright::megatec
