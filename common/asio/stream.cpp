#include "common/asio/stream.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace asio = boost::asio;
using boost::system::error_code;

namespace upright {
namespace {

// Read and handled within one call, so one block serves all streams of the (single-threaded) loop.
constexpr std::size_t kBlock = std::size_t{16} * 1024;

error_code last_error() { return {errno, boost::system::system_category()}; }

} // namespace

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

// Tells the poller what is wanted now, if that has changed.
void Stream::update_interest()
{
    const bool read = !closing_ && !paused_ && unread_.empty() && !congested();
    const bool write = unsent() != 0;
    if (!is_open() || (read == reading_ && write == writing_))
        return;
    reading_ = read;
    writing_ = write;
    poller_.change(fd_, *this, read, write);
}

void Stream::ready(bool readable, bool writable)
{
    // Writing first: it may make room for answers to what is read.
    if (writable && unsent() != 0)
        write();
    else if (readable && reading_)
        read();
    else if (readable) // hung up while we did not want to read
        fail(asio::error::eof);
}

void Stream::read()
{
    static std::array<char, kBlock> block;
    const auto got = ::recv(fd_, block.data(), block.size(), MSG_DONTWAIT);
    if (got > 0) {
        if (deliver({block.data(), static_cast<std::size_t>(got)}))
            update_interest();
    } else if (got == 0) {
        fail(asio::error::eof);
    } else if (errno != EAGAIN && errno != EINTR) {
        fail(last_error());
    }
}

// Hands `bytes` to the owner, piece by piece as it takes them. False if the Stream is gone.
bool Stream::deliver(std::string_view bytes)
{
    const auto alive = watch();
    while (!bytes.empty()) {
        const auto taken = owner_.received(bytes);
        if (*alive == nullptr)
            return false;
        bytes.remove_prefix(std::min(taken, bytes.size()));
        if (closing_ || !is_open())
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
    if (unsent() == 0) {
        const auto taken = ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (taken > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(taken));
            taken_ += static_cast<std::uint64_t>(taken);
        } else if (taken < 0 && errno != EAGAIN && errno != EINTR) {
            return fail(last_error());
        }
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
    const auto taken = ::send(fd_, unsent_.data() + sent_, unsent(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (taken < 0 && errno != EAGAIN && errno != EINTR)
        return fail(last_error());
    sent_ += static_cast<std::size_t>(std::max<ssize_t>(taken, 0));
    taken_ += static_cast<std::uint64_t>(std::max<ssize_t>(taken, 0));
    if (unsent() == 0) {
        std::string().swap(unsent_); // an idle session keeps no buffer
        sent_ = 0;
        if (closing_)
            return fail(asio::error::eof);
        if (!tell_drained())
            return;
    }
    if (deliver_unread())
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
        fail(asio::error::eof);
    else
        update_interest();
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
}

} // namespace upright
