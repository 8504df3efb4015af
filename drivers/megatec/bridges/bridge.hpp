// Bridge: how one make of USB chip carries the family's commands and answers. It owns what it remembers from
// one exchange to the next, never the device. Use a new one each time the device was opened.
#pragma once

#include "drivers/io/link.hpp"
#include "drivers/io/usb/usb_transfers.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace upright::megatec {

struct BridgeOptions {
    std::optional<std::uint16_t> language; // langid_fix: of the string descriptors
};

class Bridge {
public:
    Bridge() = default;
    Bridge(const Bridge&) = delete;
    Bridge& operator=(const Bridge&) = delete;
    virtual ~Bridge() = default;

    // As io::Link::exchange(). A command that the bridge has no way to send comes back unchanged, which is
    // how the family says "not supported".
    virtual std::string exchange(io::UsbTransfers& usb, std::string_view command,
                                 const io::Limits& limits) = 0;
};

// By the name that ups.conf (subdriver) and usb-ids.toml use; nullptr for any other.
std::unique_ptr<Bridge> make_bridge(std::string_view name, const BridgeOptions& options);
std::vector<std::string_view> bridge_names();
// Some have two names: the one that dialects know.
std::string_view first_bridge_name(std::string_view name);

} // namespace upright::megatec
