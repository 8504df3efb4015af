// RawServer: a TCP server on loopback that answers as a test says; for looking at clients. STARTTLS, with
// which every client begins, it refuses or does by itself, unless the test wants to answer that, too.
#pragma once

#include "common/tls/context.hpp"

#include <array>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace upright::test {

class RawServer {
public:
    // What to send back for a line (without its newline), newlines included; "" is silence, nothing hangs up.
    using Answer = std::function<std::optional<std::string>(const std::string& line)>;

    enum class Starttls { refuse, as_answer };

    explicit RawServer(Answer answer, Starttls starttls = Starttls::refuse);
    RawServer(Answer answer, tls::Context context); // does it
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;
    ~RawServer();

    int port() const noexcept { return port_; }
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    std::vector<std::string> requests() const; // so far, over all connections; STARTTLS only as_answer

private:
    class Client;

    void serve();
    void serve_client(int fd);
    std::optional<std::string> answer(const std::string& line, Client& client);

    Answer answer_;
    Starttls starttls_ = Starttls::refuse;
    tls::Context context_;
    int listener_ = -1;
    int port_ = 0;
    std::array<int, 2> stop_{-1, -1};
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::thread thread_;
};

} // namespace upright::test
