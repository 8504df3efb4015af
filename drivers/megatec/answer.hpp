// Turns one answer of a device into readings. Pure: no I/O, no clock; any bytes are safe.
#pragma once

#include "common/result.hpp"
#include "drivers/megatec/context.hpp"

namespace upright::megatec {

// The readings of a whole, well-formed answer; Errc::bad_reply if it is cut short, said twice, begins
// otherwise, repeats the question (which is how the family says "not supported") or has a status that can't
// be read. A field that can't be read, or whose columns are not where they should be, is left out.
Result<Readings> read_answer(const Query& query, std::string_view answer, const Words& known,
                             const HasFlag& has_flag);

} // namespace upright::megatec
