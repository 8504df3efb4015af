// The v3 user of a session, in net-snmp's form. To be called with the library's lock held.
#pragma once

#include "drivers/io/snmp/net_snmp.hpp"
#include "drivers/io/snmp/session.hpp"

namespace upright::snmp {

// `options` must outlive the use of `session`. SnmpError if a key can't be made.
void add_user(netsnmp_session& session, const SessionOptions& options);

int level_of(Level level); // SNMP_SEC_LEVEL_...

} // namespace upright::snmp
