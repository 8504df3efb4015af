// FakeDriver: a driver's socket that says exactly what a test wants, well or badly.
#pragma once

#include "tests/support/process.hpp"

#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace upright::test {

class FakeDriver {
public:
    explicit FakeDriver(const std::string& path) : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        ::unlink(path.c_str());
        if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0
            || ::listen(listener_, 4) != 0)
            throw std::runtime_error("no socket at " + path);
    }
    FakeDriver(const FakeDriver&) = delete;
    FakeDriver& operator=(const FakeDriver&) = delete;
    ~FakeDriver()
    {
        hang_up();
        ::close(listener_);
    }

    // Takes the server's connection and its first request.
    std::string accept()
    {
        hang_up();
        if (!readable(listener_, 15s))
            return "<nobody came>";
        peer_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        return line();
    }
    void send(std::string_view text) const
    {
        if (::send(peer_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()))
            throw std::runtime_error("the server took too little");
    }
    std::string line(std::chrono::milliseconds limit = 15s)
    {
        std::string text;
        char byte = 0;
        while (readable(peer_, limit) && ::recv(peer_, &byte, 1, 0) == 1) {
            if (byte == '\n')
                return text;
            text += byte;
        }
        return "<silence>";
    }
    void hang_up()
    {
        if (peer_ >= 0)
            ::close(peer_);
        peer_ = -1;
    }

private:
    static bool readable(int fd, std::chrono::milliseconds limit)
    {
        pollfd ready{fd, POLLIN, 0};
        return ::poll(&ready, 1, static_cast<int>(limit.count())) == 1;
    }

    int listener_;
    int peer_ = -1;
};

} // namespace upright::test
