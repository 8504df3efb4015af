// Any text as a map of USB HID UPSes: it is read, or each mistake has its place.
#include "drivers/usbhid/hid_map.hpp"
#include "tests/fuzz/require.hpp"

#include <cstddef>
#include <cstdint>

using namespace upright;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const auto usages = hid::load_usages(UPRIGHT_DEVICE_FILES "/usages.toml").value;
    require(!usages.empty());
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto loaded = usbhid::parse_hid_map("f.toml", text, usages);
    for (const auto& problem : loaded.problems)
        require(problem.line >= 1 && !problem.text.empty());
    if (!loaded.clean())
        return 0;
    const auto& map = loaded.value;
    require(map.name == "f" && !map.version.empty() && map.identity != nullptr);
    for (const auto& row : map.values)
        require(!row.variable.empty() && !row.path.empty() && row.writable == (row.max_length > 0));
    for (const auto& row : map.status)
        require(!row.path.empty() && row.meaning.words.empty() != (row.meaning.conversion == nullptr));
    return 0;
}
