// The timer daemon: it holds the timers, takes requests on the socket PIPEFN and runs CMDSCRIPT. It ends when
// there has been nothing to wait for for a while; whoever calls at that moment starts a new one.
#pragma once

#include "clients/upssched/config.hpp"
#include "clients/upssched/request.hpp"
#include "clients/upssched/script.hpp"
#include "clients/upssched/timers.hpp"
#include "common/daemon/daemon.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace upright::upssched {

class Service {
public:
    static constexpr std::chrono::seconds kLinger{15}; // after the last timer

    Service(Daemon& daemon, const Config& config);
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    ~Service(); // removes the socket

    // Takes the place of a socket that was left there.
    Result<void> listen();
    void start();
    void reap() { scripts_.reap(); }

private:
    class Client;

    void accept();
    std::string answer(std::string_view line);
    std::string list() const;
    Result<void> carry_out(const Request& request);
    void cancel(const Request& request);
    void fire();
    void schedule();
    void end_if_idle();
    bool socket_is_ours() const;

    Daemon& daemon_;
    std::string pipe_;
    std::string lock_;
    Timers timers_;
    Scripts scripts_;
    boost::asio::steady_timer next_;   // the next timer that is due, or the end
    boost::asio::steady_timer resume_; // accepting
    boost::asio::local::stream_protocol::acceptor acceptor_;
    Timers::Clock::time_point idle_since_; // while there are no timers
    dev_t device_ = 0;                     // of the socket's name
    ino_t inode_ = 0;
    std::map<int, std::unique_ptr<Client>> clients_;
    int next_id_ = 0;
};

// Runs the daemon in a process of its own; returns when it answers on its socket.
Result<void> start_service(const Config& config);

} // namespace upright::upssched
