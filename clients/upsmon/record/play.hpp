// Playing a recording: the same Decision is told the same again. Between the lines time passes as it does for
// upsmon, unless the recording has its ticks in it. Pure.
#pragma once

#include "clients/upsmon/decision/decision.hpp"
#include "clients/upsmon/record/recording.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace upright::upsmon {

// One observation and what it leads to. Everything is valid during the call only.
struct Step {
    const Observation& observation;
    const std::vector<Action>& actions;
    const Entry* entry; // nullptr: a tick that is not in the recording
    const Policy& policy;
};

// The first place where what is done now is not what is recorded.
struct Difference {
    int line = 0;
    std::string recorded; // empty: nothing more
    std::string now;      // likewise
};

struct Outcome {
    explicit Outcome(const Policy& policy) : decision(policy) {}

    Decision decision; // as it is at the end
    Instant end{0};    // the last observation
    std::optional<Instant> shut_down_at;
    std::string why; // it was shut down
    std::optional<Difference> difference;
    bool complete = true; // false: so many ticks were due that the rest was not played
};

// The recording has no problems. Without recorded actions there is no difference.
Outcome play(const Recording& recording, const std::function<void(const Step&)>& heard);

} // namespace upright::upsmon
