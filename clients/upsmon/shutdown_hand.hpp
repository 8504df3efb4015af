// ShutdownHand: how the monitor has this host shut down, by the executor, or by itself where there is one
// process only. It does not wait; both callbacks come from the loop.
#pragma once

#include "clients/upsmon/children.hpp"
#include "clients/upsmon/executor.hpp"
#include "clients/upsmon/shutdown_order.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>

namespace upright::upsmon {

class ShutdownHand {
public:
    ShutdownHand() = default;
    ShutdownHand(const ShutdownHand&) = delete;
    ShutdownHand& operator=(const ShutdownHand&) = delete;
    virtual ~ShutdownHand() = default;

    virtual void shut_down() = 0; // once; more often does nothing
    virtual bool parent_alive() const noexcept = 0;

    // Who ends before `done` or `failed` may take SHUTDOWNCMD along: a service manager ends what a service
    // leaves behind.
    std::function<void(ShutdownStep)> on_step = [](ShutdownStep) {};
    std::function<void()> on_parent_gone = [] {}; // once
};

// By the executor that split() made.
class ExecutorHand final : public ShutdownHand {
public:
    ExecutorHand(const boost::asio::any_io_executor& executor, ExecutorLink link);

    void shut_down() override;
    bool parent_alive() const noexcept override { return alive_; }

private:
    void listen();
    void hear();

    boost::asio::posix::stream_descriptor socket_;
    bool alive_ = true;
    bool asked_ = false;
};

// By this process, with its own rights.
class OwnHand final : public ShutdownHand {
public:
    OwnHand(const boost::asio::any_io_executor& executor, Children& children, ShutdownOrder order);

    void shut_down() override;
    bool parent_alive() const noexcept override { return true; }

private:
    void start();
    void report(ShutdownStep step);

    Children& children_;
    ShutdownOrder order_;
    boost::asio::steady_timer again_;
    int tries_ = 0;
};

} // namespace upright::upsmon
