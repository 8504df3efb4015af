// Any bytes as a recording of a HID UPS: refused with a problem, or written as it was read.
#include "drivers/upsim/hid/recording.hpp"
#include "tests/fuzz/require.hpp"

#include <cstdint>

using namespace upright;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto [recording, problems] = upsim::parse_hid_recording("fuzz", text);
    for (const auto& problem : problems)
        fuzz::require(problem.file == "fuzz" && !problem.text.empty());
    if (!problems.empty())
        return 0;
    const auto written = upsim::to_text(recording);
    const auto [again, more_problems] = upsim::parse_hid_recording("fuzz", written);
    fuzz::require(more_problems.empty() && upsim::to_text(again) == written);
    return 0;
}
