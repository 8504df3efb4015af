#include "server/upsd/virtual_upses.hpp"

#include <algorithm>

namespace upright::upsd {

void VirtualUpses::adopt(const std::vector<VirtualSettings>& settings)
{
    std::vector<Group> groups;
    std::map<std::string, std::vector<VirtualSettings>, CaseLess> by_ups;
    for (const auto& one : settings) {
        if (one.stage) {
            by_ups[one.of.front()].push_back(one);
            continue;
        }
        const auto known = std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
            return equal_ignoring_case(group.settings().name, one.name);
        });
        if (known == groups_.end()) {
            groups.emplace_back(one);
        } else {
            groups.push_back(std::move(*known));
            groups.back().adopt(one);
        }
    }
    groups_ = std::move(groups);
    std::erase_if(stages_, [&](const auto& entry) { return !by_ups.contains(entry.first); });
    for (auto& [ups, stages] : by_ups) {
        const auto known = stages_.find(ups);
        if (known == stages_.end())
            stages_.emplace(ups, Stages(std::move(stages)));
        else
            known->second.adopt(std::move(stages));
    }
}

void VirtualUpses::update(const World& world, TimePoint now)
{
    for (auto& group : groups_) {
        std::vector<UpsView> members;
        for (const auto& member : group.settings().of)
            members.push_back(world.ups(member));
        const auto& name = group.settings().name;
        world.show(name, group.show(members, world.own(name), now));
    }
    for (auto& [ups, stages] : stages_) {
        std::vector<OwnView> own;
        for (std::size_t i = 0; i < stages.size(); ++i)
            own.push_back(world.own(stages.settings(i).name));
        const auto shown = stages.show(world.ups(ups), own, now);
        for (std::size_t i = 0; i < stages.size(); ++i)
            world.show(stages.settings(i).name, shown[i]);
    }
}

bool VirtualUpses::is_made_of(std::string_view ups) const
{
    const auto names_it = [&](const std::string& name) { return equal_ignoring_case(name, ups); };
    return stages_.find(ups) != stages_.end()
           || std::any_of(groups_.begin(), groups_.end(), [&](const Group& group) {
                  const auto& of = group.settings().of;
                  return std::any_of(of.begin(), of.end(), names_it);
              });
}

} // namespace upright::upsd
