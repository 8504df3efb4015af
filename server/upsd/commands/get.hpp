// GET: one fact about one UPS.
#pragma once

#include "server/upsd/commands/command.hpp"

namespace upright::upsd {

Refused get_var(Peer& peer, Args args, std::string& out);
Refused get_type(Peer& peer, Args args, std::string& out);
Refused get_desc(Peer& peer, Args args, std::string& out);
Refused get_cmddesc(Peer& peer, Args args, std::string& out);
Refused get_upsdesc(Peer& peer, Args args, std::string& out);
Refused get_numlogins(Peer& peer, Args args, std::string& out);
Refused get_numattach(Peer& peer, Args args, std::string& out);
Refused get_tracking(Peer& peer, Args args, std::string& out);

} // namespace upright::upsd
