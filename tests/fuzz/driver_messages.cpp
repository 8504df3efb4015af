// What a driver, ours or a hostile one, may say: parsed, applied, and said again within bounds.
#include "common/state/state.hpp"
#include "common/wire/driver_protocol.hpp"
#include "common/wire/quote.hpp"
#include "tests/fuzz/require.hpp"

#include <cstdint>

using namespace upright;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    State state;
    WordStream stream(driver_protocol::kLimits);
    stream.feed({reinterpret_cast<const char*>(data), size}, [&](Words words, const char* error) {
        const auto message = error == nullptr ? driver_protocol::parse_message(words) : std::nullopt;
        if (const auto* const change = message ? std::get_if<Change>(&*message) : nullptr)
            state.apply(*change);
        return true;
    });
    for (const auto& change : state.as_changes()) {
        std::string line;
        driver_protocol::append(line, change);
        fuzz::require(line.size() <= kLongestLine);
        std::size_t statements = 0;
        WordStream again(driver_protocol::kLimits);
        again.feed(line, [&](Words words, const char* error) {
            fuzz::require(error == nullptr && driver_protocol::parse_message(words).has_value());
            ++statements;
            return true;
        });
        fuzz::require(statements == (line.empty() ? 0 : 1));
    }
    return 0;
}
