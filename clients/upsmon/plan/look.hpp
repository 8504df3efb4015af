// Asks the servers what a plan needs to know. Only questions: nobody is logged in, nothing is set.
#pragma once

#include "clients/upsmon/plan/facts.hpp"
#include "clients/upsmon/setup.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <vector>

namespace upright::upsmon {

// One for each link, in their order. A server that gives no answer costs 5 s.
boost::asio::awaitable<std::vector<UpsFacts>> look_at_upses(boost::asio::any_io_executor executor,
                                                            std::vector<Link::Settings> links);

} // namespace upright::upsmon
