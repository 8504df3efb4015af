// Honest: a client that asks all the time, as programs do, and notices how long it has to wait.
#pragma once

#include "tests/e2e/site.hpp"

#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace upright::test {

// Without attack an answer takes well under a millisecond. What a loaded test machine and sanitizers add is
// allowed for; a server that one client can stop takes five seconds.
inline constexpr auto kPatience = built_with_asan() ? 4000ms : 1000ms;

// Asks every 20 ms, on one connection, until it is asked how long the longest answer took.
class Honest {
public:
    explicit Honest(int port) : thread_([this, port] { ask(port); }) {}
    Honest(const Honest&) = delete;
    Honest& operator=(const Honest&) = delete;
    ~Honest()
    {
        stop_ = true;
        if (thread_.joinable())
            thread_.join();
    }

    std::atomic<bool> may_be_fsd = false; // somebody forces the UPS down meanwhile

    std::chrono::milliseconds longest()
    {
        stop_ = true;
        thread_.join();
        return std::chrono::duration_cast<std::chrono::milliseconds>(longest_);
    }
    int answers() const { return answers_; }
    bool has_asked(int more) const
    {
        const int from = answers_;
        return eventually([&] { return answers_ >= from + more; });
    }

private:
    void ask(int port)
    {
        RawClient client(port);
        while (!stop_) {
            const auto start = std::chrono::steady_clock::now();
            const auto answer = client.ask("GET VAR u ups.status");
            if (answer == "VAR u ups.status \"OL\""
                || (may_be_fsd && answer == "VAR u ups.status \"FSD OL\""))
                ++answers_;
            longest_ = std::max(longest_, std::chrono::steady_clock::now() - start);
            std::this_thread::sleep_for(20ms); // its way of asking, not a wait for anything
        }
    }

    std::atomic<bool> stop_ = false;
    std::atomic<int> answers_ = 0;
    std::chrono::steady_clock::duration longest_{};
    std::thread thread_;
};

// A connected socket, or -1.
inline int connect_to(int port)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return fd;
    if (fd >= 0)
        ::close(fd);
    return -1;
}

} // namespace upright::test
