// What is wrong with an SNMP agent, on request: with its line, and with its objects. Plain data.
#pragma once

#include "drivers/upsim/snmp/value.hpp"

#include <chrono>
#include <map>

namespace upright::upsim::snmp {

struct Faults {
    using Clock = std::chrono::steady_clock;

    bool mute = false;
    std::optional<Clock::time_point> mute_until;
    std::chrono::milliseconds delay{0}; // of each answer
    std::size_t most_variables = 0;     // in a request; 0: any number
    std::vector<Oid> missing;           // and all below
    std::vector<Oid> wrong_type;
    bool read_only = false;
    std::optional<std::map<Oid, Value>> frozen; // what the objects said when they froze

    bool silent(Clock::time_point now) const { return mute && (!mute_until || now < *mute_until); }
};

} // namespace upright::upsim::snmp
