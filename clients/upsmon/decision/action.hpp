// Action: something that upsmon is to do, and why.
#pragma once

#include "clients/notify_types/notify_types.hpp"
#include "clients/upsmon/decision/policy.hpp"

#include <string>
#include <variant>

namespace upright::upsmon {

// Tell people, as NOTIFYFLAG and NOTIFYMSG say.
struct Notify {
    NotifyType type;
    std::string system; // empty: of this host
    std::string more;   // alarms, unknown words, how long
    bool operator==(const Notify&) const = default;
};

// A line of the log.
struct Say {
    enum class Level { info, notice, warning, error };
    Level level = Level::info;
    std::string text;
    bool to_all = false; // to everybody's terminal, too
    bool operator==(const Say&) const = default;
};

// FSD <ups> to its server. FsdAnswer follows.
struct SetFsd {
    std::size_t feed = 0;
    bool operator==(const SetFsd&) const = default;
};

// GET NUMLOGINS <ups>. Logins follows.
struct AskLogins {
    std::size_t feed = 0;
    bool operator==(const AskLogins&) const = default;
};

// Log who is still logged in to the UPS; nothing follows.
struct TellWho {
    std::size_t feed = 0;
    bool operator==(const TellWho&) const = default;
};

// Write the flag and run SHUTDOWNCMD. Once in the life of a Decision.
struct ShutDown {
    std::string why; // for the log, on one line
    bool operator==(const ShutDown&) const = default;
};

// End upsmon, which logs out everywhere.
struct End {
    bool operator==(const End&) const = default;
};

// After sleep: read the configuration again.
struct Reload {
    bool operator==(const Reload&) const = default;
};

using Action = std::variant<Notify, Say, SetFsd, AskLogins, TellWho, ShutDown, End, Reload>;

} // namespace upright::upsmon
