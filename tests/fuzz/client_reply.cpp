// One line of a server's reply, and a designation that a user typed.
#include "common/client/connection.hpp"
#include "tests/fuzz/require.hpp"

#include <cstdint>

using namespace upright;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto words = reply_words(text.substr(0, text.find('\n'))))
        for (const auto& word : *words)
            fuzz::require(word.size() <= size && word.find('\n') == std::string::npos);
    if (const auto designation = parse_designation(text))
        fuzz::require(!designation->ups.empty() && !designation->server.host.empty()
                      && designation->server.port != 0);
    return 0;
}
