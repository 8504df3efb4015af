#include "tests/bench/sockets.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace upright::bench {
namespace {

int connect_with(int port, int flags)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0
        || (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0
            && errno != EINPROGRESS))
        throw std::runtime_error("can't connect to port " + std::to_string(port));
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

// Whether the last line of `answer` is whole and begins with `last`.
bool is_complete(std::string_view answer, std::string_view last)
{
    if (!answer.ends_with('\n'))
        return false;
    const auto start = answer.size() < 2 ? answer.npos : answer.rfind('\n', answer.size() - 2);
    return answer.substr(start == answer.npos ? 0 : start + 1).starts_with(last);
}

} // namespace

int connect_to(int port) { return connect_with(port, 0); }

int begin_to_connect(int port) { return connect_with(port, SOCK_NONBLOCK); }

void reset(int fd)
{
    const linger at_once{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(fd);
}

void send_all(int fd, std::string_view text)
{
    while (!text.empty()) {
        const auto sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0)
            throw std::runtime_error("the server closed a connection");
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string ask_once(int port, std::string_view request, std::string_view last)
{
    const int fd = connect_to(port);
    send_all(fd, request);
    std::string answer;
    char block[4096];
    while (!is_complete(answer, last)) {
        const auto got = ::recv(fd, block, sizeof block, 0);
        if (got <= 0)
            break;
        answer.append(block, static_cast<std::size_t>(got));
    }
    ::close(fd);
    return answer;
}

} // namespace upright::bench
