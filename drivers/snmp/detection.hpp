// Which family a device is (docs/snmp-device-files.md, "Which family a device is"). Blocking; throws
// SnmpError.
#pragma once

#include "drivers/io/snmp/agent.hpp"
#include "drivers/snmp/family.hpp"

namespace upright::snmp {

struct Detection {
    Oid object_id;           // sysObjectID; empty if there is none
    std::string description; // sysDescr
    const FamilyHead* family = nullptr;
    std::vector<const FamilyHead*> supplements;
    std::string reason; // why that family, or why none
};

// sysObjectID, whatever type it comes as; empty if there is none.
Oid object_id_of(Agent& agent);

// `only`: the name of a family, or nothing for all.
Detection detect(Agent& agent, const std::vector<FamilyHead>& heads, const std::optional<std::string>& only);

} // namespace upright::snmp
