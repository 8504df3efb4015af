#include "drivers/upsim/snmp/profiles.hpp"

#include <algorithm>

namespace upright::upsim::snmp {

const std::vector<Profile>& profiles()
{
    static const std::vector<Profile> all{ietf_profile(),   ietf3_profile(),      apcc_profile(),
                                          xups_profile(),   cyberpower_profile(), epdu_profile(),
                                          apc_pdu_profile()};
    return all;
}

const Profile* find_profile(std::string_view name)
{
    const auto& all = profiles();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Profile& profile) { return profile.name == name; });
    return found == all.end() ? nullptr : &*found;
}

} // namespace upright::upsim::snmp
