// The addresses that clients connect to.
#pragma once

#include "common/result.hpp"
#include "server/upsd/config.hpp"
#include "server/upsd/sessions.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

#include <list>
#include <vector>

namespace upright::upsd {

enum class Family { any, v4, v6 };

// Opens every LISTEN address (none: ::1 and 127.0.0.1) and logs each. Addresses that overlap are opened once.
// Fails if none could be opened, or if one could not and the configuration does not allow that.
Result<std::list<boost::asio::ip::tcp::acceptor>> open_listeners(const boost::asio::any_io_executor& executor,
                                                                 const Config& config, Family family);

// Accepts clients on one listener for ever: at each wake-up all that wait, so that thousands can come at
// once. Out of descriptors it pauses a moment instead of spinning.
class Accepter final : private Poller::Watcher {
public:
    Accepter(Poller& poller, boost::asio::ip::tcp::acceptor& listener, Sessions& sessions);
    Accepter(const Accepter&) = delete;
    Accepter& operator=(const Accepter&) = delete;
    ~Accepter();

private:
    void ready(bool readable, bool writable) override;
    void pause(const boost::system::error_code& reason);

    Poller& poller_;
    boost::asio::ip::tcp::acceptor& listener_;
    Sessions& sessions_;
    boost::asio::steady_timer pause_;
};

} // namespace upright::upsd
