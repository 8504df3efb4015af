#include "server/upsd/listeners.hpp"

#include "common/config/paths.hpp"
#include "common/daemon/log.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <netdb.h>
#include <netinet/tcp.h>
#include <set>
#include <sys/socket.h>
#include <utility>

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace upright::upsd {
namespace {

constexpr int kBacklog = 4096; // a restarted server meets all its clients at once

using Endpoints = std::vector<tcp::endpoint>;

// The addresses a LISTEN line means; empty with a log line if it means none.
Endpoints resolve(const ListenOn& listen, Family family)
{
    addrinfo hints{};
    hints.ai_family = family == Family::v4 ? AF_INET : family == Family::v6 ? AF_INET6 : AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    const char* const host = listen.address == "*" ? nullptr : listen.address.c_str();
    if (const int failed = ::getaddrinfo(host, listen.port.c_str(), &hints, &found); failed != 0) {
        log::error("can't listen on {} port {}: {}", escaped(listen.address), escaped(listen.port),
                   ::gai_strerror(failed));
        return {};
    }
    Endpoints endpoints;
    for (const auto* one = found; one != nullptr; one = one->ai_next) {
        tcp::endpoint endpoint;
        endpoint.resize(one->ai_addrlen);
        std::copy_n(reinterpret_cast<const char*>(one->ai_addr), one->ai_addrlen,
                    reinterpret_cast<char*>(endpoint.data()));
        endpoints.push_back(endpoint);
    }
    ::freeaddrinfo(found);
    return endpoints;
}

error_code open(tcp::acceptor& acceptor, const tcp::endpoint& endpoint)
{
    error_code ec;
    acceptor.open(endpoint.protocol(), ec);
    if (!ec)
        acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec && endpoint.address().is_v6())
        acceptor.set_option(asio::ip::v6_only(true), ec);
    if (!ec)
        acceptor.bind(endpoint, ec);
    if (!ec)
        acceptor.listen(kBacklog, ec);
    if (ec) {
        error_code ignored;
        acceptor.close(ignored);
    }
    return ec;
}

class Opener {
public:
    explicit Opener(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    // True if at least one address of the line is served now.
    bool open_all(const ListenOn& listen, Family family)
    {
        bool served = false;
        for (const auto& endpoint : resolve(listen, family))
            served = open_one(endpoint) || served;
        return served;
    }

    std::list<tcp::acceptor> listeners;

private:
    bool open_one(const tcp::endpoint& endpoint)
    {
        if (served_.contains(endpoint))
            return true; // localhost beside 127.0.0.1: once is enough
        tcp::acceptor acceptor(executor_);
        const auto address = endpoint.address().to_string();
        if (const auto ec = open(acceptor, endpoint)) {
            log::error("not listening on {} port {}: {}", address, endpoint.port(), ec.message());
            return false;
        }
        if (!paths::quiet("NUT_QUIET_INIT_LISTENER"))
            log::info("listening on {} port {}", address, endpoint.port());
        served_.insert(endpoint);
        listeners.push_back(std::move(acceptor));
        return true;
    }

    asio::any_io_executor executor_;
    std::set<tcp::endpoint> served_;
};

} // namespace

Result<std::list<tcp::acceptor>> open_listeners(const asio::any_io_executor& executor, const Config& config,
                                                Family family)
{
    Opener opener(executor);
    bool all = true;
    if (config.listen.empty()) { // one of the two is enough: a machine may have only one family
        opener.open_all({"::1", "3493"}, family);
        opener.open_all({"127.0.0.1", "3493"}, family);
    }
    for (const auto& listen : config.listen)
        all = opener.open_all(listen, family) && all;
    if (opener.listeners.empty())
        return Error{Errc::bad_config, "no listening interface available"};
    if (!all && !config.allow_not_all_listeners)
        return Error{Errc::bad_config, "Fatal error: some listening interfaces were not available"};
    return std::move(opener.listeners);
}

Accepter::Accepter(Poller& poller, tcp::acceptor& listener, Sessions& sessions)
    : poller_(poller), listener_(listener), sessions_(sessions), pause_(poller.executor())
{
    error_code ignored;
    listener_.native_non_blocking(true, ignored);
    poller_.add(listener_.native_handle(), *this, true, false);
}

Accepter::~Accepter() { poller_.remove(listener_.native_handle(), *this); }

void Accepter::ready(bool, bool)
{
    constexpr int kMost = 256; // at once; those who are connected already want to be served, too
    for (int i = 0; i < kMost; ++i) {
        tcp::endpoint peer;
        socklen_t length = static_cast<socklen_t>(peer.capacity());
        const int fd =
            ::accept4(listener_.native_handle(), peer.data(), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            peer.resize(length);
            constexpr int kOn = 1;
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &kOn, sizeof kOn);
            sessions_.add(fd, peer.address());
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return pause({errno, boost::system::system_category()});
        }
    }
}

void Accepter::pause(const error_code& reason)
{
    constexpr auto kMoment = std::chrono::milliseconds(100);
    log::warning("can't accept a client: {}", reason.message());
    poller_.change(listener_.native_handle(), *this, false, false);
    pause_.expires_after(kMoment);
    pause_.async_wait([this](const error_code& stopped) {
        if (!stopped)
            poller_.change(listener_.native_handle(), *this, true, false);
    });
}

} // namespace upright::upsd
