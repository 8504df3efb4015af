// What a client of the driver socket may ask; what we would ask ourselves is read back as it was.
#include "common/wire/driver_protocol.hpp"
#include "tests/fuzz/require.hpp"

#include <cstdint>

using namespace upright;
using namespace upright::driver_protocol;

namespace {

std::optional<Request> read(const std::string& line)
{
    std::optional<Request> request;
    WordStream stream(kLimits);
    stream.feed(line, [&](Words words, const char* error) {
        fuzz::require(error == nullptr);
        request = parse_request(words);
        return true;
    });
    return request;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    WordStream stream(kLimits);
    stream.feed({reinterpret_cast<const char*>(data), size}, [](Words words, const char* error) {
        const auto request = error == nullptr ? parse_request(words) : std::nullopt;
        const auto* const set = request ? std::get_if<SetVariable>(&*request) : nullptr;
        if (set != nullptr) {
            auto sent = set->value; // but for TABs and the like, which quoted() leaves out
            std::erase_if(sent, [](char c) { return c < ' '; });
            const auto back = read(to_line(SetVariable{"a.b", set->value, "id"}));
            fuzz::require(back && std::get<SetVariable>(*back).value == sent);
        }
        return true;
    });
    return 0;
}
