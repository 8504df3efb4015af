// Daemon: what every long-running program here does the same way once it is configured: the event loop,
// signals, the service manager's watchdog, and an orderly end. Create it after Background::start().
#pragma once

#include "common/asio/poller.hpp"
#include "common/asio/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <csignal>
#include <functional>
#include <map>

namespace upright {

class Daemon {
public:
    Daemon();

    boost::asio::io_context& io() noexcept { return io_; }
    boost::asio::any_io_executor executor() { return io_.get_executor(); }
    Poller& poller() noexcept { return poller_; }
    TaskGroup& tasks() noexcept { return tasks_; }

    // Called in the loop for each signal other than the ending ones (TERM, INT, QUIT).
    void on_signal(int number, std::function<void()> handler);

    // Runs `start`, then the loop until an ending signal or stop(), then until the last task has stopped.
    // Whatever main() created before this call therefore outlives every coroutine: tasks may hold plain
    // references to it. Tasks that ignore their cancellation for 5 s end the process.
    int run(const std::function<void(TaskGroup&)>& start);

    // Ends run(), which then returns `exit_code`.
    void stop(int exit_code);

private:
    void wait_for_signal();
    void feed_watchdog();

    boost::asio::io_context io_{1};
    Poller poller_{io_.get_executor()};
    boost::asio::signal_set signals_{io_, SIGINT, SIGTERM, SIGQUIT};
    boost::asio::steady_timer patience_{io_};
    boost::asio::steady_timer watchdog_{io_};
    TaskGroup tasks_{io_.get_executor()};
    std::map<int, std::function<void()>> handlers_;
    int exit_code_ = 0;
    bool stopping_ = false;
};

} // namespace upright
