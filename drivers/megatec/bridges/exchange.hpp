// What the bridges share: time that runs out, text that ends with CR, reports that go out in pieces.
#pragma once

#include "drivers/io/link.hpp"
#include "drivers/io/usb/usb_transfers.hpp"
#include "drivers/megatec/question.hpp"

namespace upright::megatec {

using std::chrono::milliseconds;

// The total time of one exchange.
class Deadline {
public:
    explicit Deadline(const io::Limits& limits) : end_(std::chrono::steady_clock::now() + limits.total) {}

    // So long may one transfer take; 0: the time is up.
    milliseconds left(milliseconds at_most) const;

private:
    std::chrono::steady_clock::time_point end_;
};

// An answer as it comes in: up to its CR and, unless it is binary, without NUL and LF.
class AnswerText {
public:
    explicit AnswerText(const io::Limits& limits) : limits_(limits) {}

    // True once the CR was there; what follows it is padding. DeviceError if there is too much.
    bool take(std::string_view bytes);
    // Of an answer of known length: there is a CR, but it is too short. A refusal is, if nothing follows.
    bool may_be_over() const;
    std::string text() &&;

private:
    io::Limits limits_;
    std::string text_;
    bool ended_ = false;
};

// How long a control transfer may take; DeviceError (no_answer) if there is no time left.
milliseconds time_for(const Deadline& deadline);

// Sends `bytes` as HID reports of `size` (HID 1.11, 7.2.2), the last one filled up with NUL.
void send_reports(io::UsbTransfers& usb, std::uint16_t value, std::size_t size, std::string_view bytes,
                  const Deadline& deadline);

// The next packet within the silence `limit`; nothing if none came.
std::optional<std::string> next_packet(io::UsbTransfers& usb, std::uint8_t endpoint, std::size_t size,
                                       milliseconds limit, const Deadline& deadline);

// Waits no longer than a moment for more of what may be over.
milliseconds patience(const AnswerText& answer, const io::Limits& limits);

// Throws away what the device still had to say: packets until it is silent, at most `most`.
void drain(io::UsbTransfers& usb, std::uint8_t endpoint, std::size_t size, int most,
           const Deadline& deadline);

// What an exchange that did not see its end may leave behind: it must not be taken for the next answer.
class Leftovers {
public:
    void expect() { expected_ = true; }
    void none() { expected_ = false; }
    // Before a command. A stall is over afterwards.
    void clear(io::UsbTransfers& usb, std::uint8_t endpoint, std::size_t size,
               const Deadline& deadline) const;

private:
    bool expected_ = false;
};

// What a HID report is sent with: class request to the interface.
constexpr io::UsbRequest set_report(std::uint16_t value)
{
    return {.type = 0x21, .request = 0x09, .value = value, .index = 0};
}
constexpr io::UsbRequest get_report(std::uint16_t value)
{
    return {.type = 0xA1, .request = 0x01, .value = value, .index = 0};
}

} // namespace upright::megatec
