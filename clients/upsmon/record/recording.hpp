// Recording: all that a Decision was told and what it answered, as text that people read and write. The form
// is docs/upsmon-recordings.md; to_text() and parse_recording() are each other's inverse.
#pragma once

#include "clients/upsmon/decision/action.hpp"
#include "clients/upsmon/decision/observation.hpp"
#include "common/config/document.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace upright::upsmon {

struct RecordedAction {
    Action action;
    int line = 0;
};

// An observation, and the actions that it led to.
struct Entry {
    Observation observation;
    std::vector<RecordedAction> actions{};
    int line = 0;
};

struct Recording {
    using Part = std::variant<Policy, Entry>;

    std::vector<Part> parts;        // a policy first; a further one is a reload at that place
    bool ticks_stand_in_it = false; // made by upsmon itself; else time passes between the lines
    bool has_actions = false;       // else there is nothing to compare with
};

// ---- writing: whole lines, newline included --------------------------------------------------------------

// A policy block. Durations are written in whole seconds, as upsmon.conf has them.
std::string to_text(const Policy& policy);

// Of a UPS of the policy. Control bytes, which no text of a server has, become question marks.
std::string to_text(const Observation& observation, const Policy& policy);
std::string to_text(const Action& action, const Policy& policy);

// The line behind which all ticks stand in the recording.
inline constexpr std::string_view kTicksStandInIt = "ticks recorded\n";

// ---- reading ---------------------------------------------------------------------------------------------

// Anything that is not understood is a problem: a recording that is read in part would prove nothing.
Loaded<Recording> parse_recording(std::string file, std::string_view text);

} // namespace upright::upsmon
