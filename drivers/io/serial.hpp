// Serial: a Link over a tty or pty, whose answers end with CR. It owns the open device and its exclusive
// lock. open() before the first exchange(), and again after DeviceError::lost.
#pragma once

#include "drivers/io/link.hpp"

#include <optional>

#include <termios.h>

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

struct SerialSettings {
    speed_t baud = B2400; // always 8 data bits, no parity, one stop bit, no flow control
    CablePower power = CablePower::normal;
    bool lock = true;                       // keep others from opening it meanwhile
    std::chrono::milliseconds settle{1100}; // after powering the cable, before the first byte
};

class Serial final : public Link {
public:
    explicit Serial(std::string device, SerialSettings settings = {});
    ~Serial() override;

    void open() override;
    std::string exchange(std::string_view bytes, const Limits& limits) override;

private:
    void close() noexcept;
    void lock() const;
    void configure() const;
    void power_cable() const;
    void send(std::string_view bytes, std::chrono::steady_clock::time_point until) const;
    // What arrived, at least one byte; nothing if the time ran out.
    std::optional<std::string_view> receive(std::chrono::steady_clock::time_point until, char* buffer,
                                            std::size_t size) const;
    [[noreturn]] void lost(std::string_view doing) const; // with the reason in errno

    std::string device_;
    SerialSettings settings_;
    int fd_ = -1;
};

} // namespace upright::io
