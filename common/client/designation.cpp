#include "common/client/designation.hpp"

#include "common/text/number.hpp"

#include <algorithm>
#include <optional>

namespace upright {
namespace {

constexpr auto kBadServer = "invalid hostname.\nRequired format: [hostname[:port]]";
constexpr auto kBadUps = "invalid UPS definition.\nRequired format: upsname[@hostname[:port]]";

// Bytes that no host or UPS name holds, and that must not reach a protocol line.
bool is_clean(std::string_view name)
{
    for (const char c : name)
        if (static_cast<unsigned char>(c) <= ' ' || c == 0x7F)
            return false;
    return !name.empty();
}

std::optional<Server> split(std::string_view text)
{
    Server server;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos)
            return std::nullopt;
        server.host = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
    } else {
        const auto end = std::min(text.find(':'), text.size());
        server.host = text.substr(0, end);
        text.remove_prefix(end);
    }
    if (!is_clean(server.host))
        return std::nullopt;
    if (text.empty())
        return server;
    const auto port = text.starts_with(':') ? to_int(text.substr(1)) : std::nullopt;
    if (!port || *port < 1 || *port > 65535)
        return std::nullopt;
    server.port = static_cast<std::uint16_t>(*port);
    return server;
}

} // namespace

Result<Server> parse_server(std::string_view text)
{
    if (text.empty())
        return Server{};
    auto server = split(text);
    if (!server)
        return Error{Errc::invalid_argument, kBadServer};
    return *std::move(server);
}

Result<Designation> parse_designation(std::string_view text)
{
    const auto at = text.find('@');
    Designation designation{std::string(text.substr(0, at)), {}};
    if (at != std::string_view::npos) {
        auto server = split(text.substr(at + 1));
        if (!server)
            return Error{Errc::invalid_argument, kBadUps};
        designation.server = *std::move(server);
    }
    if (!is_clean(designation.ups))
        return Error{Errc::invalid_argument, kBadUps};
    return designation;
}

} // namespace upright
