// HidUps: a UPS of the USB HID power device class. It owns nothing of its own but the clock that its function
// asks; see HidFunction.
#pragma once

#include "drivers/upsim/hid/hid_function.hpp"
#include "drivers/upsim/usb_ups.hpp"

namespace upright::upsim {

class HidUps final : public UsbUps {
public:
    HidUps(std::string name, const HidProfile& profile, const std::string& serial, std::uint64_t seed);

    // Whoever waits for a report gets it, with the lock held.
    void changed() override;
    Result<void> set_fault(Fault fault) override; // of those of a serial line only "leap"
    std::optional<Result<std::string>> own_action(std::string_view action) override;

private:
    std::string truth();

    HidFunction* function_ = nullptr; // the device's
};

} // namespace upright::upsim
