// VirtualDriver: for virtual UPSes what a driver process is for others. It keeps what upsd serves of them
// right.
#pragma once

#include "server/upsd/upses.hpp"
#include "server/upsd/virtual_upses.hpp"

namespace upright::upsd {

class VirtualDriver {
public:
    explicit VirtualDriver(Upses& upses) : upses_(upses) {}

    // Which there are; each is in the Upses already.
    void adopt(const std::vector<VirtualSettings>& settings);

    // Works all of them out anew: once a second, and when one that they are made of has changed.
    void update();
    void changed(const CachedUps& ups);

private:
    VirtualUpses::World world(TimePoint now);
    void show(CachedUps& ups, const Shown& shown, TimePoint now);

    Upses& upses_;
    VirtualUpses virtual_upses_;
    bool updating_ = false; // they change each other
};

} // namespace upright::upsd
