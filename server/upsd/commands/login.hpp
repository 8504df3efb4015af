// Who a client is, and what it may do with that: USERNAME to FSD.
#pragma once

#include "server/upsd/commands/command.hpp"

namespace upright::upsd {

Refused username(Peer& peer, Args args, std::string& out);
Refused password(Peer& peer, Args args, std::string& out);
Refused login(Peer& peer, Args args, std::string& out);
Refused attach(Peer& peer, Args args, std::string& out);
Refused primary(Peer& peer, Args args, std::string& out);
Refused master(Peer& peer, Args args, std::string& out);
Refused fsd(Peer& peer, Args args, std::string& out);

} // namespace upright::upsd
