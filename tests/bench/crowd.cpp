#include "tests/bench/crowd.hpp"

#include "tests/bench/sockets.hpp"

#include <algorithm>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace upright::bench {
namespace {

using Clock = std::chrono::steady_clock;

void watch(int epoll, int operation, int fd, unsigned events)
{
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    ::epoll_ctl(epoll, operation, fd, &event);
}

} // namespace

Crowd::Crowd(int port, int count, int at_once, std::chrono::milliseconds limit)
    : port_(port), epoll_(::epoll_create1(EPOLL_CLOEXEC))
{
    const auto start = Clock::now();
    open_.reserve(static_cast<std::size_t>(count));
    epoll_event events[256];
    while (answered_ + refused_ < count && Clock::now() - start < limit) {
        while (static_cast<int>(open_.size()) < count
               && static_cast<int>(open_.size()) - answered_ - refused_ < at_once)
            open_one();
        const int ready = ::epoll_wait(epoll_, events, 256, 100);
        for (int i = 0; i < ready; ++i)
            serve(events[i].data.fd, events[i].events);
    }
    seconds_ = std::chrono::duration<double>(Clock::now() - start).count();
}

Crowd::~Crowd()
{
    std::for_each(open_.begin(), open_.end(), reset);
    ::close(epoll_);
}

void Crowd::open_one()
{
    open_.push_back(begin_to_connect(port_));
    watch(epoll_, EPOLL_CTL_ADD, open_.back(), EPOLLOUT);
}

// Connected: asks. Answered: is not looked at any more.
void Crowd::serve(int fd, unsigned events)
{
    constexpr std::string_view kHello = "VER\n";
    char block[256];
    if ((events & EPOLLOUT) != 0 && (events & (EPOLLERR | EPOLLHUP)) == 0
        && ::send(fd, kHello.data(), kHello.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(kHello.size())) {
        watch(epoll_, EPOLL_CTL_MOD, fd, EPOLLIN);
        return;
    }
    const bool got = ::recv(fd, block, sizeof block, MSG_DONTWAIT) > 0;
    (got ? answered_ : refused_) += 1;
    watch(epoll_, EPOLL_CTL_DEL, fd, 0);
}

} // namespace upright::bench
