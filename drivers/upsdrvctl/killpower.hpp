// upsdrvctl killpower: the verb shutdown, if upsmon of this boot left word that the UPS is to switch off.
#pragma once

#include "drivers/upsdrvctl/options.hpp"

namespace upright::upsdrvctl {

inline constexpr int kFlagNotSet = 3; // exit code; scripts at the end of a shutdown tell it from a failure

// The exit code: as of control(), or kFlagNotSet if nothing was to be done. With Options::rehearse nothing is
// switched off: see rehearsal.hpp.
int killpower(Options options);

} // namespace upright::upsdrvctl
