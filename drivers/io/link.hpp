// Link: one open device that is asked and answers. It owns the connection, and knows nothing of what the
// bytes mean. Blocking, always within its limits; used by one thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace upright::io {

// How long to wait for an answer, and how much of it to take.
struct Limits {
    std::chrono::milliseconds silence{1000}; // no byte for so long ends the answer
    std::chrono::milliseconds total{5000};   // and so does this, however busily the device goes on sending
    std::size_t longest = 512;               // bytes; more without an end is no answer
    bool binary = false;                     // NUL and LF belong to the answer
    std::size_t exactly = 0;                 // bytes of any value before the end mark, if it is known
};

class Link {
public:
    Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    virtual ~Link() = default;

    // Opens the device; closes it first if it is open. DeviceError (lost: it may come later; fatal: never).
    virtual void open() = 0;

    // Discards what was pending, sends `bytes` and returns the answer up to its end mark, without that mark
    // and, unless it is binary, without stray NUL and LF. An answer whose end never came is returned as far
    // as it came; silence is the empty string. DeviceError: no_answer if it is longer than allowed, lost if
    // the device is gone.
    virtual std::string exchange(std::string_view bytes, const Limits& limits) = 0;

    // The name of the USB bridge in between, by which some devices are known; empty on a serial line.
    virtual std::string_view bridge() const { return {}; }

    // What the connection tells of the open device, by variable.
    virtual std::map<std::string, std::string> facts() const { return {}; }
};

} // namespace upright::io
