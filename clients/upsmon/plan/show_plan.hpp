// upsmon --plan: asks, plans, prints.
#pragma once

#include "clients/upsmon/options.hpp"

namespace upright::upsmon {

inline constexpr int kInTime = 0; // exit codes of --plan
inline constexpr int kNotInTime = 1;
inline constexpr int kNotKnown = 2;

int show_plan(const Options& options);

} // namespace upright::upsmon
