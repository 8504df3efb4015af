// Crowd: thousands of connections to one server, opened as fast as it takes them, each asked for VER once and
// then idle. It owns the sockets; a server that has not answered all of them in time leaves it incomplete.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

namespace upright::bench {

class Crowd {
public:
    // At most `at_once` are between connect() and their first answer.
    Crowd(int port, int count, int at_once, std::chrono::milliseconds limit);
    ~Crowd();
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    int answered() const noexcept { return answered_; }
    int refused() const noexcept { return refused_; }
    double seconds() const noexcept { return seconds_; } // until the last answer

private:
    void open_one();
    void serve(int fd, unsigned events);

    int port_;
    int epoll_;
    std::vector<int> open_;
    int answered_ = 0;
    int refused_ = 0;
    double seconds_ = 0;
};

// The same with TLS, one after the other.
class TlsCrowd {
public:
    TlsCrowd(int port, int count);
    ~TlsCrowd();
    TlsCrowd(const TlsCrowd&) = delete;
    TlsCrowd& operator=(const TlsCrowd&) = delete;

    double seconds() const noexcept { return seconds_; }

private:
    struct OpenSsl;
    std::unique_ptr<OpenSsl> openssl_;
    double seconds_ = 0;
};

} // namespace upright::bench
