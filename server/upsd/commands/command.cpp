#include "server/upsd/commands/command.hpp"

#include "common/wire/quote.hpp"
#include "server/upsd/commands/get.hpp"
#include "server/upsd/commands/list.hpp"
#include "server/upsd/commands/session_commands.hpp"

#include <algorithm>
#include <array>

namespace upright::upsd {
namespace {

// clang-format off
constexpr std::array kCommands{
    //       word        sub-command  args  exact  handler        usage
    Command{"GET",      "VAR",        2, false, get_var,        "GET VAR <ups> <variable>"},
    Command{"GET",      "TYPE",       2, false, get_type,       "GET TYPE <ups> <variable>"},
    Command{"GET",      "DESC",       2, false, get_desc,       "GET DESC <ups> <variable>"},
    Command{"GET",      "CMDDESC",    2, false, get_cmddesc,    "GET CMDDESC <ups> <command>"},
    Command{"GET",      "UPSDESC",    1, false, get_upsdesc,    "GET UPSDESC <ups>"},
    Command{"GET",      "NUMLOGINS",  1, false, get_numlogins,  "GET NUMLOGINS <ups>"},
    Command{"GET",      "NUMATTACH",  1, false, get_numattach,  "GET NUMATTACH <ups>"},
    Command{"GET",      "TRACKING",   0, false, get_tracking,   "GET TRACKING [<id>]"},
    Command{"LIST",     "UPS",        0, false, list_ups,       "LIST UPS"},
    Command{"LIST",     "VAR",        1, false, list_var,       "LIST VAR <ups>"},
    Command{"LIST",     "RW",         1, false, list_rw,        "LIST RW <ups>"},
    Command{"LIST",     "CMD",        1, false, list_cmd,       "LIST CMD <ups>"},
    Command{"LIST",     "ENUM",       2, false, list_enum,      "LIST ENUM <ups> <variable>"},
    Command{"LIST",     "RANGE",      2, false, list_range,     "LIST RANGE <ups> <variable>"},
    Command{"LIST",     "CLIENT",     1, false, list_client,    "LIST CLIENT <ups>"},
    Command{"VER",      "",           0, true,  ver,            "VER"},
    Command{"NETVER",   "",           0, true,  protver,        "NETVER"},
    Command{"PROTVER",  "",           0, true,  protver,        "PROTVER"},
    Command{"HELP",     "",           0, true,  help,           "HELP"},
    Command{"STARTTLS", "",           0, false, starttls,       "STARTTLS"},
    Command{"LOGOUT",   "",           0, true,  logout,         "LOGOUT"},
    Command{"DETACH",   "",           0, true,  logout,         "DETACH"},
};
// clang-format on

// Names that an answer could not repeat and still be a line that every client can read. No UPS has such a
// name: its socket's path would be too long; and no variable: longer ones are not taken from drivers.
bool too_long(Args args)
{
    constexpr std::size_t kRoom = 440; // of 512 bytes; the rest is for the command's word and a value
    std::size_t size = 0;
    for (const auto arg : args.first(std::min<std::size_t>(args.size(), 2)))
        size += arg.size();
    if (2 * size + 4 <= kRoom)
        return false;
    std::string repeated;
    for (const auto arg : args.first(std::min<std::size_t>(args.size(), 2)))
        append_word(repeated, arg);
    return repeated.size() > kRoom;
}

Refused run(const Command& command, Peer& peer, Args args, std::string& out)
{
    if (too_long(args) || args.size() < command.least_args
        || (command.exact && args.size() > command.least_args))
        return Errc::invalid_argument;
    return command.run(peer, args, out);
}

Refused find_and_run(Peer& peer, Words words, std::string& out)
{
    if (words.empty())
        return Errc::unknown_command;
    bool word_known = false;
    for (const auto& command : kCommands) {
        if (!equal_ignoring_case(command.word, words[0]))
            continue;
        word_known = true;
        if (command.subcommand.empty())
            return run(command, peer, words.subspan(1), out);
        if (words.size() > 1 && equal_ignoring_case(command.subcommand, words[1]))
            return run(command, peer, words.subspan(2), out);
    }
    return word_known ? Errc::invalid_argument : Errc::unknown_command;
}

} // namespace

std::span<const Command> commands() { return kCommands; }

void dispatch(Peer& peer, Words words, const char* error, std::string& out)
{
    const auto refused = error != nullptr ? Refused(Errc::invalid_argument) : find_and_run(peer, words, out);
    if (refused)
        out.append("ERR ").append(wire_name(*refused)).append("\n");
}

std::string_view wire_name(Errc code)
{
    switch (code) {
    case Errc::unknown_ups: return "UNKNOWN-UPS";
    case Errc::unknown_variable: return "VAR-NOT-SUPPORTED";
    case Errc::unknown_command: return "UNKNOWN-COMMAND";
    case Errc::driver_not_connected: return "DRIVER-NOT-CONNECTED";
    case Errc::data_stale: return "DATA-STALE";
    case Errc::feature_not_configured: return "FEATURE-NOT-CONFIGURED";
    case Errc::access_denied: return "ACCESS-DENIED";
    case Errc::invalid_argument:
    case Errc::refused_by_server:
    case Errc::bad_reply:
    case Errc::bad_config:
    case Errc::timed_out:
    case Errc::disconnected: break;
    }
    return "INVALID-ARGUMENT";
}

} // namespace upright::upsd
