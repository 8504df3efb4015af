// Delays between attempts that grow to a limit, with jitter so that a thousand clients of a restarted server
// don't all come back in the same millisecond. Pure: the caller waits and brings the random number.
#pragma once

#include <algorithm>
#include <chrono>

namespace upright {

class Backoff {
public:
    Backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest)
        : first_(first), longest_(longest), next_(first)
    {
    }

    // The delay before the next attempt: the nominal one less up to a quarter. `random` is from 0 to 1.
    std::chrono::milliseconds next(double random)
    {
        const auto delay = next_;
        next_ = std::min(next_ * 2, longest_);
        return delay
               - std::chrono::milliseconds(static_cast<int>(static_cast<double>(delay.count()) * random / 4));
    }

    void reset() { next_ = first_; }

private:
    std::chrono::milliseconds first_;
    std::chrono::milliseconds longest_;
    std::chrono::milliseconds next_;
};

} // namespace upright
