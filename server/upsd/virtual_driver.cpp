#include "server/upsd/virtual_driver.hpp"

#include "common/daemon/log.hpp"

namespace upright::upsd {
namespace {

void replace_values(CachedUps& ups, const Shown& shown)
{
    std::vector<std::string> gone;
    for (const auto& [name, variable] : ups.state().variables())
        if (!shown.variables.contains(name))
            gone.push_back(name);
    for (const auto& name : gone)
        ups.apply(RemoveVariable{name});
    for (const auto& [name, value] : shown.variables)
        ups.apply(SetValue{name, value});
}

} // namespace

void VirtualDriver::adopt(const std::vector<VirtualSettings>& settings)
{
    for (const auto& ups : upses_.all())
        ups->above.clear();
    for (const auto& one : settings)
        for (const auto& member : one.of)
            if (auto* const below = upses_.find(member); below != nullptr)
                below->above.push_back(upses_.find(one.name));
    virtual_upses_.adopt(settings);
    update();
}

VirtualUpses::World VirtualDriver::world(TimePoint now)
{
    return {.ups =
                [this, now](const std::string& name) {
                    const auto* const ups = upses_.find(name);
                    if (ups == nullptr)
                        return UpsView{};
                    const bool good = ups->has_told_all() && !ups->unavailable(now, upses_.max_age);
                    return UpsView{&ups->state(), good, ups->fsd()};
                },
            .own =
                [this](const std::string& name) {
                    const auto* const ups = upses_.find(name);
                    return ups == nullptr ? OwnView{} : OwnView{ups->count_logins(), ups->fsd()};
                },
            .show =
                [this, now](const std::string& name, const Shown& shown) {
                    if (auto* const ups = upses_.find(name); ups != nullptr)
                        show(*ups, shown, now);
                }};
}

void VirtualDriver::update()
{
    if (virtual_upses_.empty())
        return;
    const auto now = std::chrono::steady_clock::now();
    updating_ = true;
    virtual_upses_.update(world(now), now);
    updating_ = false;
}

void VirtualDriver::changed(const CachedUps& ups)
{
    if (!updating_ && (ups.is_virtual() || virtual_upses_.is_made_of(ups.name)))
        update();
}

// What a driver would have told. Of one whose data are stale the last values stay, as of any UPS.
void VirtualDriver::show(CachedUps& ups, const Shown& shown, TimePoint now)
{
    if (!ups.is_connected())
        ups.connected(now);
    ups.heard(now);
    if (shown.available)
        replace_values(ups, shown);
    ups.apply(SetFresh{shown.available});
    ups.dump_done();
    if (shown.release_fsd)
        ups.release_fsd();
    for (const auto& event : shown.events)
        log::notice("UPS [{}]: {}", ups.name, event);
    upses_.changed(ups);
}

} // namespace upright::upsd
