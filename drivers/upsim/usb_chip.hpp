// UsbChip: the chip between a UPS of the Megatec family and the USB, as the UPS's side of it behaves. It owns
// what waits to be read. Answers come from a function, so that it carries any dialect. Pure.
#pragma once

#include "drivers/upsim/usb_descriptors.hpp"
#include "drivers/upsim/usb_function.hpp"

#include <deque>
#include <functional>
#include <memory>

namespace upright::upsim {

// The answer to a command (both with their CR left out of the command, left in the answer); nothing if the
// UPS says nothing.
using Ask = std::function<std::optional<std::string>(std::string_view command)>;

class UsbChip : public UsbFunction {
public:
    explicit UsbChip(Ask ask) : ask_(std::move(ask)) {}

    std::optional<std::string> packet() override;
    void forget() override { packets_.clear(); }

protected:
    std::optional<std::string> ask(std::string_view command) { return ask_(command); }
    void send(std::string_view text, std::size_t packet, bool filled_up);
    std::deque<std::string>& packets() noexcept { return packets_; }

private:
    Ask ask_;
    std::deque<std::string> packets_;
};

struct UsbChipKind {
    std::string_view name; // as drivers call the bridge
    std::uint16_t vendor_id = 0;
    std::uint16_t product_id = 0;
    std::string_view vendor;
    std::string_view product;
    std::vector<UsbEndpoint> endpoints;
    std::unique_ptr<UsbChip> (*make)(Ask ask) = nullptr;
};

const std::vector<UsbChipKind>& usb_chips();
const UsbChipKind* find_usb_chip(std::string_view name);

// What the chip says of itself on the bus; `serial` may be empty.
UsbIdentity identity_of(const UsbChipKind& kind, const std::string& serial);

} // namespace upright::upsim
