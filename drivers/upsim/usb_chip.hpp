// UsbChip: the chip between a UPS of the Megatec family and the USB, as the UPS's side of it behaves. It owns
// what waits to be read. Answers come from a function, so that it carries any dialect. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::upsim {

// The answer to a command (both with their CR left out of the command, left in the answer); nothing if the
// UPS says nothing.
using Ask = std::function<std::optional<std::string>(std::string_view command)>;

struct UsbSetup {
    std::uint8_t type = 0;
    std::uint8_t request = 0;
    std::uint16_t value = 0;
    std::uint16_t index = 0;
    std::uint16_t length = 0;
};

class UsbChip {
public:
    explicit UsbChip(Ask ask) : ask_(std::move(ask)) {}
    UsbChip(const UsbChip&) = delete;
    UsbChip& operator=(const UsbChip&) = delete;
    virtual ~UsbChip() = default;

    // False or nothing: the endpoint stalls.
    virtual bool control_out(const UsbSetup&, std::string_view /*bytes*/) { return false; }
    virtual std::optional<std::string> control_in(const UsbSetup&) { return std::nullopt; }
    virtual bool interrupt_out(std::string_view /*bytes*/) { return false; }

    // What its interrupt endpoint will send next.
    std::deque<std::string>& packets() noexcept { return packets_; }

protected:
    std::optional<std::string> ask(std::string_view command) { return ask_(command); }
    void send(std::string_view text, std::size_t packet, bool filled_up);

private:
    Ask ask_;
    std::deque<std::string> packets_;
};

struct UsbEndpoint {
    std::uint8_t address = 0;
    std::uint16_t size = 8;
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

} // namespace upright::upsim
