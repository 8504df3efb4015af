// What the links of upsmon are made of: upsmon.conf and nutauth.conf together. Reads nutauth.conf: call it
// before privileges are given up, and again at a reload.
#pragma once

#include "clients/upsmon/link.hpp"
#include "common/result.hpp"

#include <chrono>
#include <vector>

namespace upright::upsmon {

// One for each feed, in their order. A server for which no TLS can be had as it is demanded fails the whole,
// with its name.
Result<std::vector<Link::Settings>>
link_settings(const Config& config, std::chrono::milliseconds connect_limit, AddressFamily family);

} // namespace upright::upsmon
