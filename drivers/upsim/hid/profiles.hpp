// The makes of HID UPSes, each in its own file; hid_profiles() has them all.
#pragma once

#include "drivers/upsim/hid/profile.hpp"

namespace upright::upsim {

// Truths that several makes share.
inline constexpr std::string_view kBeeperTexts = "1=disabled;2=enabled;3=muted";
inline constexpr std::string_view kTestTexts =
    "1=Done and passed;2=Done and warning;3=Done and error;4=Aborted;5=In progress;6=No test initiated;"
    "7=Test scheduled";

HidProfile apc_profile();
HidProfile eaton_profile();
HidProfile cps_profile();
HidProfile tripplite_profile();
HidProfile generic_profile();
HidProfile noid_profile();
std::vector<HidProfile> class_profiles();
std::vector<HidProfile> odd_profiles();

} // namespace upright::upsim
