#include "tests/bench/subscribers.hpp"

#include "tests/bench/sockets.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace upright::bench {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kStillThere = 20s; // upsd ends a session that asks nothing for a minute

// The n of `NOTIFY VAR <ups> upsim.stamp "<n>"`, or 0.
std::int64_t stamp_of(std::string_view line)
{
    constexpr std::string_view kWord = " upsim.stamp \"";
    if (!line.starts_with("NOTIFY VAR "))
        return 0;
    const auto at = line.find(kWord);
    if (at == line.npos)
        return 0;
    std::int64_t stamp = 0;
    const auto digits = line.substr(at + kWord.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), stamp);
    return stamp;
}

} // namespace

class Subscribers::Client {
public:
    explicit Client(int port) : fd_(connect_to(port))
    {
        send_all(fd_, "SUBSCRIBE ALL\n");
        ::fcntl(fd_, F_SETFL, O_NONBLOCK);
    }
    ~Client() { reset(fd_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    int fd() const noexcept { return fd_; }
    bool has_blocks() const noexcept { return has_blocks_; }

    void read(std::vector<double>& delays)
    {
        static char block[65536];
        const auto got = ::recv(fd_, block, sizeof block, 0);
        if (got == 0 || (got < 0 && errno != EAGAIN))
            throw std::runtime_error("upsd closed the connection of a subscriber");
        if (got < 0)
            return;
        const auto now = Clock::now().time_since_epoch();
        const auto now_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
        rest_.append(block, static_cast<std::size_t>(got));
        std::string_view text = rest_;
        for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
            const auto line = text.substr(0, end);
            if (const auto stamp = stamp_of(line); stamp != 0)
                delays.push_back(static_cast<double>(now_ns - stamp) / 1e6);
            else if (line == "OK SUBSCRIBE ALL")
                has_blocks_ = true;
            text.remove_prefix(end + 1);
        }
        rest_.erase(0, rest_.size() - text.size());
    }

private:
    int fd_;
    std::string rest_; // an unfinished line
    bool has_blocks_ = false;
};

Subscribers::Subscribers(int port, int count)
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), last_said_(Clock::now())
{
    for (int i = 0; i < count; ++i) {
        auto& client = *clients_.emplace_back(std::make_unique<Client>(port));
        epoll_event event{EPOLLIN, {.ptr = &client}};
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd(), &event);
    }
}

Subscribers::~Subscribers() { ::close(epoll_); }

void Subscribers::poll(std::chrono::milliseconds most)
{
    epoll_event events[256];
    const int ready = ::epoll_wait(epoll_, events, 256, static_cast<int>(most.count()));
    for (int i = 0; i < ready; ++i)
        static_cast<Client*>(events[i].data.ptr)->read(delays_);
    if (Clock::now() - last_said_ > kStillThere)
        say_still_there();
}

void Subscribers::say_still_there()
{
    last_said_ = Clock::now();
    for (const auto& client : clients_)
        send_all(client->fd(), "GET VAR ups1 ups.status\n");
}

void Subscribers::take_blocks()
{
    constexpr auto kLimit = 60s;
    const auto until = Clock::now() + kLimit;
    while (!std::all_of(clients_.begin(), clients_.end(), [](const auto& c) { return c->has_blocks(); })) {
        if (Clock::now() > until)
            throw std::runtime_error("SUBSCRIBE ALL is not answered in a minute");
        poll(100ms);
    }
}

std::vector<double> Subscribers::listen(std::chrono::milliseconds duration)
{
    delays_.clear();
    const auto until = Clock::now() + duration;
    for (auto now = Clock::now(); now < until; now = Clock::now())
        poll(std::chrono::ceil<std::chrono::milliseconds>(until - now));
    return delays_;
}

DeafSubscriber::DeafSubscriber(int port) : fd_(connect_to(port))
{
    constexpr int kLittle = 4096;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &kLittle, sizeof kLittle);
    send_all(fd_, "SUBSCRIBE ALL\n");
}

DeafSubscriber::~DeafSubscriber() { reset(fd_); }

} // namespace upright::bench
