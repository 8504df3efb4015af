#include "common/asio/stream.hpp"

#include "common/tls/channel.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace asio = boost::asio;
using boost::system::error_code;

namespace upright {
namespace {

// Read and handled within one call, so one block serves all streams of the (single-threaded) loop. It holds
// the largest record of TLS: what OpenSSL has decrypted is always taken, and nothing waits where the poller
// can't see it.
constexpr std::size_t kBlock = std::size_t{16} * 1024;
static_assert(kBlock >= tls::kLargestRecord);

error_code last_error() { return {errno, boost::system::system_category()}; }

} // namespace

using Status = tls::Channel::Status;

struct Stream::Transfer {
    Status status;
    std::size_t bytes = 0;
    error_code failure = {};
};

Stream::Stream(Poller& poller, int fd, Owner& owner) : Stream(poller, fd, owner, Limits{}) {}

Stream::Stream(Poller& poller, int fd, Owner& owner, Limits limits)
    : poller_(poller), fd_(fd), owner_(owner), limits_(limits)
{
    ::fcntl(fd_, F_SETFL, ::fcntl(fd_, F_GETFL) | O_NONBLOCK);
    if (!poller_.add(fd_, *this, true, false))
        fail(last_error());
}

Stream::~Stream()
{
    close();
    if (alive_)
        *alive_ = nullptr;
}

const std::shared_ptr<Stream*>& Stream::watch()
{
    if (!alive_)
        alive_ = std::make_shared<Stream*>(this);
    return alive_;
}

// OpenSSL 3.0 can't answer a key update, which any read may bring, while a record is half sent ("bad
// length"): with TLS nothing is read until it is. Answers would have to queue up behind it anyway.
bool Stream::receiving() const
{
    const bool half_sent = secured_ && unsent() != 0;
    return !closing_ && !paused_ && !handshaking_ && !half_sent && unread_.empty() && !congested();
}

// Tells the poller what is wanted now, if that has changed.
void Stream::update_interest()
{
    if (handshake_due_)
        return listen_for(false, false);
    if (shaking_hands())
        return listen_for(!handshake_writes_, handshake_writes_);
    const bool in = receiving();
    const bool out = transmitting();
    listen_for((in && !read_writes_) || (out && write_reads_),
               (out && !write_reads_) || (in && read_writes_));
}

void Stream::listen_for(bool read, bool write)
{
    if (!is_open() || (read == reading_ && write == writing_))
        return;
    reading_ = read;
    writing_ = write;
    poller_.change(fd_, *this, read, write);
}

void Stream::ready(bool readable, bool writable)
{
    if (shaking_hands()) {
        handshake_due_ = true;
        poller_.later(*this);
        return update_interest();
    }
    // Writing first: it may make room for answers to what is read.
    if (transmitting() && (write_reads_ ? readable : writable))
        write();
    else if (receiving() && (read_writes_ ? writable : readable))
        read();
    else if (hung_up()) // while we did not want to read
        end(asio::error::eof);
}

// Not every event that comes unwanted is that: somebody else may have changed what we want in this very
// wake-up.
bool Stream::hung_up() const
{
    pollfd socket{fd_, 0, 0};
    return ::poll(&socket, 1, 0) > 0;
}

Stream::Transfer Stream::take(char* into, std::size_t most)
{
    if (tls_) {
        const auto [status, bytes] = tls_->read(into, most);
        return {status, bytes, tls_->failure()};
    }
    const auto got = ::recv(fd_, into, most, MSG_DONTWAIT);
    if (got > 0)
        return {Status::done, static_cast<std::size_t>(got)};
    if (got == 0)
        return {Status::eof};
    if (errno == EAGAIN || errno == EINTR)
        return {Status::want_read};
    return {Status::error, 0, last_error()};
}

// Sends as many of the bytes as go now.
Stream::Transfer Stream::put(std::string_view bytes)
{
    Transfer all{Status::done};
    if (tls_ && clear_ == 0) {
        while (all.status == Status::done && !bytes.empty()) {
            const auto [status, some] = tls_->write(bytes); // a record at most
            bytes.remove_prefix(some);
            all = {status, all.bytes + some, tls_->failure()};
        }
        return all;
    }
    const auto taken = ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (taken >= 0)
        all.bytes = static_cast<std::size_t>(taken);
    else if (errno == EAGAIN || errno == EINTR)
        all.status = Status::want_write;
    else
        all = {Status::error, 0, last_error()};
    return all;
}

void Stream::read()
{
    static std::array<char, kBlock> block;
    const auto [status, bytes, failure] = take(block.data(), block.size());
    read_writes_ = status == Status::want_write;
    if (status == Status::eof || status == Status::error)
        return end(status == Status::eof ? error_code(asio::error::eof) : failure);
    if (deliver({block.data(), bytes}))
        update_interest();
}

// Hands `bytes` to the owner, piece by piece as it takes them. False if the Stream is gone.
bool Stream::deliver(std::string_view bytes)
{
    const auto alive = watch();
    const bool was_secured = secured_;
    while (!bytes.empty()) {
        const auto taken = owner_.received(bytes);
        if (*alive == nullptr)
            return false;
        bytes.remove_prefix(std::min(taken, bytes.size()));
        if (closing_ || !is_open() || secured_ != was_secured)
            break;
        if (!bytes.empty() && (congested() || paused_ || taken == 0)) {
            unread_ = bytes;
            break;
        }
    }
    return true;
}

void Stream::send(std::string_view bytes)
{
    if (!is_open())
        return;
    if (unsent() == 0 && !handshaking_) {
        const auto [status, taken, failure] = put(bytes);
        if (status == Status::eof || status == Status::error)
            return fail(status == Status::eof ? error_code(asio::error::eof) : failure);
        bytes.remove_prefix(taken);
        taken_ += taken;
        write_reads_ = status == Status::want_read;
    }
    if (bytes.empty())
        return;
    if (unsent() + bytes.size() > limits_.unsent)
        return fail(asio::error::no_buffer_space);
    unsent_.append(bytes);
    update_interest();
}

void Stream::write()
{
    if (unsent() != 0) {
        const auto most = clear_ != 0 ? clear_ : unsent();
        const auto [status, taken, failure] = put({unsent_.data() + sent_, most});
        write_reads_ = status == Status::want_read;
        if (status == Status::eof || status == Status::error)
            return end(status == Status::eof ? error_code(asio::error::eof) : failure);
        sent_ += taken;
        taken_ += taken;
        clear_ -= std::min(clear_, taken);
    }
    if (unsent() == 0) {
        std::string().swap(unsent_); // an idle session keeps no buffer
        sent_ = 0;
        if (closing_)
            return say_goodbye();
        if (!tell_drained())
            return;
    }
    if (deliver_unread())
        update_interest();
}

void Stream::start_tls(std::unique_ptr<tls::Channel> channel)
{
    if (!is_open() || secured_)
        return;
    tls_ = std::move(channel);
    secured_ = true;
    handshaking_ = true;
    handshake_writes_ = tls_->speaks_first();
    clear_ = unsent();
    std::string().swap(unread_);
    update_interest();
}

void Stream::costly()
{
    handshake_due_ = false;
    const auto status = tls_->handshake();
    if (status == Status::eof || status == Status::error)
        return end(status == Status::eof ? error_code(asio::error::eof) : tls_->failure());
    handshake_writes_ = status == Status::want_write;
    handshaking_ = status != Status::done;
    if (!handshaking_ && transmitting())
        return write();
    update_interest();
}

// False if the Stream is gone.
bool Stream::tell_drained()
{
    const auto alive = watch();
    owner_.drained();
    return *alive != nullptr;
}

// What the owner left, if it may have it now. False if the Stream is gone.
bool Stream::deliver_unread()
{
    if (paused_ || closing_ || congested() || unread_.empty())
        return true;
    std::string waiting;
    waiting.swap(unread_);
    return deliver(waiting);
}

void Stream::pause()
{
    paused_ = true;
    update_interest();
}

void Stream::resume()
{
    paused_ = false;
    if (!is_open() || std::exchange(resuming_, true))
        return;
    asio::post(poller_.executor(), [alive = watch()] {
        auto* const stream = *alive;
        if (stream == nullptr)
            return;
        stream->resuming_ = false;
        if (stream->deliver_unread())
            stream->update_interest();
    });
}

// At once, so that the place of whoever left is free for whoever comes in the same wake-up. Only where the
// poller called, and as the last thing there: the Stream may be gone afterwards.
void Stream::end(const error_code& reason)
{
    if (!is_open())
        return;
    close();
    owner_.ended(reason);
}

// Tells the owner from the loop, never from within send().
void Stream::fail(const error_code& reason)
{
    if (!is_open())
        return;
    close();
    asio::post(poller_.executor(), [alive = watch(), reason] {
        if (auto* const stream = *alive; stream != nullptr)
            stream->owner_.ended(reason);
    });
}

void Stream::close_when_sent()
{
    closing_ = true;
    if (unsent() == 0)
        say_goodbye();
    else
        update_interest();
}

void Stream::say_goodbye()
{
    if (tls_ && !handshaking_ && tls_->shut_down() == Status::want_write)
        return update_interest(); // once more when there is room for it
    fail(asio::error::eof);
}

void Stream::close()
{
    if (!is_open())
        return;
    poller_.remove(fd_, *this);
    ::close(fd_);
    fd_ = -1;
    std::string().swap(unsent_);
    std::string().swap(unread_);
    sent_ = 0;
    clear_ = 0;
    tls_.reset();
}

} // namespace upright
