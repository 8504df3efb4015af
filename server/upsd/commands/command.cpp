#include "server/upsd/commands/command.hpp"

#include "common/daemon/log.hpp"
#include "common/wire/quote.hpp"
#include "server/upsd/commands/control.hpp"
#include "server/upsd/commands/get.hpp"
#include "server/upsd/commands/list.hpp"
#include "server/upsd/commands/login.hpp"
#include "server/upsd/commands/session_commands.hpp"
#include "server/upsd/commands/subscribe.hpp"

#include <algorithm>
#include <array>

namespace upright::upsd {
namespace {

// clang-format off
constexpr std::array kCommands{
    //       word           sub-command  needs           args      handler           usage
    Command{"GET",         "VAR",       Needs::read,    2, kAny, get_var,          "GET VAR <ups> <variable>"},
    Command{"GET",         "TYPE",      Needs::read,    2, kAny, get_type,         "GET TYPE <ups> <variable>"},
    Command{"GET",         "DESC",      Needs::read,    2, kAny, get_desc,         "GET DESC <ups> <variable>"},
    Command{"GET",         "CMDDESC",   Needs::read,    2, kAny, get_cmddesc,      "GET CMDDESC <ups> <command>"},
    Command{"GET",         "UPSDESC",   Needs::read,    1, kAny, get_upsdesc,      "GET UPSDESC <ups>"},
    Command{"GET",         "NUMLOGINS", Needs::read,    1, kAny, get_numlogins,    "GET NUMLOGINS <ups>"},
    Command{"GET",         "NUMATTACH", Needs::read,    1, kAny, get_numattach,    "GET NUMATTACH <ups>"},
    Command{"GET",         "TRACKING",  Needs::read,    0, kAny, get_tracking,     "GET TRACKING [<id>]"},
    Command{"LIST",        "UPS",       Needs::read,    0, kAny, list_ups,         "LIST UPS"},
    Command{"LIST",        "VAR",       Needs::read,    1, kAny, list_var,         "LIST VAR <ups>"},
    Command{"LIST",        "RW",        Needs::read,    1, kAny, list_rw,          "LIST RW <ups>"},
    Command{"LIST",        "CMD",       Needs::read,    1, kAny, list_cmd,         "LIST CMD <ups>"},
    Command{"LIST",        "ENUM",      Needs::read,    2, kAny, list_enum,        "LIST ENUM <ups> <variable>"},
    Command{"LIST",        "RANGE",     Needs::read,    2, kAny, list_range,       "LIST RANGE <ups> <variable>"},
    Command{"LIST",        "CLIENT",    Needs::read,    1, kAny, list_client,      "LIST CLIENT <ups>"},
    Command{"SET",         "VAR",       Needs::proof,   3, kAny, set_var,          "SET VAR <ups> <variable> <value>"},
    Command{"SET",         "TRACKING",  Needs::user,    1, kAny, set_tracking,     "SET TRACKING <ON|OFF>"},
    Command{"INSTCMD",     "",          Needs::proof,   2, 3,    instcmd,          "INSTCMD <ups> <command> [<parameter>]"},
    Command{"USERNAME",    "",          Needs::nothing, 1, 1,    username,         "USERNAME <name>"},
    Command{"PASSWORD",    "",          Needs::nothing, 1, 1,    password,         "PASSWORD <password>"},
    Command{"LOGIN",       "",          Needs::proof,   1, 1,    login,            "LOGIN <ups>"},
    Command{"ATTACH",      "",          Needs::proof,   1, 1,    attach,           "ATTACH <ups>"},
    Command{"PRIMARY",     "",          Needs::proof,   1, 1,    primary,          "PRIMARY <ups>"},
    Command{"MASTER",      "",          Needs::proof,   1, 1,    master,           "MASTER <ups>"},
    Command{"FSD",         "",          Needs::proof,   1, 1,    fsd,              "FSD <ups>"},
    Command{"SUBSCRIBE",   "UPS",       Needs::read,    1, 1,    subscribe_ups,    "SUBSCRIBE UPS <ups>"},
    Command{"SUBSCRIBE",   "ALL",       Needs::read,    0, 0,    subscribe_all,    "SUBSCRIBE ALL"},
    Command{"UNSUBSCRIBE", "UPS",       Needs::nothing, 1, 1,    unsubscribe_ups,  "UNSUBSCRIBE UPS <ups>"},
    Command{"UNSUBSCRIBE", "ALL",       Needs::nothing, 0, 0,    unsubscribe_all,  "UNSUBSCRIBE ALL"},
    Command{"STARTTLS",    "",          Needs::nothing, 0, kAny, starttls,         "STARTTLS"},
    Command{"VER",         "",          Needs::nothing, 0, 0,    ver,              "VER"},
    Command{"NETVER",      "",          Needs::nothing, 0, 0,    protver,          "NETVER"},
    Command{"PROTVER",     "",          Needs::nothing, 0, 0,    protver,          "PROTVER"},
    Command{"HELP",        "",          Needs::nothing, 0, 0,    help,             "HELP"},
    Command{"LOGOUT",      "",          Needs::nothing, 0, 0,    logout,           "LOGOUT"},
    Command{"DETACH",      "",          Needs::nothing, 0, 0,    logout,           "DETACH"},
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

// An address that guesses is slowed down; but not a client that was right before the users were read anew,
// and hardly one that comes again with what was right.
bool must_wait(Peer& peer)
{
    auto& service = peer.service;
    const auto& client = peer.client;
    if (client.proven
        || service.failed_logins.delay(client.address, peer.now) == std::chrono::milliseconds(0))
        return false;
    return !service.proofs.was_right(*client.user, *client.password)
           || !service.failed_logins.may_jump_the_queue(client.address, peer.now);
}

// Whether it is known by now if user and password belong together. An address that has guessed wrong too
// often must wait before it is told.
bool is_settled(Peer& peer)
{
    auto& client = peer.client;
    if (client.settled == peer.service.generation)
        return true;
    if (must_wait(peer))
        return false;
    const auto right = peer.service.proofs.at_once(peer.service.users, *client.user, *client.password);
    if (right)
        settle_proof(peer, *right);
    return right.has_value();
}

Refused who_is_it(const Peer& peer, Needs needs)
{
    if (needs == Needs::nothing)
        return {};
    if (!peer.client.user)
        return Errc::username_required;
    if (!peer.client.password)
        return Errc::password_required;
    return {};
}

// NUT's order: the user, the number of words, then whatever the command itself looks at.
Refused run(const Command& command, Peer& peer, Args args, std::string& out)
{
    const bool reads_anonymously = command.needs == Needs::read && peer.service.anonymous_reads;
    const auto needs = reads_anonymously ? Needs::nothing : command.needs;
    if (const auto unknown = who_is_it(peer, needs))
        return unknown;
    if (too_long(args) || args.size() < command.least_args || args.size() > command.most_args)
        return Errc::invalid_argument;
    if (needs != Needs::nothing && needs != Needs::user && !is_settled(peer)) {
        peer.after = After::prove;
        return {};
    }
    if (needs == Needs::read && proven_user(peer) == nullptr)
        return Errc::access_denied;
    return command.run(peer, args, out);
}

Refused find_and_run(Peer& peer, Words words, std::string& out)
{
    if (words.empty())
        return Errc::unknown_command;
    const Command* of_word = nullptr;
    for (const auto& command : kCommands) {
        if (!equal_ignoring_case(command.word, words[0]))
            continue;
        of_word = &command;
        if (command.subcommand.empty())
            return run(command, peer, words.subspan(1), out);
        if (words.size() > 1 && equal_ignoring_case(command.subcommand, words[1]))
            return run(command, peer, words.subspan(2), out);
    }
    if (of_word == nullptr)
        return Errc::unknown_command;
    // SET without a second word, or with another.
    const auto unknown = who_is_it(peer, of_word->needs == Needs::read ? Needs::nothing : of_word->needs);
    return unknown ? unknown : Errc::invalid_argument;
}

} // namespace

std::span<const Command> commands() { return kCommands; }

void dispatch(Peer& peer, Words words, const char* error, std::string& out)
{
    const auto refused = error != nullptr ? Refused(Errc::invalid_argument) : find_and_run(peer, words, out);
    if (refused)
        out.append("ERR ").append(wire_name(*refused)).append("\n");
}

std::chrono::milliseconds delay_before_proof(Peer& peer)
{
    if (!must_wait(peer))
        return std::chrono::milliseconds(0);
    return peer.service.failed_logins.take_turn(peer.client.address, peer.now);
}

void settle_proof(Peer& peer, bool right)
{
    auto& client = peer.client;
    client.settled = peer.service.generation;
    client.proven = right;
    peer.service.failed_logins.done(client.address);
    if (right) {
        peer.service.proofs.was_right_now(*client.user, *client.password);
        return;
    }
    log::warning("Login failed: {} does not know the password", client.who());
    peer.service.failed_logins.failed(client.address, peer.now);
}

const User* proven_user(const Peer& peer)
{
    const auto& client = peer.client;
    const bool good = client.proven && client.settled == peer.service.generation && client.user;
    return good ? peer.service.users.find(*client.user) : nullptr;
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
    case Errc::username_required: return "USERNAME-REQUIRED";
    case Errc::password_required: return "PASSWORD-REQUIRED";
    case Errc::already_set_username: return "ALREADY-SET-USERNAME";
    case Errc::already_set_password: return "ALREADY-SET-PASSWORD";
    case Errc::already_logged_in: return "ALREADY-LOGGED-IN";
    case Errc::already_attached: return "ALREADY-ATTACHED";
    case Errc::already_tls: return "ALREADY-SSL-MODE";
    case Errc::read_only: return "READONLY";
    case Errc::too_long: return "TOO-LONG";
    case Errc::invalid_value: return "INVALID-VALUE";
    case Errc::set_failed: return "SET-FAILED";
    case Errc::command_not_supported: return "CMD-NOT-SUPPORTED";
    case Errc::command_failed: return "INSTCMD-FAILED";
    case Errc::already_subscribed: return "ALREADY-SUBSCRIBED";
    case Errc::not_subscribed: return "NOT-SUBSCRIBED";
    case Errc::invalid_argument:
    case Errc::tracking_unknown:
    case Errc::tracking_failed:
    case Errc::refused_by_server:
    case Errc::bad_reply:
    case Errc::bad_config:
    case Errc::timed_out:
    case Errc::disconnected: break;
    }
    return "INVALID-ARGUMENT";
}

} // namespace upright::upsd
