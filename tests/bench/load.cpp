#include "tests/bench/load.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sstream>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace upright::bench {
namespace {

using Clock = std::chrono::steady_clock;

int connect_to(int port)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("can't connect to port " + std::to_string(port));
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

// User and system CPU time of a process, in ticks.
std::pair<double, double> cpu_of(pid_t pid)
{
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
    std::string text((std::istreambuf_iterator<char>(in)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i)
        fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    const auto per_tick = 1e6 / static_cast<double>(::sysconf(_SC_CLK_TCK));
    return {user * per_tick, system * per_tick};
}

double private_bytes(pid_t pid)
{
    std::ifstream in("/proc/" + std::to_string(pid) + "/smaps_rollup");
    double sum = 0;
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("Private_"))
            sum += std::stod(line.substr(line.find(':') + 1)) * 1024;
    return sum;
}

struct Client {
    int fd = -1;
    std::size_t missing = 0; // bytes of the answer still to come
    Clock::time_point asked;
};

} // namespace

class Load::Loop {
public:
    Loop(Question question, int port, int connections)
        : question_(std::move(question)), epoll_(::epoll_create1(0))
    {
        clients_.resize(static_cast<std::size_t>(connections));
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            clients_[i].fd = connect_to(port);
            ::fcntl(clients_[i].fd, F_SETFL, O_NONBLOCK);
            epoll_event event{EPOLLIN, {.u64 = i}};
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_[i].fd, &event);
        }
        for (auto& client : clients_)
            ask(client);
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
    void ask(Client& client) const
    {
        client.missing = question_.answer_bytes;
        client.asked = Clock::now();
        if (::send(client.fd, question_.request.data(), question_.request.size(), MSG_NOSIGNAL)
            != static_cast<ssize_t>(question_.request.size()))
            throw std::runtime_error("the server took no request");
    }

    void take(Client& client)
    {
        static char block[65536];
        const auto got = ::recv(client.fd, block, sizeof block, 0);
        if (got < 0 && errno == EAGAIN)
            return;
        if (got <= 0)
            throw std::runtime_error("the server closed a connection");
        const auto bytes = static_cast<std::size_t>(got);
        if (bytes > client.missing)
            throw std::runtime_error("the answer is longer than expected");
        client.missing -= bytes;
        if (client.missing != 0)
            return;
        latencies.push_back(std::chrono::duration<double, std::milli>(Clock::now() - client.asked).count());
        ask(client);
    }

    Question question_;
    int epoll_;
    std::vector<Client> clients_;
};

namespace {

double percentile(std::vector<double>& sorted, double share)
{
    if (sorted.empty())
        return 0;
    return sorted[std::min(sorted.size() - 1,
                           static_cast<std::size_t>(static_cast<double>(sorted.size()) * share))];
}

} // namespace

std::string ask_once(int port, std::string_view request, std::string_view last)
{
    const int fd = connect_to(port);
    std::string answer;
    if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
        char block[4096];
        const auto complete = [&] {
            if (!answer.ends_with('\n'))
                return false;
            const auto start = answer.rfind('\n', answer.size() - 2);
            return std::string_view(answer).substr(start == answer.npos ? 0 : start + 1).starts_with(last);
        };
        while (!complete()) {
            const auto got = ::recv(fd, block, sizeof block, 0);
            if (got <= 0)
                break;
            answer.append(block, static_cast<std::size_t>(got));
        }
    }
    ::close(fd);
    return answer;
}

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
    const auto before = cpu_of(server_);
    const auto start = Clock::now();
    loop.run(start + duration);
    const std::chrono::duration<double> took = Clock::now() - start;
    const auto after = cpu_of(server_);
    auto& times = loop.latencies;
    std::sort(times.begin(), times.end());
    const auto count = std::max(1.0, static_cast<double>(times.size()));
    return {static_cast<double>(times.size()) / took.count(), percentile(times, 0.5), percentile(times, 0.99),
            (after.first - before.first) / count, (after.second - before.second) / count};
}

double idle_bytes(int port, pid_t server, int connections)
{
    ask_once(port, "VER\n", "Network");
    const double before = private_bytes(server);
    std::vector<int> open;
    for (int i = 0; i < connections; ++i) {
        open.push_back(connect_to(port));
        const std::string_view hello = "VER\n"; // answered: so the server has taken it
        char block[256];
        if (::send(open.back(), hello.data(), hello.size(), MSG_NOSIGNAL) <= 0
            || ::recv(open.back(), block, sizeof block, 0) <= 0)
            throw std::runtime_error("the server refused a connection");
    }
    const double after = private_bytes(server);
    for (const int fd : open)
        ::close(fd);
    return (after - before) / connections;
}

} // namespace upright::bench
