#include "clients/upsmon/shutdown_hand.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"

#include <boost/asio/post.hpp>

#include <array>
#include <cerrno>
#include <sys/socket.h>

namespace upright::upsmon {
namespace {

bool is_step(unsigned char byte)
{
    return byte >= static_cast<unsigned char>(ShutdownStep::started)
           && byte <= static_cast<unsigned char>(ShutdownStep::failed);
}

} // namespace

ExecutorHand::ExecutorHand(const boost::asio::any_io_executor& executor, ExecutorLink link)
    : socket_(executor, link.release())
{
    listen();
}

void ExecutorHand::listen()
{
    socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [this](const boost::system::error_code& stopped) {
                           if (!stopped)
                               hear();
                       });
}

void ExecutorHand::hear()
{
    std::array<unsigned char, 8> bytes{};
    const auto got = ::recv(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        alive_ = false;
        on_parent_gone();
        return;
    }
    listen();
    for (ssize_t i = 0; i < got; ++i)
        if (is_step(bytes[static_cast<std::size_t>(i)]))
            on_step(static_cast<ShutdownStep>(bytes[static_cast<std::size_t>(i)]));
}

void ExecutorHand::shut_down()
{
    if (asked_)
        return;
    asked_ = true;
    if (::send(socket_.native_handle(), &kShutDown, 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1)
        return;
    log::error("upsmon parent: gone; this host can't be shut down");
    boost::asio::post(socket_.get_executor(), [this] { on_step(ShutdownStep::failed); });
}

OwnHand::OwnHand(const boost::asio::any_io_executor& executor, Children& children, ShutdownOrder order)
    : children_(children), order_(std::move(order)), again_(executor)
{
}

void OwnHand::report(ShutdownStep step)
{
    boost::asio::post(again_.get_executor(), [this, step] { on_step(step); });
}

void OwnHand::shut_down()
{
    if (tries_ > 0)
        return;
    write_flag(order_);
    start();
}

void OwnHand::start()
{
    ++tries_;
    if (!order_.command) {
        log::error("There is no SHUTDOWNCMD: this host is not shut down");
        return report(ShutdownStep::failed);
    }
    const auto pid =
        children_.start(shell(*order_.command), [this](int status) { on_step(tell_end(status)); });
    if (pid)
        return report(ShutdownStep::started);
    log::error("SHUTDOWNCMD can't be started{}: {}", tries_ < kTriesToStart ? ", trying again" : "",
               escaped(to_string(pid.error())));
    if (tries_ == kTriesToStart)
        return report(ShutdownStep::failed);
    again_.expires_after(std::chrono::seconds(1));
    again_.async_wait([this](const boost::system::error_code& stopped) {
        if (!stopped)
            start();
    });
}

} // namespace upright::upsmon
