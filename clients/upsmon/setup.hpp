// Setup: what upsmon.conf and nutauth.conf come to, and whether that will do.
#pragma once

#include "clients/upsmon/config.hpp"
#include "clients/upsmon/link.hpp"
#include "clients/upsmon/options.hpp"

#include <vector>

namespace upright::upsmon {

struct Setup {
    Config config;
    std::vector<Link::Settings> links; // as config.policy.feeds
};

// Reads the files and logs each mistake. Fails if nothing can be done with what is left: the text is what is
// to be said of it, over several lines.
Result<Setup> load_setup(const Options& options);

} // namespace upright::upsmon
