// How the client programs reach a server: its name and the options -W and -A become a DialPlan, and dial() is
// the one place where they connect. Make the plan before privileges are dropped: it reads files.
#pragma once

#include "common/client/connection.hpp"
#include "common/client/credentials.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace upright {

// What the programs' help says of the library they stand on: scripts look there for its TLS.
extern const char* const kLibraryLine;

struct DialOptions {
    std::optional<std::string> time_limit;  // -W
    std::optional<std::string> credentials; // -A
};

// All that is needed to connect to one server, again and again.
struct DialPlan {
    Server server;
    std::chrono::milliseconds limit{};
    Credentials credentials; // what nutauth.conf has for that server
    tls::ClientSettings tls; // and what it demands of the connection
};

// With a `user`, the credentials are those of that user. Fails for a bad -W or a file that can't be read.
Result<DialPlan> plan_dial(Server server, const DialOptions& options, const std::string& user = {});

// With TLS, if the server can or the plan demands it.
boost::asio::awaitable<Result<void>> dial(Connection& connection, const DialPlan& plan);

// dial(), then user name and password if the plan has both. Most servers want none for reading, so a refusal
// is the next question's business.
boost::asio::awaitable<Result<void>> dial_to_read(Connection& connection, const DialPlan& plan);

} // namespace upright
