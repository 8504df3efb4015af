#include "server/upsd/driver_link.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"

#include <boost/asio/error.hpp>

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace upright::upsd {
namespace {

constexpr auto kComplainEvery = 300s;

// A connected socket, or -1 and errno. Connecting to a Unix socket never waits when the socket doesn't block:
// a full backlog is EAGAIN, and the next tick tries again.
int connected_socket(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    std::memcpy(address.sun_path, path.c_str(), path.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int reason = errno;
        ::close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

} // namespace

DriverLink::DriverLink(Poller& poller, Service& service, CachedUps& ups, std::string socket_path)
    : poller_(poller), service_(service), ups_(ups), socket_path_(std::move(socket_path))
{
    ups_.to_driver = [this](const std::string& line) {
        if (!stream_ || !stream_->is_open())
            return false;
        stream_->send(line);
        return stream_->is_open();
    };
}

DriverLink::~DriverLink() { ups_.to_driver = {}; }

bool DriverLink::has_socket(std::string_view name) const
{
    return std::string_view(socket_path_).substr(socket_path_.rfind('/') + 1) == name;
}

void DriverLink::tick(TimePoint now)
{
    if (!ups_.is_connected()) {
        connect(now);
        return;
    }
    const auto third = std::chrono::duration_cast<std::chrono::milliseconds>(service_.upses.max_age) / 3;
    if (now - ups_.last_heard() > third && now - last_ping_ > third) {
        last_ping_ = now;
        stream_->send("PING\n");
    }
    log_availability(now);
    service_.upses.changed(ups_);
}

void DriverLink::log_availability(TimePoint now)
{
    const bool stale = ups_.unavailable(now, service_.upses.max_age).has_value();
    if (stale == stale_)
        return;
    stale_ = stale;
    if (stale)
        log::notice("Data for UPS [{}] is stale - check driver", ups_.name);
    else
        log::notice("UPS [{}] data is no longer stale", ups_.name);
}

void DriverLink::connect(TimePoint now)
{
    const int fd = connected_socket(socket_path_);
    if (fd < 0) {
        const int reason = errno;
        if (!last_complaint_ || now - *last_complaint_ > kComplainEvery) {
            last_complaint_ = now;
            log::warning("Can't connect to UPS [{}] ({}): {}", ups_.name, socket_path_,
                         std::strerror(reason)); // NOLINT(concurrency-mt-unsafe)
        }
        return;
    }
    input_.reset();
    // A driver that doesn't take its requests is given up; what it says is bounded by the line limits.
    stream_.emplace(poller_, fd, static_cast<Stream::Owner&>(*this));
    last_complaint_.reset();
    stale_ = false;
    ups_.connected(now);
    log::info("Connected to UPS [{}]: {}", ups_.name, socket_path_);
    stream_->send("DUMPALL\n");
}

void DriverLink::disconnect(const std::string& why)
{
    stream_.reset();
    ups_.disconnected();
    service_.tracking.lost(ups_);
    service_.upses.changed(ups_);
    log::notice("Lost the connection to UPS [{}] ({}): {}", ups_.name, socket_path_, why);
}

std::size_t DriverLink::received(std::string_view bytes)
{
    bool understood = false;
    const auto taken = input_.feed(bytes, [&](Words words, const char* error) {
        // A NUT driver may send a live value unescaped: that line is lost, the next one is not.
        const auto message = error == nullptr ? driver_protocol::parse_message(words) : std::nullopt;
        if (message)
            take(*message);
        else if (error != nullptr || !words.empty())
            log::debug(1, "UPS [{}]: message not understood: {}", ups_.name,
                       error != nullptr ? error : escaped(words[0]));
        understood = understood || message.has_value();
        return true;
    });
    if (understood)
        ups_.heard(std::chrono::steady_clock::now());
    service_.upses.changed(ups_);
    return taken;
}

void DriverLink::take(const driver_protocol::Message& message)
{
    if (const auto* const change = std::get_if<Change>(&message))
        ups_.apply(*change);
    else if (std::holds_alternative<driver_protocol::DumpDone>(message))
        ups_.dump_done();
    else if (const auto* const result = std::get_if<driver_protocol::Tracking>(&message))
        settle(*result);
}

void DriverLink::settle(const driver_protocol::Tracking& result)
{
    if (service_.tracking.finish(ups_, result.id, result.outcome))
        service_.audit.record_outcome(ups_.name, result.id, tracking_word(result.outcome));
}

void DriverLink::ended(const boost::system::error_code& reason)
{
    disconnect(reason == asio::error::eof ? "it was closed" : reason.message());
}

} // namespace upright::upsd
