#include "tests/bench/honest_client.hpp"

#include "tests/bench/sockets.hpp"

#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace upright::bench {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

HonestClient::HonestClient(int port, std::string request)
    : fd_(connect_to(port)), request_(std::move(request))
{
}

HonestClient::~HonestClient() { ::close(fd_); }

std::vector<double> HonestClient::ask_for(std::chrono::milliseconds duration) const
{
    constexpr auto kEvery = 20ms;
    constexpr int kPatience = 10'000; // ms
    std::vector<double> times;
    auto next = Clock::now();
    for (const auto until = next + duration; next < until; next = std::max(next + kEvery, Clock::now())) {
        std::this_thread::sleep_until(next);
        const auto asked = Clock::now();
        send_all(fd_, request_);
        pollfd answer{fd_, POLLIN, 0};
        char block[1024];
        if (::poll(&answer, 1, kPatience) != 1 || ::recv(fd_, block, sizeof block, 0) <= 0)
            throw std::runtime_error("no answer for an honest client");
        times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - asked).count());
    }
    return times;
}

} // namespace upright::bench
