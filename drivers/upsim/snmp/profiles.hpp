// The makes of SNMP UPSes and PDUs, each in its own file; profiles() has them all.
#pragma once

#include "drivers/upsim/snmp/row.hpp"

namespace upright::upsim::snmp {

Profile ietf_profile();
Profile ietf3_profile();
Profile apcc_profile();
Profile xups_profile();
Profile cyberpower_profile();
Profile epdu_profile();
Profile apc_pdu_profile();

std::vector<Row> eaton_sensor_rows(); // which more than one of them shows

const std::vector<Profile>& profiles();
const Profile* find_profile(std::string_view name);

} // namespace upright::upsim::snmp
