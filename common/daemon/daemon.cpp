#include "common/daemon/daemon.hpp"

#include "common/daemon/log.hpp"
#include "common/daemon/notify.hpp"

#include <csignal>
#include <cstdlib>

namespace upright {

Daemon::Daemon()
{
    std::signal(SIGPIPE, SIG_IGN); // a peer that went away is an error of the write, not of the process
}

void Daemon::on_signal(int number, std::function<void()> handler)
{
    handlers_[number] = std::move(handler);
    signals_.add(number);
}

void Daemon::wait_for_signal()
{
    signals_.async_wait([this](const boost::system::error_code& ec, int number) {
        if (ec)
            return;
        if (const auto handler = handlers_.find(number); handler != handlers_.end()) {
            handler->second();
        } else {
            log::info("Signal {}: exiting", number);
            stop(EXIT_SUCCESS);
        }
        if (!stopping_)
            wait_for_signal();
    });
}

void Daemon::feed_watchdog()
{
    const auto interval = notify::watchdog_interval();
    if (!interval)
        return;
    watchdog_.expires_after(*interval);
    watchdog_.async_wait([this](const boost::system::error_code& ec) {
        if (ec)
            return;
        notify::watchdog();
        feed_watchdog();
    });
}

void Daemon::stop(int exit_code)
{
    if (stopping_)
        return;
    stopping_ = true;
    exit_code_ = exit_code;
    notify::stopping();
    watchdog_.cancel();
    signals_.cancel();
    tasks_.cancel();
    // Sockets and timers that belong to no task would keep the loop alive: it ends with the last task.
    tasks_.on_idle = [this] { io_.stop(); };
    if (tasks_.empty()) {
        io_.stop();
        return;
    }
    patience_.expires_after(std::chrono::seconds(5));
    patience_.async_wait([](const boost::system::error_code& stopped) {
        if (!stopped)
            std::_Exit(EXIT_FAILURE); // a task ignored its cancellation: its references are no longer safe
    });
}

int Daemon::run(const std::function<void(TaskGroup&)>& start)
{
    wait_for_signal();
    feed_watchdog();
    start(tasks_);
    io_.run();
    return exit_code_;
}

} // namespace upright
