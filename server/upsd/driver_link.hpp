// DriverLink: the connection to one driver's socket. It owns the socket, applies the driver's Changes to its
// CachedUps, and keeps trying while there is no driver. tick() is its clock.
#pragma once

#include "common/asio/stream.hpp"
#include "common/wire/driver_protocol.hpp"
#include "server/upsd/service.hpp"

#include <optional>
#include <string>

namespace upright::upsd {

class DriverLink final : private Stream::Owner {
public:
    DriverLink(Poller& poller, Service& service, CachedUps& ups, std::string socket_path);
    ~DriverLink();
    DriverLink(const DriverLink&) = delete;
    DriverLink& operator=(const DriverLink&) = delete;

    CachedUps& ups() noexcept { return ups_; }
    bool has_socket(std::string_view name) const; // that file of the state folder is its driver's socket

    // Once a second: connects if need be, asks a silent driver whether it is there, and logs when the data
    // become stale or fresh.
    void tick(TimePoint now);

private:
    void connect(TimePoint now);
    void disconnect(const std::string& why);
    void take(const driver_protocol::Message& message);
    void log_availability(TimePoint now);
    void settle(const driver_protocol::Tracking& result);
    std::size_t received(std::string_view bytes) override;
    void ended(const boost::system::error_code& reason) override;

    Poller& poller_;
    Service& service_;
    CachedUps& ups_;
    std::string socket_path_;
    std::optional<Stream> stream_;
    WordStream input_{driver_protocol::kLimits};
    TimePoint last_ping_{};
    std::optional<TimePoint> last_complaint_; // that it can't be reached
    bool stale_ = false;                      // as last logged
};

} // namespace upright::upsd
