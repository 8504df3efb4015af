#include "server/upsd/commands/get.hpp"

#include "common/version.hpp"
#include "common/wire/driver_protocol.hpp"
#include "common/wire/quote.hpp"
#include "server/upsd/commands/session_commands.hpp"

#include <fmt/format.h>

namespace upright::upsd {
namespace {

constexpr std::string_view kNoDescription = "Description unavailable";

// "VAR <ups> <variable>" with both as the client spelled them: NUT's client library compares them with its
// query, word by word. Kept between calls, since this is what most requests need.
std::string& head_of(std::string_view word, std::string_view ups, std::string_view name)
{
    static std::string head; // one loop, one thread
    head.assign(word).append(" ");
    append_word(head, ups);
    head += ' ';
    append_word(head, name);
    return head;
}

std::string& head_of(std::string_view word, Args args) { return head_of(word, args[0], args[1]); }

// The server answers these itself, for any UPS name. The variable is echoed in lower case.
Refused get_server_var(Args args, std::string& out)
{
    if (equal_ignoring_case(args[1], "server.info"))
        append_value_line(out, head_of("VAR", args[0], "server.info"), server_info());
    else if (equal_ignoring_case(args[1], "server.version"))
        append_value_line(out, head_of("VAR", args[0], "server.version"), kVersion);
    else
        return Errc::unknown_variable;
    return {};
}

Refused count_logins(Peer& peer, Args args, std::string_view word, std::string& out)
{
    const auto ups = peer.service.upses.available(args[0], peer.now);
    if (!ups)
        return ups.error();
    out += fmt::format("{} {} {}\n", word, args[0], (*ups)->count_logins());
    return {};
}

} // namespace

// GET VAR <ups> <variable>  ->  VAR <ups> <variable> "<value>"
Refused get_var(Peer& peer, Args args, std::string& out)
{
    if (starts_ignoring_case(args[1], "server."))
        return get_server_var(args, out);
    const auto ups = peer.service.upses.available(args[0], peer.now);
    if (!ups)
        return ups.error();
    const auto* const variable = (*ups)->state().find(args[1]);
    if (variable == nullptr)
        return (*ups)->why_missing();
    (*ups)->append_value_line(out, head_of("VAR", args), args[1], *variable);
    return {};
}

// GET TYPE <ups> <variable>  ->  TYPE <ups> <variable>[ RW][ ENUM][ RANGE] STRING:<n>|NUMBER
Refused get_type(Peer& peer, Args args, std::string& out)
{
    const auto ups = peer.service.upses.available(args[0], peer.now);
    if (!ups)
        return ups.error();
    const auto* const variable = (*ups)->state().find(args[1]);
    if (variable == nullptr)
        return (*ups)->why_missing();
    out += head_of("TYPE", args);
    if (variable->flags.rw)
        out += " RW";
    if (!variable->enums.empty())
        out += " ENUM";
    if (!variable->ranges.empty())
        out += " RANGE";
    if (variable->flags.text)
        out += fmt::format(" STRING:{}\n", variable->max_length);
    else
        out += " NUMBER\n";
    return {};
}

// GET DESC <ups> <variable>  ->  DESC <ups> <variable> "<text>"; the variable need not exist
Refused get_desc(Peer& peer, Args args, std::string& out)
{
    if (const auto ups = peer.service.upses.available(args[0], peer.now); !ups)
        return ups.error();
    append_value_line(out, head_of("DESC", args),
                      peer.service.descriptions.of_variable(args[1]).value_or(kNoDescription));
    return {};
}

// GET CMDDESC <ups> <command>  ->  CMDDESC <ups> <command> "<text>"; likewise
Refused get_cmddesc(Peer& peer, Args args, std::string& out)
{
    if (const auto ups = peer.service.upses.available(args[0], peer.now); !ups)
        return ups.error();
    append_value_line(out, head_of("CMDDESC", args),
                      peer.service.descriptions.of_command(args[1]).value_or(kNoDescription));
    return {};
}

// GET UPSDESC <ups>  ->  UPSDESC <ups> "<desc>"; answered whether the driver is there or not
Refused get_upsdesc(Peer& peer, Args args, std::string& out)
{
    const auto* const ups = peer.service.upses.find(args[0]);
    if (ups == nullptr)
        return Errc::unknown_ups;
    append_value_line(out, fmt::format("UPSDESC {}", args[0]), ups->description.value_or("Unavailable"));
    return {};
}

// GET NUMLOGINS <ups>  ->  NUMLOGINS <ups> <count>
Refused get_numlogins(Peer& peer, Args args, std::string& out)
{
    return count_logins(peer, args, "NUMLOGINS", out);
}

// GET NUMATTACH <ups>: the name RFC 9271 gives it
Refused get_numattach(Peer& peer, Args args, std::string& out)
{
    return count_logins(peer, args, "NUMATTACH", out);
}

// GET TRACKING  ->  ON or OFF, for this connection
// GET TRACKING <id>  ->  PENDING, SUCCESS or an error: what the driver says became of it
Refused get_tracking(Peer& peer, Args args, std::string& out)
{
    if (args.empty()) {
        out += peer.client.tracking ? "ON\n" : "OFF\n";
        return {};
    }
    if (!peer.client.tracking)
        return Errc::feature_not_configured;
    const auto outcome = peer.service.tracking.outcome(args[0]);
    const auto word = outcome ? tracking_word(static_cast<int>(*outcome)) : "PENDING";
    if (outcome && *outcome != driver_protocol::Outcome::handled)
        out += "ERR ";
    out.append(word).append("\n");
    return {};
}

} // namespace upright::upsd
