// SUBSCRIBE: being told of changes when they happen.
#pragma once

#include "server/upsd/commands/command.hpp"

namespace upright::upsd {

Refused subscribe_ups(Peer& peer, Args args, std::string& out);
Refused subscribe_all(Peer& peer, Args args, std::string& out);
Refused unsubscribe_ups(Peer& peer, Args args, std::string& out);
Refused unsubscribe_all(Peer& peer, Args args, std::string& out);

} // namespace upright::upsd
