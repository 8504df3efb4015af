// Any bytes over USB/IP to a simulated HID UPS: the session ends with an error, or answers with whole
// messages.
#include "drivers/upsim/hid/hid_ups.hpp"
#include "drivers/upsim/usbip/session.hpp"
#include "tests/fuzz/require.hpp"

#include <cstdint>

using namespace upright::upsim;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    HidUps ups("ups1", *find_hid_profile("apc"), "", 1);
    usbip::Session session(ups.device());
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (std::size_t at = 0; at < bytes.size(); at += 50)
        if (!session.take(bytes.substr(at, 50)))
            return 0;
    const auto answer = session.output();
    upright::fuzz::require(answer.empty() || answer.size() >= usbip::kHeader);
    return 0;
}
