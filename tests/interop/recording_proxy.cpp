#include "tests/interop/recording_proxy.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace upright::test {
namespace {

constexpr std::string_view kDenied = "ERR FEATURE-NOT-CONFIGURED\n";

sockaddr_in loopback(int port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

} // namespace

RecordingProxy::RecordingProxy(int server_port, Tls tls) : server_port_(server_port), tls_(tls)
{
    auto address = loopback(0);
    socklen_t size = sizeof address;
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 8) != 0
        || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0
        || ::pipe2(stop_, O_CLOEXEC) != 0)
        throw std::runtime_error("no proxy");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

RecordingProxy::~RecordingProxy()
{
    ::close(stop_[1]);
    thread_.join();
    ::close(stop_[0]);
    ::close(listener_);
}

std::string RecordingProxy::from_clients() const
{
    const std::lock_guard lock(mutex_);
    return from_clients_;
}

std::string RecordingProxy::from_server() const
{
    const std::lock_guard lock(mutex_);
    return from_server_;
}

RecordingProxy::Pair RecordingProxy::accept() const
{
    const Pair pair{::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC),
                    ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const auto address = loopback(server_port_);
    // If the server is not there the client sees the end at its first word.
    [[maybe_unused]] const auto connected =
        ::connect(pair.server, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    return pair;
}

bool RecordingProxy::pass_on(int from, int to, std::string& kept)
{
    char block[4096];
    const auto got = ::recv(from, block, sizeof block, 0);
    if (got <= 0)
        return false;
    {
        const std::lock_guard lock(mutex_);
        kept.append(block, static_cast<std::size_t>(got));
    }
    if (tls_ == Tls::deny && std::string_view(block, static_cast<std::size_t>(got)) == "STARTTLS\n")
        return ::send(from, kDenied.data(), kDenied.size(), MSG_NOSIGNAL) > 0;
    return ::send(to, block, static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
}

void RecordingProxy::serve()
{
    std::vector<Pair> pairs;
    for (;;) {
        std::vector<pollfd> watched{{stop_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
        for (const auto& pair : pairs) {
            watched.push_back({pair.client, POLLIN, 0});
            watched.push_back({pair.server, POLLIN, 0});
        }
        if (::poll(watched.data(), watched.size(), -1) < 0 || watched[0].revents != 0)
            break;
        std::vector<Pair> open;
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const auto& pair = pairs[i];
            const bool goes_on =
                (watched[2 + 2 * i].revents == 0 || pass_on(pair.client, pair.server, from_clients_))
                && (watched[3 + 2 * i].revents == 0 || pass_on(pair.server, pair.client, from_server_));
            if (goes_on) {
                open.push_back(pair);
                continue;
            }
            ::close(pair.client);
            ::close(pair.server);
        }
        if (watched[1].revents != 0)
            open.push_back(accept());
        pairs = std::move(open);
    }
    for (const auto& pair : pairs) {
        ::close(pair.client);
        ::close(pair.server);
    }
}

} // namespace upright::test
