// RecordingProxy: stands between clients and a server on loopback and keeps every byte that passes, so that a
// test can see what somebody in the network would.
#pragma once

#include <mutex>
#include <string>
#include <thread>

namespace upright::test {

class RecordingProxy {
public:
    enum class Tls { pass, deny }; // deny: it says itself that the server has none

    explicit RecordingProxy(int server_port, Tls tls = Tls::pass);
    RecordingProxy(const RecordingProxy&) = delete;
    RecordingProxy& operator=(const RecordingProxy&) = delete;
    ~RecordingProxy();

    int port() const noexcept { return port_; }
    // So far, of all connections.
    std::string from_clients() const;
    std::string from_server() const;

private:
    struct Pair {
        int client;
        int server;
    };

    void serve();
    Pair accept() const;
    bool pass_on(int from, int to, std::string& kept); // false when that side has ended

    int server_port_;
    Tls tls_;
    int listener_ = -1;
    int port_ = 0;
    int stop_[2] = {-1, -1};
    mutable std::mutex mutex_;
    std::string from_clients_;
    std::string from_server_;
    std::thread thread_;
};

} // namespace upright::test
