// Turns one answer of a device into readings. Pure: no I/O, no clock; any bytes are safe.
#pragma once

#include "common/result.hpp"
#include "common/state/snapshot.hpp"
#include "drivers/megatec/dialect.hpp"

#include <functional>

namespace upright::megatec {

struct Readings {
    std::map<std::string, std::string, std::less<>> values; // final texts by variable
    WordList status;
    std::vector<std::string> alarms;
};

// Whether the user gave that flag option (ignoresab, ...).
using HasFlag = std::function<bool(std::string_view option)>;

// The readings of a whole, well-formed answer; Errc::bad_reply if it is cut short, begins otherwise, repeats
// the question (which is how the family says "not supported") or has a status that can't be read. A field
// that can't be read is left out.
Result<Readings> read_answer(const Query& query, std::string_view answer, const HasFlag& has_flag);

} // namespace upright::megatec
