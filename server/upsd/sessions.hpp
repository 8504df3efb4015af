// Sessions: the clients of this upsd. It owns every client connection; a session is a socket, a Client and
// the time it was last heard, and has no buffer while idle. One sweep a second enforces the time limits.
#pragma once

#include "common/asio/poller.hpp"
#include "server/upsd/password_worker.hpp"
#include "server/upsd/service.hpp"

#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace upright::upsd {

class Sessions {
public:
    struct Limits {
        std::size_t most = 1024;             // sessions at once
        std::size_t each_address = 16384;    // of them from one address
        std::chrono::seconds subscriber{30}; // a subscriber may take nothing for so long
    };

    Sessions(Poller& poller, Service& service);
    Sessions(const Sessions&) = delete;
    Sessions& operator=(const Sessions&) = delete;
    ~Sessions();

    // Serves the client behind this connected socket, which it takes over. Refused at once, with a log line
    // a minute at most: whom the access lists reject, and whoever finds all places taken.
    void add(int fd, const boost::asio::ip::address& from);
    void set_limits(const Limits& limits) noexcept { limits_ = limits; }

    // Once a second: ends sessions that were silent, or took none of their answers, for more than 60 s; that
    // don't finish a TLS handshake; subscribers that take nothing.
    void sweep(TimePoint now);

    // The UPS goes: whoever is logged in to it is disconnected.
    void end_logins(const CachedUps& ups);

    void end_rejected(); // whom the access lists reject by now

    std::size_t size() const noexcept { return all_.size(); }

private:
    class Session;
    friend class Session;

    std::optional<std::string> refusal(const boost::asio::ip::address& from) const;
    void log_refusal(const boost::asio::ip::address& from, const std::string& why);
    void forget(std::uint64_t id);
    template <class Predicate>
    void end_if(Predicate is_over);

    Poller& poller_;
    Service& service_;
    PasswordWorker passwords_;
    std::unordered_map<std::uint64_t, std::unique_ptr<Session>> all_;
    std::map<boost::asio::ip::address, std::size_t> by_address_;
    std::uint64_t next_id_ = 1;
    Limits limits_;
    TimePoint last_refusal_logged_{};
    std::size_t refusals_not_logged_ = 0;
};

} // namespace upright::upsd
