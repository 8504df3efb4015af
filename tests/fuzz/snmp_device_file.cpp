// Any text as a device file of snmp-ups: it is read, or each mistake has its place.
#include "drivers/snmp/family_file.hpp"
#include "tests/fuzz/require.hpp"

#include <cstddef>
#include <cstdint>

using namespace upright;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto head = snmp::parse_family_head("f.toml", text);
    for (const auto& problem : head.problems)
        require(problem.line >= 0 && !problem.text.empty());
    const auto loaded = snmp::parse_family("f.toml", text, snmp::Oid{1, 3, 6, 1, 4, 1, 28507, 43});
    for (const auto& problem : loaded.problems)
        require(problem.line >= 0 && !problem.text.empty());
    if (!loaded.clean())
        return 0;
    require(loaded.value.name == "f" && !loaded.value.version.empty());
    for (const auto& row : loaded.value.values)
        require(!row.variable.empty() && !row.place.before.empty()
                && row.place.before.size() <= snmp::Oid::kLongest);
    for (const auto& table : loaded.value.tables)
        require(!table.index.empty());
    return 0;
}
