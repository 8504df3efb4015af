// The network protocol (RFC 9271, docs/protocol.md) without the network: one line of words in, one complete
// answer out. A command is one row of the table in command.cpp and one function.
#pragma once

#include "common/result.hpp"
#include "common/wire/words.hpp"
#include "server/upsd/client.hpp"
#include "server/upsd/service.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace upright::upsd {

// What the session is to do after a command.
enum class After {
    keep,
    close,
    start_tls,
    produce, // the answer comes from the client's Subscription
    prove    // find out whether user and password belong together, then give the command again
};

// What a handler may see and leave behind.
struct Peer {
    Service& service;
    Client& client;
    Subscription::Outlet& outlet; // for the client's Subscription
    TimePoint now;
    After after = After::keep;
};

using Args = std::span<const std::string_view>; // behind the command's own words

// Appends the whole answer to `out`, or appends nothing and says why not.
using Refused = std::optional<Errc>;
using Handler = Refused (*)(Peer&, Args, std::string& out);

// What a command wants to know of the user first: `user` that there is one; `proof` whether the password is
// right, which the command looks at itself; `read` nothing, unless ANONYMOUSREADS is off.
enum class Needs { nothing, read, user, proof };

struct Command {
    std::string_view word;       // "GET"
    std::string_view subcommand; // "VAR", or empty
    Needs needs;
    std::size_t least_args;
    std::size_t most_args; // more are refused; kAny: they are ignored, as NUT does
    Handler run;
    std::string_view usage; // as docs/protocol.md prints it
};

inline constexpr std::size_t kAny = static_cast<std::size_t>(-1);

std::span<const Command> commands();

// Appends exactly one complete answer to a line; nothing only after After::prove and After::produce. `error`
// is the lexer's complaint about the line, or nullptr.
void dispatch(Peer& peer, Words words, const char* error, std::string& out);

// How long the session has to wait before it may find that out: addresses that guess are slowed down.
std::chrono::milliseconds delay_before_proof(Peer& peer);

// The client's user and password were found to belong together, or not.
void settle_proof(Peer& peer, bool right);

// The user whose password was proven, if the client has one.
const User* proven_user(const Peer& peer);

std::string_view wire_name(Errc code); // the word behind ERR

} // namespace upright::upsd
