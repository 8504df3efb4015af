// NOTIFYCMD, NOTIFYMSG and NOTIFYFLAG: who is told of what, and in which words. Rows of the table in
// config.cpp.
#pragma once

#include "clients/upsmon/config.hpp"

namespace upright::upsmon {

std::optional<Complaint> notify_command(Config& config, Arguments words);
std::optional<Complaint> notify_message(Config& config, Arguments words);
std::optional<Complaint> notify_flags(Config& config, Arguments words);

// Events that NUT does not know go where the nearest one of NUT's goes, unless the file says otherwise: who
// silenced the one does not want the other. Call it when the whole file has been read.
void inherit_flags(Config& config);

} // namespace upright::upsmon
