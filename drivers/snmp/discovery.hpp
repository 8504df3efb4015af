// Discovery: asks a device which objects of its families it has, and makes a Layout of them. Blocking; throws
// SnmpError. The families must outlive the layout.
#pragma once

#include "drivers/io/snmp/agent.hpp"
#include "drivers/snmp/layout.hpp"

namespace upright::snmp {

Layout discover(Agent& agent, const std::vector<const Family*>& families);

} // namespace upright::snmp
