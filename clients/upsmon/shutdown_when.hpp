// SHUTDOWNWHEN: the user's own conditions for a shutdown. Lines are collected, and put to the feeds they name
// when the whole file has been read.
#pragma once

#include "clients/upsmon/config.hpp"

namespace upright::upsmon {

// SHUTDOWNWHEN <system>|* [any|all] <condition> <number> …
std::optional<Complaint> shutdown_when(Config& config, Arguments words);

// Reports lines for systems that no MONITOR line has.
void put_rules_to_feeds(const Document& document, Loaded<Config>& loaded);

// `feed` is one that the line names.
bool is_for(const ShutdownWhen& line, const Config& config, std::size_t feed);

} // namespace upright::upsmon
