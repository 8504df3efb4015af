// Whether an agent is there at all, whatever it thinks of our community or user: each agent that speaks v3
// reports its engine to anybody who asks (RFC 3414, section 4).
#pragma once

#include <chrono>
#include <string>

namespace upright::snmp {

enum class Presence {
    unknown,     // no answer, and nothing that says why
    unreachable, // no way to it, or its port is closed
    agent        // an agent answers
};

// `peer` as in SessionOptions. Blocks for `patience` at most, and for looking the name up.
Presence look_for_agent(const std::string& peer, std::chrono::milliseconds patience);

} // namespace upright::snmp
