#include "clients/upscmd/commands.hpp"

#include "common/client/json.hpp"

#include <fmt/format.h>

namespace asio = boost::asio;

namespace upright::upscmd {

asio::awaitable<Result<std::vector<Command>>> fetch_commands(Connection& connection, std::string ups)
{
    const auto rows = co_await connection.list("CMD", ups);
    if (!rows)
        co_return rows.error();
    std::vector<Command> commands;
    for (const auto& row : *rows) {
        const auto description = co_await connection.get("CMDDESC", ups, row[0]);
        if (!description && !connection.is_open())
            co_return description.error();
        commands.push_back({row[0], description ? std::optional(description->front()) : std::nullopt});
    }
    co_return commands;
}

std::string commands_text(const std::string& ups, const std::vector<Command>& commands, bool json)
{
    if (json) {
        std::vector<std::string> pairs;
        for (const auto& command : commands)
            pairs.push_back(json_pair(command.name,
                                      json_string(command.description.value_or("Description unavailable"))));
        return json_object(pairs) + '\n';
    }
    auto out = fmt::format("Instant commands supported on UPS [{}]:\n\n", ups);
    for (const auto& command : commands)
        out += command.name + (command.description ? " - " + *command.description : "") + '\n';
    return out;
}

} // namespace upright::upscmd
