// A recording, whatever stands in it: every problem has a place; one without a problem says the same when it
// is written and read again.
#include "clients/upsmon/record/recording.hpp"
#include "tests/fuzz/require.hpp"

#include <cstdint>

using namespace upright;
using namespace upright::upsmon;

namespace {

std::string written(const Recording& recording)
{
    std::string text = recording.ticks_stand_in_it ? std::string(kTicksStandInIt) : std::string();
    Policy policy;
    for (const auto& part : recording.parts) {
        if (const auto* const next = std::get_if<Policy>(&part)) {
            policy = *next;
            text += to_text(policy);
            continue;
        }
        const auto& entry = std::get<Entry>(part);
        text += to_text(entry.observation, policy);
        for (const auto& one : entry.actions)
            text += to_text(one.action, policy);
    }
    return text;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto first = parse_recording("f", std::string_view(reinterpret_cast<const char*>(data), size));
    for (const auto& problem : first.problems)
        fuzz::require(problem.line >= 0 && parse_diagnostic(to_string(problem), "f").has_value());
    if (!first.clean())
        return 0;
    const auto text = written(first.value);
    const auto again = parse_recording("f", text);
    fuzz::require(again.clean() && written(again.value) == text);
    return 0;
}
