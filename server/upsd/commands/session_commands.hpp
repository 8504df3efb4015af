// Commands about the server and the session itself.
#pragma once

#include "server/upsd/commands/command.hpp"

namespace upright::upsd {

Refused ver(Peer& peer, Args args, std::string& out);
Refused protver(Peer& peer, Args args, std::string& out);
Refused help(Peer& peer, Args args, std::string& out);
Refused starttls(Peer& peer, Args args, std::string& out);
Refused logout(Peer& peer, Args args, std::string& out);

// "Network UPS Tools upsd <version> - <url>": VER's answer and the value of server.info.
std::string_view server_info();

} // namespace upright::upsd
