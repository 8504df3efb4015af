// Sessions: net-snmp's sockets inside an Asio loop. It owns the library's state, which there is once in a
// process, and an epoll set that holds its sockets. Single-threaded; make one, before any session is opened.
#pragma once

#include "common/result.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <set>
#include <string>
#include <string_view>

namespace upright::upsim::snmp {

class Sessions {
public:
    // `engine`: what the engine's id is made of. It counts a start that is later as a higher one.
    Sessions(const boost::asio::any_io_executor& executor, std::string_view engine);
    Sessions(const Sessions&) = delete;
    Sessions& operator=(const Sessions&) = delete;
    ~Sessions();

    // Reads what arrives, resends what must be, until cancelled.
    boost::asio::awaitable<Result<void>> serve();
    // The engine's id as "0x8000…", and how often it has started: what receivers of SNMPv3 traps must know.
    static std::string engine();
    // After a session was opened or something was sent that awaits an answer.
    void look_again();

private:
    int watch(); // ms until the library wants to be called anyway; -1: never
    void read_ready();

    boost::asio::posix::stream_descriptor set_;
    boost::asio::steady_timer timer_;
    std::set<int> watched_;
};

} // namespace upright::upsim::snmp
