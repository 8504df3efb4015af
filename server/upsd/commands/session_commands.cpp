#include "server/upsd/commands/session_commands.hpp"

#include "common/version.hpp"

#include <fmt/format.h>

namespace upright::upsd {

std::string_view server_info()
{
    static const std::string info = fmt::format("Network UPS Tools upsd {} - {}", kVersion, kProjectUrl);
    return info;
}

// VER  ->  Network UPS Tools upsd <version> - <url>
Refused ver(Peer&, Args, std::string& out)
{
    out.append(server_info()).append("\n");
    return {};
}

// PROTVER, NETVER  ->  1.3: clients that see another version give up after a TLS handshake.
Refused protver(Peer&, Args, std::string& out)
{
    out += "1.3\n";
    return {};
}

// HELP  ->  Commands: each first word of the table, once
Refused help(Peer&, Args, std::string& out)
{
    out += "Commands:";
    std::string_view last;
    for (const auto& command : commands()) {
        if (command.word != last)
            out.append(" ").append(command.word);
        last = command.word;
    }
    out += '\n';
    return {};
}

// STARTTLS  ->  OK STARTTLS, then the handshake. Every NUT client tries it on every connection, and goes on
// in clear text where it is not configured.
Refused starttls(Peer& peer, Args, std::string& out)
{
    if (peer.client.encrypted)
        return Errc::already_tls;
    if (!peer.service.tls)
        return Errc::feature_not_configured;
    out += "OK STARTTLS\n";
    peer.after = After::start_tls;
    return {};
}

// LOGOUT  ->  OK Goodbye, then the server closes
Refused logout(Peer& peer, Args, std::string& out)
{
    out += "OK Goodbye\n";
    peer.after = After::close;
    return {};
}

} // namespace upright::upsd
