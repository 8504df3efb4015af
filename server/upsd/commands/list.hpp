// LIST: everything of one kind. Each answer is BEGIN, rows, END, made in one piece from one state.
#pragma once

#include "server/upsd/commands/command.hpp"

namespace upright::upsd {

Refused list_ups(Peer& peer, Args args, std::string& out);
Refused list_var(Peer& peer, Args args, std::string& out);
Refused list_rw(Peer& peer, Args args, std::string& out);
Refused list_cmd(Peer& peer, Args args, std::string& out);
Refused list_enum(Peer& peer, Args args, std::string& out);
Refused list_range(Peer& peer, Args args, std::string& out);
Refused list_client(Peer& peer, Args args, std::string& out);

} // namespace upright::upsd
