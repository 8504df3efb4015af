// VirtualUpses: all virtual UPSes of ups.conf. It owns the groups and stages and the order in which they are
// worked out; where their members are found and where the outcome goes is the caller's.
#pragma once

#include "server/upsd/virtual_stages.hpp"

#include <functional>
#include <map>

namespace upright::upsd {

class VirtualUpses {
public:
    struct World {
        std::function<UpsView(const std::string& name)> ups;
        std::function<OwnView(const std::string& name)> own;
        // Called in an order in which ups() of a group tells what was just shown.
        std::function<void(const std::string& name, const Shown& shown)> show;
    };

    // At start and by reload. Whoever keeps its name (and, of a stage, its UPS) keeps its latch.
    void adopt(const std::vector<VirtualSettings>& settings);

    // Once a second, and when a UPS has changed that one of them is made of.
    void update(const World& world, TimePoint now);

    bool empty() const noexcept { return groups_.empty() && stages_.empty(); }
    bool is_made_of(std::string_view ups) const; // some virtual UPS is

private:
    std::vector<Group> groups_;                      // each behind those that it is made of
    std::map<std::string, Stages, CaseLess> stages_; // by the UPS that they are of
};

} // namespace upright::upsd
