// Any text as a device file: it is read, or each mistake has its place.
#include "drivers/megatec/dialect.hpp"
#include "tests/fuzz/require.hpp"

#include <cstddef>
#include <cstdint>

using namespace upright;
using namespace upright::megatec;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const Dialect base = [] {
        for (auto& one : load_dialects({UPRIGHT_DEVICE_FILES}).value)
            if (one.name == "megatec")
                return one;
        return Dialect{};
    }();
    require(!base.queries.empty());
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto loaded = parse_dialect("f.toml", text, [](std::string_view) { return &base; });
    for (const auto& problem : loaded.problems)
        require(problem.line >= 1 && !problem.text.empty());
    if (loaded.clean())
        require(!loaded.value.name.empty() && !loaded.value.queries.empty() && !loaded.value.claims.empty());
    return 0;
}
