#include "tests/support/fake_powermand.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace upright::test {
namespace {

// True if `fd` is ready; false if the test is over.
bool ready(int fd, int stop, short what)
{
    std::array both{pollfd{fd, what, 0}, pollfd{stop, POLLIN, 0}};
    return ::poll(both.data(), both.size(), -1) > 0 && both[1].revents == 0;
}

} // namespace

FakePowermand::Reply FakePowermand::sane(const std::string& request)
{
    const auto with_prompt = [](const std::string& text) { return Reply{text + "\r\n" + kPrompt}; };
    if (request.empty())
        return with_prompt("001 2.3.27");
    if (request == "nodes")
        return with_prompt("307 a\r\n307 b\r\n103 Query complete");
    if (request == "status a")
        return with_prompt("303 a: on\r\n103 Query complete");
    if (request == "status b")
        return with_prompt("303 b: off\r\n103 Query complete");
    return with_prompt("102 Command completed successfully");
}

FakePowermand::FakePowermand(Answer answer) : answer_(std::move(answer))
{
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, plain, size) != 0 || ::listen(listener_, 8) != 0
        || ::getsockname(listener_, plain, &size) != 0 || ::pipe2(stop_.data(), O_CLOEXEC) != 0)
        throw std::runtime_error("no socket for a powermand");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

FakePowermand::~FakePowermand()
{
    ::close(stop_[1]); // makes the other end readable
    thread_.join();
    ::close(stop_[0]);
    ::close(listener_);
}

void FakePowermand::answer_by(Answer answer)
{
    const std::scoped_lock lock(mutex_);
    answer_ = std::move(answer);
}

void FakePowermand::serve()
{
    while (ready(listener_, stop_[0], POLLIN)) {
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client < 0)
            continue;
        serve_client(client);
        ::close(client);
    }
}

void FakePowermand::serve_client(int client)
{
    if (!reply(client, ""))
        return;
    std::string buffer;
    std::array<char, 4096> piece{};
    while (ready(client, stop_[0], POLLIN)) {
        const auto got = ::recv(client, piece.data(), piece.size(), 0);
        if (got <= 0)
            return;
        buffer.append(piece.data(), static_cast<std::size_t>(got));
        for (auto end = buffer.find('\n'); end != buffer.npos; end = buffer.find('\n')) {
            auto request = buffer.substr(0, end);
            buffer.erase(0, end + 1);
            if (request.ends_with('\r'))
                request.pop_back();
            if (!reply(client, request))
                return;
        }
    }
}

bool FakePowermand::reply(int client, const std::string& request)
{
    Answer answer;
    {
        const std::scoped_lock lock(mutex_);
        answer = answer_;
    }
    const auto reply = answer(request);
    bool sent = send(client, reply.text);
    while (sent && reply.for_ever)
        sent = send(client, reply.text);
    return sent && !reply.hang_up;
}

bool FakePowermand::send(int client, const std::string& text) const
{
    for (std::size_t at = 0; at < text.size();) {
        if (!ready(client, stop_[0], POLLOUT))
            return false;
        const auto sent = ::send(client, text.data() + at, text.size() - at, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        at += static_cast<std::size_t>(sent);
    }
    return true;
}

} // namespace upright::test
