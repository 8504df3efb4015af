// The network protocol (RFC 9271, docs/protocol.md) without the network: one line of words in, one complete
// answer out. A command is one row of the table in command.cpp and one function.
#pragma once

#include "common/result.hpp"
#include "common/wire/words.hpp"
#include "server/upsd/descriptions.hpp"
#include "server/upsd/upses.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace upright::upsd {

enum class After { keep, close };

// What a handler may see and leave behind; the session owns it.
struct Peer {
    Upses& upses;
    const Descriptions& descriptions;
    TimePoint now;
    After after = After::keep;
};

using Args = std::span<const std::string_view>; // behind the command's own words

// Appends the whole answer to `out`, or appends nothing and says why not.
using Refused = std::optional<Errc>;
using Handler = Refused (*)(Peer&, Args, std::string& out);

struct Command {
    std::string_view word;       // "GET"
    std::string_view subcommand; // "VAR", or empty
    std::size_t least_args;
    bool exact; // more arguments are refused; else they are ignored, as NUT does for GET and LIST
    Handler run;
    std::string_view usage; // as docs/protocol.md prints it
};

std::span<const Command> commands();

// Appends exactly one complete answer to a line. `error` is the lexer's complaint about the line, or nullptr.
void dispatch(Peer& peer, Words words, const char* error, std::string& out);

std::string_view wire_name(Errc code); // the word behind ERR

} // namespace upright::upsd
