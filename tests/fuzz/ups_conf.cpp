// Any file: every problem has a place in it, and can be shown with a caret.
#include "common/config/ups_conf.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <cstdint>

using namespace upright;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
    auto conf = parse_ups_conf("ups.conf", text);
    for (const auto& section : conf.value.sections)
        number_setting(conf.value, section.settings.find("sdorder"), -1, 100, 0, conf.problems);
    for (const auto& problem : conf.problems) {
        fuzz::require(problem.line >= 1 && problem.line <= lines && problem.column >= 1);
        fuzz::require(!with_caret(problem, text).empty());
    }
    return 0;
}
