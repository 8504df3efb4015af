// Subscribers: clients that have said SUBSCRIBE ALL to one upsd, in one epoll loop. They own their sockets
// and what they have measured: how long each upsim.stamp was under way from the driver's write to their read.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

namespace upright::bench {

class Subscribers {
public:
    Subscribers(int port, int count);
    ~Subscribers();
    Subscribers(const Subscribers&) = delete;
    Subscribers& operator=(const Subscribers&) = delete;

    // Reads until each has the whole answer to its SUBSCRIBE ALL.
    void take_blocks();
    // Reads for so long; the delays of what came, in ms.
    std::vector<double> listen(std::chrono::milliseconds duration);

private:
    class Client;
    void poll(std::chrono::milliseconds most);
    void say_still_there();

    int epoll_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::vector<double> delays_;
    std::chrono::steady_clock::time_point last_said_;
};

// Subscribes and never reads, neither the answer nor what follows; its socket takes little.
class DeafSubscriber {
public:
    explicit DeafSubscriber(int port);
    DeafSubscriber(const DeafSubscriber&) = delete;
    DeafSubscriber& operator=(const DeafSubscriber&) = delete;
    ~DeafSubscriber();

private:
    int fd_;
};

} // namespace upright::bench
