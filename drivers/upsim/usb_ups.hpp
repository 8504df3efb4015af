// UsbUps: a UPS behind a simulated USB device, of either kind: BridgeUps or HidUps. It owns the device.
// Whoever touches it holds its lock: programs under test reach it from the testbed's thread.
#pragma once

#include "drivers/upsim/simulated_ups.hpp"
#include "drivers/upsim/usb_device.hpp"

#include <mutex>

namespace upright::upsim {

class UsbUps : public SimulatedUps {
public:
    Result<void> open() override { return {}; }
    Result<void> set_fault(Fault fault) override;
    Result<void> drop() override; // "fault drop": see unplug and plug instead
    std::optional<Result<std::string>> own_action(std::string_view action) override; // "fault hang" ...

    UsbDevice& device() noexcept { return *device_; }
    std::mutex& lock() noexcept { return lock_; }

protected:
    using SimulatedUps::SimulatedUps;
    void become(UsbIdentity identity, std::unique_ptr<UsbFunction> function); // once, by the constructor

private:
    std::mutex lock_;
    std::unique_ptr<UsbDevice> device_;
};

using UsbUpsPtr = std::unique_ptr<UsbUps>;

// `kind` is "<bridge>[:<serial>]", "hid:<profile>[:<serial>]" or "replay:<file>[:<serial>]"; `dialect` one of
// dialects(), for bridges.
Result<UsbUpsPtr> make_usb_ups(const std::string& kind, std::string_view dialect, int number);

} // namespace upright::upsim
