// ACL, ACCEPT and REJECT of upsd.conf. The rule: what can't be understood never lets anybody in, it breaks
// the whole.
#pragma once

#include "server/upsd/config.hpp"

namespace upright::upsd {

std::optional<Complaint> define_acl(Config& config, Arguments words);
std::optional<Complaint> accept(Config& config, Arguments words);
std::optional<Complaint> reject(Config& config, Arguments words);

// When the whole file was read: names that no ACL defines, and lines meant to be one of the three that became
// none (misspelt, broken, or swallowed by the quotes of a line before).
void check_access(const Document& document, Loaded<Config>& loaded);

} // namespace upright::upsd
