// Serial: a Link over a tty or pty, whose answers end with CR. It owns the open device and its
// locks. open() before the first exchange(), and again after DeviceError::lost.
#pragma once

#include "drivers/io/device_lock.hpp"
#include "drivers/io/link.hpp"

#include <optional>
#include <span>

namespace upright::io {

// Which modem lines feed an opto-isolated cable.
enum class CablePower {
    normal,  // DTR on, RTS off
    reverse, // DTR off, RTS on
    both,
    none
};

// By the name that the option `cablepower` uses; nothing for any other.
std::optional<CablePower> cable_power(std::string_view name);

enum class Parity { none, even, odd };

// Without flow control.
struct SerialSettings {
    int baud = 2400;   // one that baud_rates() has
    int data_bits = 8; // 7 or 8
    Parity parity = Parity::none;
    int stop_bits = 1;                 // 1 or 2
    std::chrono::milliseconds pace{0}; // behind each byte sent, for devices that lose some
    CablePower power = CablePower::normal;
    bool lock = true;                       // keep others from opening it meanwhile
    std::chrono::milliseconds settle{1100}; // after powering the cable, before the first byte
};

// Those that termios knows by name, up to 115200.
std::span<const int> baud_rates();

class Serial final : public Link {
public:
    explicit Serial(std::string device, SerialSettings settings = {});
    ~Serial() override;

    void open() override;
    std::string exchange(std::string_view bytes, const Limits& limits) override;

private:
    void close() noexcept;
    void lock();
    void configure() const;
    void power_cable() const;
    void send(std::string_view bytes, std::chrono::steady_clock::time_point until) const;
    void await_late_answer(std::chrono::milliseconds limit) const;
    void send_paced(std::string_view bytes, std::chrono::steady_clock::time_point until) const;
    // What arrived, at least one byte; nothing if the time ran out.
    std::optional<std::string_view> receive(std::chrono::steady_clock::time_point until, char* buffer,
                                            std::size_t size) const;
    [[noreturn]] void lost(std::string_view doing) const; // with the reason in errno

    std::string device_;
    SerialSettings settings_;
    DeviceLock lock_file_;
    int fd_ = -1;
    bool answer_due_ = false; // the last question was not answered in time
};

} // namespace upright::io
