// A format as a user writes it: whatever stands in it, a line comes out, and text with its % doubled comes
// out as it was.
#include "clients/upslog/format.hpp"
#include "tests/fuzz/require.hpp"

#include <cstdint>

using namespace upright;

namespace {

std::string line(std::string_view format, const std::map<std::string, std::string>& values)
{
    return upslog::Format(format).line({1'700'000'000, "host", "ups@host", 1, values});
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const upslog::Format format(text);
    std::map<std::string, std::string> values;
    for (const auto& name : format.variables()) {
        fuzz::require(name.find('.') != std::string::npos && name.find('%') == std::string::npos);
        fuzz::require(values.emplace(name, "value").second); // each once
    }
    fuzz::require(values.empty() || line(text, values).find("value") != std::string::npos);

    std::string doubled;
    for (const char c : text)
        doubled += c == '%' ? "%%" : std::string(1, c);
    fuzz::require(line(doubled, {}) == text);
    return 0;
}
