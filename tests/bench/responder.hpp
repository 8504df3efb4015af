// The bare epoll loop that upsd is measured against: for the lines it reads at once it sends as many prepared
// answers at once, and does nothing else. What it reaches is what kernel and loopback allow.
#pragma once

#include <string>
#include <sys/types.h>

namespace upright::bench {

class Responder {
public:
    // Forks a process that answers each line with `answer`.
    explicit Responder(std::string answer);
    ~Responder();
    Responder(const Responder&) = delete;
    Responder& operator=(const Responder&) = delete;

    int port() const noexcept { return port_; }
    pid_t pid() const noexcept { return pid_; }

private:
    int port_ = 0;
    pid_t pid_ = -1;
};

} // namespace upright::bench
