// What somebody says on the timer daemon's socket, and a file that somebody wrote: what was understood is
// said the same way again.
#include "clients/upssched/check.hpp"
#include "clients/upssched/request.hpp"
#include "tests/fuzz/require.hpp"

#include <cstdint>

using namespace upright;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto words = upssched::decoded_words(text.substr(0, text.find('\n')))) {
        const auto line = upssched::encoded_line(*words);
        if (!words->empty())
            fuzz::require(upssched::decoded_words(line.substr(0, line.size() - 1)) == words);
        const auto listed = upssched::list_line(*words);
        fuzz::require(listed.find('\n') == listed.size() - 1);
        if (const auto request = upssched::parse_request(*words)) {
            fuzz::require(request->seconds >= 0 && !request->name.empty());
            const auto again = upssched::to_line(*request);
            const auto same =
                upssched::parse_request(*upssched::decoded_words(again.substr(0, again.size() - 1)));
            fuzz::require(same && same->name == request->name && same->event == request->event
                          && same->command == request->command && same->seconds == request->seconds);
        }
    }
    const auto loaded = upssched::parse_config("f", text);
    for (const auto& rule : loaded.value.rules)
        fuzz::require(rule.seconds >= 0 && !rule.name.text.empty());
    for (const auto& problem : upssched::check_rules("f", loaded.value))
        fuzz::require(problem.line > 0 && problem.column > 0);
    return 0;
}
