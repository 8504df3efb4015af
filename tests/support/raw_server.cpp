#include "tests/support/raw_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace upright::test {
namespace {

// True if `fd` can be read; false if the test is over.
bool readable(int fd, int stop)
{
    pollfd both[2] = {{fd, POLLIN, 0}, {stop, POLLIN, 0}};
    return ::poll(both, 2, -1) > 0 && both[1].revents == 0;
}

} // namespace

RawServer::RawServer(Answer answer) : answer_(std::move(answer))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 8) != 0
        || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0
        || ::pipe2(stop_, O_CLOEXEC) != 0)
        throw std::runtime_error("no server");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

RawServer::~RawServer()
{
    ::close(stop_[1]);
    thread_.join();
    ::close(stop_[0]);
    ::close(listener_);
}

std::vector<std::string> RawServer::requests() const
{
    const std::lock_guard lock(mutex_);
    return requests_;
}

void RawServer::serve()
{
    while (readable(listener_, stop_[0])) {
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        serve_client(client);
        ::close(client);
    }
}

void RawServer::serve_client(int client)
{
    std::string buffer;
    while (readable(client, stop_[0])) {
        char block[4096];
        const auto got = ::recv(client, block, sizeof block, 0);
        if (got <= 0)
            return;
        buffer.append(block, static_cast<std::size_t>(got));
        for (auto end = buffer.find('\n'); end != std::string::npos; end = buffer.find('\n')) {
            const auto line = buffer.substr(0, end);
            buffer.erase(0, end + 1);
            {
                const std::lock_guard lock(mutex_);
                requests_.push_back(line);
            }
            const auto reply = answer_(line);
            if (!reply)
                return;
            if (!reply->empty() && ::send(client, reply->data(), reply->size(), MSG_NOSIGNAL) < 0)
                return;
        }
    }
}

} // namespace upright::test
