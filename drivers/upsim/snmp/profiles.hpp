// The makes of SNMP UPSes and PDUs, each in its own file; profiles() has them all.
#pragma once

#include "drivers/upsim/snmp/row.hpp"

namespace upright::upsim::snmp {

Profile ietf_profile();
Profile ietf3_profile();

const std::vector<Profile>& profiles();
const Profile* find_profile(std::string_view name);

} // namespace upright::upsim::snmp
