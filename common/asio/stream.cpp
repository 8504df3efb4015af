#include "common/asio/stream.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>

namespace asio = boost::asio;
using boost::system::error_code;

namespace upright {
namespace {

// Read and handled within one call, so one block serves all streams of the (single-threaded) loop.
constexpr std::size_t kBlock = std::size_t{16} * 1024;

error_code last_error() { return {errno, boost::system::system_category()}; }

} // namespace

struct Stream::Token {
    Stream* stream;
};

Stream::Stream(Socket socket, Owner& owner) : Stream(std::move(socket), owner, Limits{}) {}

Stream::Stream(Socket socket, Owner& owner, Limits limits)
    : socket_(std::move(socket)), owner_(owner), limits_(limits), token_(std::make_shared<Token>(Token{this}))
{
    error_code ignored;
    socket_.non_blocking(true, ignored);
}

Stream::~Stream() { token_->stream = nullptr; }

void Stream::start() { wait_readable(); }

void Stream::wait_readable()
{
    if (waiting_readable_ || closing_ || !is_open() || congested())
        return;
    waiting_readable_ = true;
    socket_.async_wait(Socket::wait_read, [token = token_](const error_code& ec) {
        auto* const self = token->stream;
        if (self == nullptr)
            return;
        self->waiting_readable_ = false;
        if (!ec)
            self->readable();
    });
}

void Stream::wait_writable()
{
    if (waiting_writable_ || !is_open())
        return;
    waiting_writable_ = true;
    socket_.async_wait(Socket::wait_write, [token = token_](const error_code& ec) {
        auto* const self = token->stream;
        if (self == nullptr)
            return;
        self->waiting_writable_ = false;
        if (!ec)
            self->writable();
    });
}

void Stream::readable()
{
    static std::array<char, kBlock> block;
    const auto got = ::recv(socket_.native_handle(), block.data(), block.size(), MSG_DONTWAIT);
    if (got > 0) {
        if (deliver({block.data(), static_cast<std::size_t>(got)}))
            wait_readable();
    } else if (got == 0) {
        fail(asio::error::eof);
    } else if (errno == EAGAIN || errno == EINTR) {
        wait_readable();
    } else {
        fail(last_error());
    }
}

// Hands `bytes` to the owner, piece by piece as it takes them. False if reading should not go on now, or the
// Stream is gone.
bool Stream::deliver(std::string_view bytes)
{
    const auto token = token_;
    while (!bytes.empty()) {
        const auto taken = owner_.received(bytes);
        if (token->stream == nullptr)
            return false;
        bytes.remove_prefix(std::min(taken, bytes.size()));
        if (!bytes.empty() && (congested() || closing_ || taken == 0)) {
            unread_ = bytes;
            return false;
        }
    }
    return true;
}

void Stream::send(std::string_view bytes)
{
    if (!is_open())
        return;
    if (unsent() == 0) {
        const auto taken = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (taken > 0)
            bytes.remove_prefix(static_cast<std::size_t>(taken));
        else if (taken < 0 && errno != EAGAIN && errno != EINTR)
            return fail(last_error());
    }
    if (bytes.empty())
        return;
    if (unsent() + bytes.size() > limits_.unsent)
        return fail(asio::error::no_buffer_space);
    unsent_.append(bytes);
    wait_writable();
}

void Stream::writable()
{
    const auto taken =
        ::send(socket_.native_handle(), unsent_.data() + sent_, unsent(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (taken < 0 && errno != EAGAIN && errno != EINTR)
        return fail(last_error());
    sent_ += static_cast<std::size_t>(std::max<ssize_t>(taken, 0));
    if (unsent() != 0) {
        wait_writable();
    } else {
        std::string().swap(unsent_); // an idle session keeps no buffer
        sent_ = 0;
        if (closing_)
            return fail(asio::error::eof);
    }
    if (congested())
        return;
    if (!unread_.empty()) {
        const auto waiting = std::move(unread_);
        unread_.clear();
        if (!deliver(waiting))
            return;
    }
    wait_readable();
}

// Tells the owner from the loop, never from within send().
void Stream::fail(const error_code& reason)
{
    if (!is_open())
        return;
    auto executor = socket_.get_executor();
    close();
    asio::post(executor, [token = token_, reason] {
        if (token->stream != nullptr)
            token->stream->owner_.ended(reason);
    });
}

void Stream::close_when_sent()
{
    closing_ = true;
    if (unsent() == 0)
        fail(asio::error::eof);
}

void Stream::close()
{
    error_code ignored;
    socket_.close(ignored);
    std::string().swap(unsent_);
    sent_ = 0;
}

} // namespace upright
