// BridgeUps: a UPS of the Megatec family behind a USB bridge. It owns the faults of its line.
#pragma once

#include "drivers/upsim/dialects/qx_device.hpp"
#include "drivers/upsim/usb_chip.hpp"
#include "drivers/upsim/usb_ups.hpp"

namespace upright::upsim {

class BridgeUps final : public UsbUps {
public:
    // `dialect` must be one of dialects().
    BridgeUps(std::string name, std::string_view dialect, const UsbChipKind& kind, const std::string& serial,
              std::uint64_t seed);

private:
    std::optional<std::string> answer(std::string_view command);

    std::unique_ptr<QxDevice> qx_;
    std::uint64_t noise_;
};

} // namespace upright::upsim
