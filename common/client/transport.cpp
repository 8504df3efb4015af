#include "common/client/transport.hpp"

#include "common/tls/channel.hpp"
#include "common/tls/context.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <fcntl.h>

namespace asio = boost::asio;
using boost::system::error_code;

namespace upright {
namespace {

constexpr auto kUseTuple = asio::as_tuple(asio::use_awaitable);

} // namespace

using Status = tls::Channel::Status;

// Ends what the socket waits for when the time is up.
class Transport::TimeLimit {
public:
    TimeLimit(Transport& transport, TimePoint until) : transport_(transport)
    {
        transport_.timed_out_ = false;
        if (until == TimePoint::max())
            return;
        transport_.timer_.expires_at(until);
        transport_.timer_.async_wait([guard = wanted_, &transport](const error_code& ec) {
            if (ec || !*guard)
                return;
            transport.timed_out_ = true;
            error_code ignored;
            transport.socket_.cancel(ignored);
        });
    }
    TimeLimit(const TimeLimit&) = delete;
    TimeLimit& operator=(const TimeLimit&) = delete;
    ~TimeLimit()
    {
        *wanted_ = false; // the timer's handler may be on its way already
        transport_.timer_.cancel();
    }

private:
    Transport& transport_;
    std::shared_ptr<bool> wanted_ = std::make_shared<bool>(true);
};

Transport::Transport(const asio::any_io_executor& executor) : socket_(executor), timer_(executor) {}

Transport::~Transport() { close(); }

void Transport::close()
{
    if (tls_)
        tls_->shut_down();
    tls_.reset();
    error_code ignored;
    socket_.close(ignored);
}

void Transport::interrupt()
{
    timed_out_ = true;
    error_code ignored;
    socket_.cancel(ignored);
}

error_code Transport::reason(const error_code& failed) const
{
    return failed && timed_out_ ? error_code(asio::error::timed_out) : failed;
}

asio::awaitable<error_code> Transport::connect(asio::ip::tcp::endpoint to, TimePoint until)
{
    close();
    error_code failed;
    socket_.open(to.protocol(), failed);
    if (failed)
        co_return failed;
    ::fcntl(socket_.native_handle(), F_SETFD, FD_CLOEXEC);
    socket_.set_option(asio::ip::tcp::no_delay(true), failed);
    const TimeLimit time(*this, until);
    const auto [ec] = co_await socket_.async_connect(to, kUseTuple);
    if (ec)
        close();
    co_return reason(ec);
}

asio::awaitable<error_code> Transport::ready_for(bool writing)
{
    const auto kind = writing ? asio::socket_base::wait_write : asio::socket_base::wait_read;
    const auto [ec] = co_await socket_.async_wait(kind, kUseTuple);
    co_return reason(ec);
}

asio::awaitable<error_code> Transport::start_tls(tls::Context context, TimePoint until)
{
    auto channel = tls::open(context, socket_.native_handle());
    const TimeLimit time(*this, until);
    for (;;) {
        const auto status = channel->handshake();
        if (status == Status::done)
            break;
        if (status == Status::error || status == Status::eof)
            co_return status == Status::eof ? error_code(asio::error::eof) : channel->failure();
        const auto failed = co_await ready_for(status == Status::want_write);
        if (failed)
            co_return failed;
    }
    tls_ = std::move(channel);
    co_return error_code();
}

asio::awaitable<error_code> Transport::write(std::string text, TimePoint until)
{
    const TimeLimit time(*this, until);
    if (tls_) {
        const auto failed = co_await write_encrypted(std::move(text));
        co_return failed;
    }
    const auto bytes = asio::buffer(text);
    const auto [ec, sent] = co_await asio::async_write(socket_, bytes, kUseTuple);
    co_return reason(ec);
}

asio::awaitable<error_code> Transport::write_encrypted(std::string text)
{
    std::string_view left = text;
    while (!left.empty()) {
        const auto [status, bytes] = tls_->write(left);
        left.remove_prefix(bytes);
        if (status == Status::done)
            continue;
        if (status == Status::error || status == Status::eof)
            co_return why_refused();
        const auto failed = co_await ready_for(status == Status::want_write);
        if (failed)
            co_return failed;
    }
    co_return error_code();
}

// With TLS 1.3 a server refuses a client's certificate when the client thinks that all is well: the reason is
// waiting to be read.
error_code Transport::why_refused()
{
    char ignored = 0;
    const auto status = tls_->read(&ignored, 1).status;
    return status == Status::error ? tls_->failure() : error_code(asio::error::eof);
}

asio::awaitable<Transport::Received> Transport::read(std::span<char> into, TimePoint until)
{
    const TimeLimit time(*this, until);
    if (tls_) {
        const auto received = co_await read_encrypted(into);
        co_return received;
    }
    const auto block = asio::buffer(into.data(), into.size());
    const auto [ec, got] = co_await socket_.async_read_some(block, kUseTuple);
    co_return Received{reason(ec), got};
}

asio::awaitable<Transport::Received> Transport::read_encrypted(std::span<char> into)
{
    for (;;) {
        const auto [status, bytes] = tls_->read(into.data(), into.size());
        if (status == Status::done)
            co_return Received{{}, bytes};
        if (status == Status::error || status == Status::eof)
            co_return Received{status == Status::eof ? error_code(asio::error::eof) : tls_->failure()};
        const auto failed = co_await ready_for(status == Status::want_write);
        if (failed)
            co_return Received{failed};
    }
}

} // namespace upright
