#include "common/client/resolve.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <cstring>
#include <fcntl.h>
#include <netdb.h>
#include <thread>
#include <unistd.h>

namespace asio = boost::asio;
using boost::system::error_code;

namespace upright {
namespace {

Endpoints look_up(const Server& server, int flags)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    Endpoints endpoints;
    if (::getaddrinfo(server.host.c_str(), std::to_string(server.port).c_str(), &hints, &found) != 0)
        return endpoints;
    for (const auto* a = found; a != nullptr; a = a->ai_next) {
        asio::ip::tcp::endpoint endpoint;
        if ((a->ai_family != AF_INET && a->ai_family != AF_INET6) || a->ai_addrlen > endpoint.capacity())
            continue;
        std::memcpy(endpoint.data(), a->ai_addr, a->ai_addrlen);
        endpoint.resize(a->ai_addrlen);
        endpoints.push_back(endpoint);
    }
    ::freeaddrinfo(found);
    return endpoints;
}

} // namespace

// Written by the thread before it closes its end of the pipe, read by the loop after that.
struct Resolution::Answer {
    Endpoints endpoints;
};

Resolution::Resolution(const asio::any_io_executor& executor, Server server)
    : answer_(std::make_shared<Answer>()), done_(executor)
{
    answer_->endpoints = look_up(server, AI_NUMERICHOST); // an address needs no thread
    std::array<int, 2> ends{-1, -1};
    if (!answer_->endpoints.empty() || ::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    error_code ignored;
    done_.assign(ends[0], ignored);
    std::thread([answer = answer_, server = std::move(server), end = ends[1]] {
        answer->endpoints = look_up(server, 0);
        const char byte = 1;
        [[maybe_unused]] const auto told = ::write(end, &byte, 1);
        ::close(end);
    }).detach();
}

asio::awaitable<Result<Endpoints>> Resolution::wait()
{
    if (done_.is_open()) {
        std::array<char, 1> byte{};
        const auto buffer = asio::buffer(byte);
        const auto [ec, got] = co_await done_.async_read_some(buffer, asio::as_tuple(asio::use_awaitable));
        if (ec)
            co_return Error{ec, "No such host"};
    }
    if (answer_->endpoints.empty())
        co_return Error{Errc::invalid_argument, "No such host"};
    co_return answer_->endpoints;
}

void Resolution::cancel()
{
    error_code ignored;
    if (done_.is_open())
        done_.cancel(ignored);
}

} // namespace upright
