#include "tests/bench/load.hpp"

#include "tests/bench/costs.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/sockets.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace upright::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Client {
    int fd = -1;
    std::size_t got = 0;                  // bytes of the oldest answer under way
    std::size_t oldest = 0;               // of those in flight
    std::vector<Clock::time_point> asked; // as many as are in flight, in a ring
};

} // namespace

class Load::Loop {
public:
    Loop(Question question, int port, int connections)
        : question_(std::move(question)), epoll_(::epoll_create1(EPOLL_CLOEXEC))
    {
        for (int i = 0; i < question_.in_flight; ++i)
            requests_ += question_.request;
        clients_.resize(static_cast<std::size_t>(connections));
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            clients_[i].fd = connect_to(port);
            ::fcntl(clients_[i].fd, F_SETFL, O_NONBLOCK);
            epoll_event event{EPOLLIN, {.u64 = i}};
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_[i].fd, &event);
        }
        for (auto& client : clients_) {
            client.asked.assign(static_cast<std::size_t>(question_.in_flight), Clock::now());
            ask(client, client.asked.size());
        }
    }

    ~Loop()
    {
        for (const auto& client : clients_)
            ::close(client.fd);
        ::close(epoll_);
    }

    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void run(Clock::time_point until)
    {
        std::vector<epoll_event> events(256);
        while (Clock::now() < until) {
            const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100);
            for (int i = 0; i < ready; ++i)
                take(clients_[events[static_cast<std::size_t>(i)].data.u64]);
        }
    }

    std::vector<double> latencies; // ms

private:
    void ask(const Client& client, std::size_t count) const
    {
        send_all(client.fd, std::string_view(requests_).substr(0, count * question_.request.size()));
    }

    void take(Client& client)
    {
        static char block[65536];
        const auto got = ::recv(client.fd, block, sizeof block, 0);
        if (got < 0 && errno == EAGAIN)
            return;
        if (got <= 0)
            throw std::runtime_error("the server closed a connection");
        client.got += static_cast<std::size_t>(got);
        const auto answers = client.got / question_.answer_bytes;
        if (answers > client.asked.size())
            throw std::runtime_error("the answer is longer than expected");
        client.got %= question_.answer_bytes;
        const auto now = Clock::now();
        for (std::size_t i = 0; i < answers; ++i) {
            auto& asked = client.asked[client.oldest];
            latencies.push_back(std::chrono::duration<double, std::milli>(now - asked).count());
            asked = now;
            client.oldest = (client.oldest + 1) % client.asked.size();
        }
        if (answers > 0)
            ask(client, answers);
    }

    Question question_;
    std::string requests_; // as many as may be in flight
    int epoll_;
    std::vector<Client> clients_;
};

Load::Load(int port, pid_t server, Question question, int connections)
    : server_(server), loop_(std::make_unique<Loop>(std::move(question), port, connections))
{
}

Load::~Load() = default;

Measured Load::measure(std::chrono::milliseconds duration)
{
    auto& loop = *loop_;
    loop.run(Clock::now() + duration / 10); // warm-up
    loop.latencies.clear();
    const auto before = cpu_time(server_);
    const auto start = Clock::now();
    loop.run(start + duration);
    const std::chrono::duration<double> took = Clock::now() - start;
    const auto after = cpu_time(server_);
    auto& times = loop.latencies;
    std::sort(times.begin(), times.end());
    const auto count = std::max(1.0, static_cast<double>(times.size()));
    return {static_cast<double>(times.size()) / took.count(), percentile(times, 0.5), percentile(times, 0.99),
            (after.user - before.user) / count, (after.system - before.system) / count};
}

} // namespace upright::bench
