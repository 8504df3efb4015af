#include "drivers/upsim/hid/profiles.hpp"

#include <algorithm>

namespace upright::upsim {

const std::vector<HidProfile>& hid_profiles()
{
    static const std::vector<HidProfile> all = [] {
        std::vector<HidProfile> made{apc_profile(),       eaton_profile(),   cps_profile(),
                                     tripplite_profile(), generic_profile(), noid_profile()};
        for (const auto& group : {class_profiles(), odd_profiles()})
            made.insert(made.end(), group.begin(), group.end());
        return made;
    }();
    return all;
}

const HidProfile* find_hid_profile(std::string_view name)
{
    const auto& all = hid_profiles();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& profile) { return profile.name == name; });
    return found == all.end() ? nullptr : &*found;
}

} // namespace upright::upsim
