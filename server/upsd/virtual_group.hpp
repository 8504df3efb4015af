// Group: a virtual UPS made of several, as a host with several feeds sees them (docs/virtual-ups.md). Owns
// nothing but how long all has been well, to know when a latch of FSD has served.
#pragma once

#include "server/upsd/virtual_settings.hpp"
#include "server/upsd/virtual_view.hpp"

#include <span>

namespace upright::upsd {

// How long the mains must be back before FSD goes off a virtual UPS: hosts that start again must not meet it.
inline constexpr std::chrono::seconds kCalm{30};

// When a latch of FSD has served: on mains for kCalm, and nobody is logged in or the time limit is over.
class Latch {
public:
    // `held` while FSD is shown. True when it is to end.
    bool served(bool held, bool on_mains, bool empty, std::chrono::seconds limit, TimePoint now);
    std::optional<TimePoint> since() const noexcept { return since_; }

private:
    std::optional<TimePoint> since_;
    std::optional<TimePoint> calm_since_;
};

class Group {
public:
    explicit Group(VirtualSettings settings) : settings_(std::move(settings)) {}
    const VirtualSettings& settings() const noexcept { return settings_; }
    void adopt(VirtualSettings settings) { settings_ = std::move(settings); }

    Shown show(std::span<const UpsView> members, const OwnView& own,
               TimePoint now); // as many as settings().of

private:
    VirtualSettings settings_;
    Latch latch_;
};

} // namespace upright::upsd
