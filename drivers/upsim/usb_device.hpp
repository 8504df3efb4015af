// UsbDevice: one simulated USB device as the kernel shows it to programs: transfers in, transfers done. It
// owns the chip and the transfers that wait. Pure: the caller brings them in and takes them out.
#pragma once

#include "drivers/upsim/usb_descriptors.hpp"

#include <list>

namespace upright::upsim {

struct UsbTransfer {
    enum class Type { interrupt = 1, control = 2, bulk = 3 };
    std::uint64_t id = 0; // the caller's
    Type type = Type::control;
    std::uint8_t endpoint = 0;
    std::string bytes;    // control: with the setup packet
    std::size_t size = 0; // of the buffer
    int status = 0;       // errno, negative
    std::size_t done = 0; // bytes
};

// What ails it.
enum class UsbFault { none, stall, overflow };

class UsbDevice {
public:
    UsbDevice(const UsbChipKind& kind, UsbTexts texts, Ask ask);

    void submit(UsbTransfer transfer);
    bool discard(std::uint64_t id); // false if it is not waiting
    std::optional<UsbTransfer> finished();

    // stall: each endpoint, until somebody clears it; overflow: each read, until a reset.
    void set_fault(UsbFault fault) { fault_ = fault; }
    void clear_halt();
    void reset();
    void unplug(); // forgets everything

    const UsbChipKind& kind() const noexcept { return kind_; }
    std::string descriptors() const { return usb_descriptors(kind_, texts_); }

private:
    void control(UsbTransfer& transfer);
    bool feed(UsbTransfer& transfer); // true once it is complete
    void serve_waiting();
    void finish(UsbTransfer transfer, int status);

    const UsbChipKind& kind_;
    UsbTexts texts_;
    std::unique_ptr<UsbChip> chip_;
    UsbFault fault_ = UsbFault::none;
    std::list<UsbTransfer> waiting_;
    std::list<UsbTransfer> finished_;
};

} // namespace upright::upsim
