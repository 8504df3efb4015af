// UsbDevice: one simulated USB device as the kernel shows it to programs: transfers in, transfers done. It
// owns its function and the transfers that wait. Pure: the caller brings them in and takes them out.
#pragma once

#include "drivers/upsim/usb_descriptors.hpp"
#include "drivers/upsim/usb_function.hpp"

#include <list>
#include <memory>

namespace upright::upsim {

struct UsbTransfer {
    enum class Type { interrupt = 1, control = 2, bulk = 3 };
    std::uint64_t id = 0;  // the caller's
    std::uint64_t who = 0; // asked for it, if there are several
    Type type = Type::control;
    std::uint8_t endpoint = 0;
    std::string bytes;    // control: with the setup packet
    std::size_t size = 0; // of the buffer
    int status = 0;       // errno, negative
    std::size_t done = 0; // bytes
};

// What ails it. stall: each endpoint, until somebody clears it; overflow: each read, until a reset; hang:
// control transfers never end, until a reset; silent: nothing comes from the interrupt endpoint; vanish: it
// is gone in the middle of the next control transfer; needs_reset: each control transfer fails, until then.
enum class UsbFault { none, stall, overflow, hang, silent, vanish, needs_reset };

class UsbDevice {
public:
    UsbDevice(UsbIdentity identity, std::unique_ptr<UsbFunction> function);

    void submit(UsbTransfer transfer);
    bool discard(std::uint64_t id, std::uint64_t who = 0); // false if it is not waiting
    std::optional<UsbTransfer> finished(std::uint64_t who = 0);
    bool has_finished() const noexcept { return !finished_.empty(); }
    void forget(std::uint64_t who); // whoever that was has closed the device
    void serve_waiting();           // the function may have something to say

    void set_fault(UsbFault fault) { fault_ = fault; }
    void clear_halt();
    void reset();
    void unplug(); // what waits ends, undone
    void plug();   // anew: nothing is left of before
    bool vanished() const noexcept { return vanished_; }

    const UsbIdentity& identity() const noexcept { return identity_; }
    UsbFunction& function() noexcept { return *function_; }

private:
    bool control(UsbTransfer& transfer); // false: it hangs
    std::optional<std::string> answer(const UsbSetup& setup);
    bool feed(UsbTransfer& transfer); // true once it is complete
    void finish(UsbTransfer transfer, int status);

    UsbIdentity identity_;
    std::unique_ptr<UsbFunction> function_;
    UsbFault fault_ = UsbFault::none;
    bool vanished_ = false;
    std::list<UsbTransfer> waiting_;
    std::list<UsbTransfer> finished_;
};

} // namespace upright::upsim
