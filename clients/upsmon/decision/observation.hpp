// Observation: one thing that upsmon has seen or heard, and when. All that a decision may depend on passes
// through here, so that a recording of it can be played again.
#pragma once

#include "clients/upsmon/decision/policy.hpp"

#include <optional>
#include <string>
#include <variant>

namespace upright::upsmon {

// ---- of one UPS ----------------------------------------------------------------------------------------

// It answered, or told by itself: what it says now. Never with an empty status.
struct Reading {
    std::string status;            // words of ups.status
    std::string alarm;             // ups.alarm; empty: none
    std::string modes;             // words of ups.mode.buzzwords
    std::optional<double> charge;  // battery.charge, %
    std::optional<double> runtime; // battery.runtime, s

    bool operator==(const Reading&) const = default;
};

// It can't be asked, or gives no sensible answer. One for each attempt.
struct Silence {
    std::string why;
    bool operator==(const Silence&) const = default;
};

struct LoggedIn {
    bool operator==(const LoggedIn&) const = default;
};

// The server does not let us log in, or not as a primary: it would not wait for us.
struct LoginRefused {
    std::string why;
    bool operator==(const LoginRefused&) const = default;
};

// What became of SetFsd.
struct FsdAnswer {
    bool set = false;
    std::string why; // not
    bool operator==(const FsdAnswer&) const = default;
};

// What became of AskLogins: how many are logged in, if the server tells.
struct Logins {
    std::optional<int> count;
    bool operator==(const Logins&) const = default;
};

// ---- of this host --------------------------------------------------------------------------------------

struct ShutdownWanted { // upsmon -c fsd
    bool operator==(const ShutdownWanted&) const = default;
};

struct GoingToSleep {
    bool operator==(const GoingToSleep&) const = default;
};

// The host was asleep, or stood still, for so long.
struct Woken {
    bool announced = false; // GoingToSleep came before
    Duration after{0};
    bool operator==(const Woken&) const = default;
};

struct ParentGone { // the privileged process, without which nothing can be shut down
    bool operator==(const ParentGone&) const = default;
};

// Time has passed: something was due.
struct Tick {
    bool operator==(const Tick&) const = default;
};

using Occurrence = std::variant<Tick, Reading, Silence, LoggedIn, LoginRefused, FsdAnswer, Logins,
                                ShutdownWanted, GoingToSleep, Woken, ParentGone>;

struct Observation {
    Instant at{0};
    std::size_t feed = 0; // in Policy::feeds; 0 for what is of this host
    Occurrence what;

    bool operator==(const Observation&) const = default;
};

} // namespace upright::upsmon
