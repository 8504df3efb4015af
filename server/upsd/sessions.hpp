// Sessions: the clients of this upsd. It owns every client connection; a session is a socket, the time it was
// last heard, and no buffer while idle. One sweep a second enforces the time limits of all of them.
#pragma once

#include "common/asio/poller.hpp"
#include "server/upsd/commands/command.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace upright::upsd {

class Sessions {
public:
    Sessions(Poller& poller, Upses& upses, const Descriptions& descriptions);
    Sessions(const Sessions&) = delete;
    Sessions& operator=(const Sessions&) = delete;
    ~Sessions();

    // Serves this client. Refused at once, with a log line, when as many as allowed are there.
    void add(boost::asio::ip::tcp::socket socket);
    void set_most(std::size_t most) noexcept { most_ = most; }

    // Once a second: ends sessions that were silent, or took none of their answers, for more than 60 s.
    void sweep(TimePoint now);

    std::size_t size() const noexcept { return all_.size(); }

private:
    class Session;
    friend class Session;

    void forget(std::uint64_t id);

    Poller& poller_;
    Upses& upses_;
    const Descriptions& descriptions_;
    std::unordered_map<std::uint64_t, std::unique_ptr<Session>> all_;
    std::uint64_t next_id_ = 0;
    std::size_t most_ = 1024;
    TimePoint last_refusal_logged_{};
};

} // namespace upright::upsd
