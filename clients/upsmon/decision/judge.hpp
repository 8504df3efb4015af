// The question on which everything depends: can this UPS still be relied on? All rules, in the order in which
// they are asked, stand in judge.cpp. Pure.
#pragma once

#include "clients/upsmon/decision/watch.hpp"

#include <optional>
#include <string>

namespace upright::upsmon {

// The one of both that comes first; nothing is never.
std::optional<Instant> earlier(std::optional<Instant> a, std::optional<Instant> b);

struct Verdict {
    bool critical = false;
    std::string reason;          // for people: why it is critical, or what it waits for; empty: all is well
    std::optional<Instant> next; // when to ask again if nothing else happens before
};

Verdict judge(const Watch& ups, const Feed& feed, const Policy& policy, Instant now);

} // namespace upright::upsmon
