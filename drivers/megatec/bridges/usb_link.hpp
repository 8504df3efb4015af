// UsbLink: a Link to a Megatec UPS behind a USB bridge. It owns the device and the bridge that fits it.
#pragma once

#include "drivers/io/usb/usb_device.hpp"
#include "drivers/megatec/bridges/bridge.hpp"

namespace upright::megatec {

// The name of the bridge of a device, "" if it is none of ours. Before the device is opened its texts are not
// known: then any name will do, if it may be one of ours.
using BridgeOf = std::function<std::string(const io::UsbDescription& device, bool texts_known)>;

class UsbLink final : public io::Link {
public:
    UsbLink(io::UsbMatch match, BridgeOf bridge_of, BridgeOptions options, io::UsbSettings settings);

    void open() override;
    std::string exchange(std::string_view bytes, const io::Limits& limits) override;

    std::string_view bridge() const override { return name_; }

    std::map<std::string, std::string> facts() const override;

private:
    io::UsbMatch match_;
    BridgeOf bridge_of_;
    BridgeOptions options_;
    io::UsbDevice device_;
    std::string name_; // of the bridge
    std::unique_ptr<Bridge> bridge_;
};

} // namespace upright::megatec
