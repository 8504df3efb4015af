// ReplayUps: a HID UPS made of a recording. It says what was recorded, and keeps what is written.
#pragma once

#include "drivers/upsim/hid/recording.hpp"
#include "drivers/upsim/usb_ups.hpp"

namespace upright::upsim {

class ReplayFunction;

class ReplayUps final : public UsbUps {
public:
    // The recording must be without problems.
    ReplayUps(std::string name, std::string place, HidRecording recording, const std::string& serial);

    std::optional<Result<std::string>>
    own_action(std::string_view action) override; // "writes", "forget writes"

private:
    ReplayFunction* function_ = nullptr; // the device's
};

} // namespace upright::upsim
