#include "tests/bench/responder.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <csignal>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace upright::bench {
namespace {

int listen_on_loopback(int& port)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd, 4096) != 0
        || ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("the responder can't listen");
    port = ntohs(address.sin_port);
    return fd;
}

void add(int epoll, int fd)
{
    epoll_event event{EPOLLIN, {.fd = fd}};
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

void accept_all(int epoll, int listener)
{
    for (int fd = -1; (fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        add(epoll, fd);
    }
}

void answer_lines(int fd, const std::string& answer)
{
    static char block[16384];
    static std::string answers;
    const auto got = ::recv(fd, block, sizeof block, 0);
    if (got <= 0) {
        ::close(fd);
        return;
    }
    answers.clear();
    for (auto lines = std::count(block, block + got, '\n'); lines > 0; --lines)
        answers += answer;
    if (::send(fd, answers.data(), answers.size(), MSG_NOSIGNAL) < 0)
        ::close(fd);
}

[[noreturn]] void respond(int listener, const std::string& answer)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    add(epoll, listener);
    std::vector<epoll_event> events(128);
    for (;;) {
        const int ready = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < ready; ++i) {
            const int fd = events[static_cast<std::size_t>(i)].data.fd;
            if (fd == listener)
                accept_all(epoll, listener);
            else
                answer_lines(fd, answer);
        }
    }
}

} // namespace

Responder::Responder(std::string answer)
{
    const int listener = listen_on_loopback(port_);
    pid_ = ::fork();
    if (pid_ == 0)
        respond(listener, answer);
    ::close(listener);
}

Responder::~Responder()
{
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

} // namespace upright::bench
