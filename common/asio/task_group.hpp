// TaskGroup owns the coroutines that a daemon has running. Single-threaded: use it only on its executor.
#pragma once

#include "common/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <functional>
#include <list>
#include <string>

namespace upright {

class TaskGroup {
public:
    explicit TaskGroup(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    // Runs `task`; its error is logged under `name`, and never reaches its neighbours.
    void spawn(std::string name, boost::asio::awaitable<Result<void>> task);

    // Asks every task to stop. They end on their own time; `on_idle` tells when the last one has.
    void cancel();
    bool empty() const noexcept { return running_.empty(); }
    std::size_t size() const noexcept { return running_.size(); }
    bool cancelled() const noexcept { return cancelled_; }

    std::function<void()> on_idle = [] {};

private:
    boost::asio::any_io_executor executor_;
    std::list<boost::asio::cancellation_signal> running_;
    bool cancelled_ = false;
};

} // namespace upright
