// UsbUps: a UPS behind a simulated USB device. It owns the device and the faults of its line. Whoever touches
// it holds its lock: programs under test reach it from the testbed's thread.
#pragma once

#include "drivers/upsim/dialects/qx_device.hpp"
#include "drivers/upsim/simulated_ups.hpp"
#include "drivers/upsim/usb_device.hpp"

#include <mutex>

namespace upright::upsim {

class UsbUps final : public SimulatedUps {
public:
    // `dialect` must be one of dialects().
    UsbUps(std::string name, std::string_view dialect, const UsbChipKind& kind, UsbTexts texts, Rating rating,
           std::uint64_t seed);

    Result<void> open() override { return {}; }
    Result<void> set_fault(Fault fault) override;
    Result<void> drop() override; // "fault drop": see unplug and plug instead

    UsbDevice& device() noexcept { return device_; }
    std::mutex& lock() noexcept { return lock_; }

private:
    std::optional<std::string> answer(std::string_view command);

    std::mutex lock_;
    std::unique_ptr<QxDevice> qx_;
    UsbDevice device_;
    std::uint64_t noise_;
};

} // namespace upright::upsim
