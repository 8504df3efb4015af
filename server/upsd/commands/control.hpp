// What changes a UPS: settings and instant commands, and whether the client follows what becomes of them.
#pragma once

#include "server/upsd/commands/command.hpp"

namespace upright::upsd {

Refused set_var(Peer& peer, Args args, std::string& out);
Refused set_tracking(Peer& peer, Args args, std::string& out);
Refused instcmd(Peer& peer, Args args, std::string& out);

// Whether the driver announced that the variable takes this value.
Refused check_value(const Variable& variable, std::string_view value);

} // namespace upright::upsd
