// Tracking: what became of the commands and settings that clients want to follow. It owns one entry for each,
// for TRACKINGDELAY seconds.
#pragma once

#include "common/result.hpp"
#include "common/wire/driver_protocol.hpp"
#include "server/upsd/upses.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace upright::upsd {

class Tracking {
public:
    std::chrono::seconds keep_for{3600};

    // A new entry for something that was handed to the driver of `ups`. The id is a random UUID (RFC 4122,
    // version 4): nobody can guess another client's.
    std::string begin(const CachedUps& ups, TimePoint now);

    // What the driver says it came to. False for an id that is not known, not its own, or already settled.
    bool finish(const CachedUps& ups, std::string_view id, int outcome);
    void lost(const CachedUps& ups); // the driver is gone: what it had not settled has failed
    void sweep(TimePoint now);       // forgets what is old

    // Nothing while the driver has not said anything.
    std::optional<driver_protocol::Outcome> outcome(std::string_view id) const; // unknown for unknown ids
    std::size_t size() const noexcept { return entries_.size(); }

private:
    struct Entry {
        std::string ups;
        TimePoint begun;
        std::optional<driver_protocol::Outcome> outcome;
    };

    std::unordered_map<std::string, Entry> entries_;
    std::deque<std::string> by_age_;
};

// What GET TRACKING says of a number that a driver sent: SUCCESS, or the word behind ERR.
std::string_view tracking_word(int outcome);

} // namespace upright::upsd
