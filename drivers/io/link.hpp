// Link: one open device that is asked and answers. It owns the connection, and knows nothing of what the
// bytes mean. Blocking, always within its limits; used by one thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace upright::io {

// How long to wait for an answer, and how much of it to take.
struct Limits {
    std::chrono::milliseconds silence{1000}; // no byte for so long ends the answer
    std::chrono::milliseconds total{5000};   // and so does this, however busily the device goes on sending
    std::size_t longest = 512;               // bytes; more without an end is no answer
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
    // and without stray NUL and LF. An answer whose end never came is returned as far as it came; silence is
    // the empty string. DeviceError: no_answer if it is longer than allowed, lost if the device is gone.
    virtual std::string exchange(std::string_view bytes, const Limits& limits) = 0;
};

} // namespace upright::io
