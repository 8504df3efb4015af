// Any bytes as a recorded walk: what is read of it is written and read again as the same.
#include "drivers/upsim/snmp/recording.hpp"
#include "tests/fuzz/require.hpp"

#include <cstdint>

using namespace upright;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto [recording, problems] = upsim::snmp::parse_recording("fuzz", text);
    for (const auto& problem : problems)
        fuzz::require(problem.file == "fuzz" && !problem.text.empty());
    const auto written = upsim::snmp::to_text(recording);
    const auto [again, more_problems] = upsim::snmp::parse_recording("fuzz", written);
    fuzz::require(more_problems.empty() && again == recording);
    return 0;
}
