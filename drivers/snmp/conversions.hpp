// Conversions of readings that no scale and no list of words can do: one table
// (docs/snmp-device-files.md, "Values").
#pragma once

#include "drivers/io/snmp/value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::snmp {

struct Conversion {
    std::string_view name;
    std::optional<std::string> (*read)(const Value& value); // nothing: it says nothing
};

const Conversion* find_conversion(std::string_view name); // nullptr if there is none
std::vector<std::string_view> conversion_names();

} // namespace upright::snmp
