// Traffic: what makes the UPSes of a fleet speak by themselves: a look a second at each whose model is at
// work, and as many changes a second, over all of them, as were asked for. The fleet outlives it.
#pragma once

#include "drivers/upsim/socket_ups.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <random>
#include <vector>

namespace upright::upsim {

class Traffic {
public:
    Traffic(const boost::asio::any_io_executor& executor, std::vector<SocketUps*> fleet,
            double changes_per_second, std::uint64_t seed);

    void start();

private:
    void look();
    void change();

    std::vector<SocketUps*> fleet_;
    double changes_per_second_;
    std::mt19937_64 random_;
    boost::asio::steady_timer look_;
    boost::asio::steady_timer change_;
    std::chrono::steady_clock::time_point started_;
    double changes_ = 0; // since the start
};

} // namespace upright::upsim
