// From what an object holds to the text of a variable. Pure (docs/snmp-device-files.md, "Values").
#pragma once

#include "drivers/snmp/family.hpp"

namespace upright::snmp {

// What a row's meaning depends on besides the object itself, as it was when the rows were looked for.
struct Circumstances {
    bool fahrenheit = false;
    int digits = 0; // the number has so many decimals
};

struct Shown {
    enum class Kind { text, nothing, senseless } kind = Kind::nothing;
    std::string text{};
};

// `nothing`: the device says so itself (a reading of `none`, an empty text). `senseless`: that can't be
// meant.
Shown shown(const Meaning& meaning, const Value& value, const Circumstances& circumstances);

// Back again: what to write for a text that a user gave. Nothing if it is none of the words, or no number.
std::optional<Value> written(const ValueRow& row, std::string_view text);

// Whether it can be a state at all: it is there, and neither a time nor a measurement.
bool is_state(const Value& value);

// The words that a reading of such a row adds.
std::vector<std::string> words_in(const WordRow& row, const Value& value);

// A whole number as it is, else with at least two decimals and no more than are meant.
std::string printed(double number, int decimals);

} // namespace upright::snmp
