// The driver socket's lines: what a driver says to its clients and what they say to it
// (docs/driver-protocol.md). Pure text; the sockets are elsewhere.
#pragma once

#include "common/state/change.hpp"
#include "common/wire/words.hpp"

#include <optional>
#include <string>
#include <variant>

namespace upright::driver_protocol {

// A value, with room for what NUT's own drivers may merge into one line.
inline constexpr LexLimits kLimits{.words = 32, .word_length = 65536};

// How a command or setting ended, as TRACKING carries it.
enum class Outcome { handled = 0, unknown = 1, invalid = 2, failed = 3, conversion_failed = 4 };

// ---- driver -> client ------------------------------------------------------------------------------
struct DumpDone {};
struct Pong {};
struct Pid {
    std::string id;
};
struct Tracking {
    std::string id;
    int outcome = 0; // Outcome, or whatever a foreign driver sent
};
struct Goodbye {};
using Message = std::variant<Change, DumpDone, Pong, Pid, Tracking, Goodbye>;

// Nothing for a line that is no known message, has too few words or bad numbers.
std::optional<Message> parse_message(Words words);
// Each appends one line, at most 511 bytes + newline; nothing for a Change whose name is not one plain word
// of at most 255 bytes.
void append(std::string& out, const Change& change);
void append(std::string& out, const Tracking& result);

// ---- client -> driver ------------------------------------------------------------------------------
struct DumpAll {};
struct DumpValue { // DUMPSTATUS is DUMPVALUE ups.status
    std::string variable;
};
struct Ping {};
struct GetPid {};
struct Broadcast { // BROADCAST [n], NOBROADCAST
    bool on = true;
};
struct InstantCommand {
    std::string command;
    std::optional<std::string> parameter;
    std::optional<std::string> tracking_id;
};
struct SetVariable {
    std::string variable;
    std::string value;
    std::optional<std::string> tracking_id;
};
struct Logout {};
using Request =
    std::variant<DumpAll, DumpValue, Ping, GetPid, Broadcast, InstantCommand, SetVariable, Logout>;

std::optional<Request> parse_request(Words words);
std::string to_line(const InstantCommand& request);
std::string to_line(const SetVariable& request);

} // namespace upright::driver_protocol
