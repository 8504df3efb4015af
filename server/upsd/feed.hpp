// Feed: what subscribers must be told of one UPS. It owns, for each variable, the version at which its value
// last changed: however far a subscriber has fallen behind, it is told the newest value of each variable
// once, and nothing is queued for it. Costs nothing while nobody subscribes.
#pragma once

#include "common/result.hpp"
#include "common/state/state.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::upsd {

class CachedUps;
using Version = std::uint64_t;

class Subscriber {
public:
    Subscriber() = default;
    Subscriber(const Subscriber&) = delete;
    Subscriber& operator=(const Subscriber&) = delete;

    // `lines` bring one who was told everything up to `since` up to date.
    virtual void changed(const CachedUps& ups, Version since, std::string_view lines) = 0;
    virtual void removed(const CachedUps& ups) = 0; // by a reload; forget it

protected:
    ~Subscriber() = default;
};

class Feed {
public:
    void add(Subscriber& subscriber) { subscribers_.push_back(&subscriber); }
    void remove(const Subscriber& subscriber);
    bool wanted() const noexcept { return !subscribers_.empty(); }

    // What happens to the UPS. cleared(): its driver is gone, and all its variables with it.
    void changed(std::string_view variable);
    void cleared();
    void available(std::optional<Errc> why_not);

    Version version() const noexcept { return version_; }

    // NOTIFY lines for everything that happened after `since`.
    void append_since(Version since, const CachedUps& ups, std::string& out) const;

    // Tells every subscriber what happened since the last time.
    void publish(const CachedUps& ups);
    void publish_removal(const CachedUps& ups);

private:
    Version version_ = 1; // whoever was told up to 0 knows nothing
    Version published_ = 1;
    Version state_version_ = 1; // of the last change of the availability
    Version cleared_version_ = 1;
    std::optional<Errc> why_not_ = Errc::driver_not_connected;
    std::map<std::string, Version, CaseLess> changed_; // removed variables too, until all are forgotten
    std::vector<Subscriber*> subscribers_;
};

// OK, DATA-STALE or DRIVER-NOT-CONNECTED: the last word of STATE lines.
std::string_view state_word(std::optional<Errc> why_not);

} // namespace upright::upsd
