// A request that changes something at a UPS (INSTCMD, SET VAR): sent with user name and password, its result
// waited for if that is wanted. The server's OK alone only says that it handed the request to the driver.
#pragma once

#include "common/client/connection.hpp"
#include "common/client/login.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace upright {

struct Request {
    std::string line;                         // INSTCMD <ups> <command> [<value>]
    std::string name;                         // as failures call it: "Instant command"
    std::string kind;                         // and what is tracked: "command"
    std::optional<std::chrono::seconds> wait; // for the result, at most so long
};

// What option -t says: whole seconds, 0 to 86400.
Result<std::chrono::seconds> wait_limit(std::string_view text);

struct Outcome {
    bool ok = false;
    bool is_result = false; // `reply` is how it ended, not only that it was accepted
    std::string line;       // for people, as NUT's programs put it
    std::string reply;      // the server's last word on it: OK, SUCCESS, ERR FAILED; empty if there was none
    std::string tracking;   // the id under which the server keeps the result, if it gave one
    std::string error;      // why it failed, for programs
};

// It failed before the server had a word on it.
Outcome failure(const std::string& what, const Error& error);

boost::asio::awaitable<Outcome> carry_out(Connection& connection, Login login, Request request);

} // namespace upright
