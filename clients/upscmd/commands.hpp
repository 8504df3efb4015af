// The instant commands of a UPS with their descriptions, and how upscmd -l prints them.
#pragma once

#include "common/client/connection.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upright::upscmd {

struct Command {
    std::string name;
    std::optional<std::string> description; // nothing if the server refused to tell
};

// In the server's order.
boost::asio::awaitable<Result<std::vector<Command>>> fetch_commands(Connection& connection, std::string ups);

std::string commands_text(const std::string& ups, const std::vector<Command>& commands, bool json);

} // namespace upright::upscmd
