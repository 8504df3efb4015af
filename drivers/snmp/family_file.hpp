// Device files of snmp-ups (docs/snmp-device-files.md): their heads, to recognise a device by, and whole.
#pragma once

#include "common/config/diagnostic.hpp"
#include "drivers/snmp/family.hpp"

namespace upright::snmp {

// `file`: for messages; the family's name is its stem.
Loaded<FamilyHead> parse_family_head(const std::string& file, std::string_view toml);

// `object_id` is the device's sysObjectID: what "*" in an OID stands for, if it begins so.
Loaded<Family> parse_family(const std::string& file, std::string_view toml,
                            const std::optional<Oid>& object_id = {});

} // namespace upright::snmp
