// Stream: one connected socket (TCP or Unix) that never blocks. It owns the socket and what could not be sent
// yet; reading stops while the peer is slow to take that, so a peer can't make it grow. Its Owner outlives
// it.
#pragma once

#include "common/asio/poller.hpp"

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace upright {

class Stream final : private Poller::Watcher {
public:
    class Owner {
    public:
        Owner() = default;
        Owner(const Owner&) = delete;
        Owner& operator=(const Owner&) = delete;

        // What arrived, in any segmentation. Returns how many bytes were taken; the rest comes again once
        // the peer has taken its output. May destroy the Stream; the return value is then without meaning.
        virtual std::size_t received(std::string_view bytes) = 0;

        // The connection is over: `reason` is asio::error::eof for an orderly end. Called once at most, never
        // from within send(); not called after close(). May destroy the Stream.
        virtual void ended(const boost::system::error_code& reason) = 0;

        // The peer has now taken all the output that had to wait. May destroy the Stream.
        virtual void drained() {}

    protected:
        ~Owner() = default;
    };

    struct Limits {
        std::size_t pause_reading = std::size_t{64} * 1024; // unsent bytes at which reading stops
        std::size_t unsent = std::size_t{1024} * 1024;      // at which the connection is given up
    };

    // Takes over `fd` and begins to read.
    Stream(Poller& poller, int fd, Owner& owner);
    Stream(Poller& poller, int fd, Owner& owner, Limits limits);
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream();

    // Sends at once what the socket takes, keeps the rest in order. Nothing happens on a closed stream.
    void send(std::string_view bytes);

    // Bytes not sent yet. The Owner should stop producing while congested().
    std::size_t unsent() const noexcept { return unsent_.size() - sent_; }
    bool congested() const noexcept { return unsent() >= limits_.pause_reading; }
    std::uint64_t taken() const noexcept { return taken_; } // bytes that the peer's side took so far

    // Nothing more is read or handed over until resume(), which goes on from the loop, first with what the
    // owner had left. A peer that only closes its sending side while paused is noticed after that.
    void pause();
    void resume();

    void close_when_sent(); // reads no more; then ended(eof)
    void close();           // at once
    bool is_open() const noexcept { return fd_ >= 0; }
    int fd() const noexcept { return fd_; }

private:
    void ready(bool readable, bool writable) override;
    void read();
    void write();
    const std::shared_ptr<Stream*>& watch();
    bool tell_drained();
    bool deliver_unread();
    bool deliver(std::string_view bytes);
    void update_interest();
    void fail(const boost::system::error_code& reason);

    Poller& poller_;
    int fd_;
    Owner& owner_;
    Limits limits_;
    std::shared_ptr<Stream*> alive_; // only while somebody must find out whether the Stream is still there
    std::string unsent_;
    std::size_t sent_ = 0;
    std::uint64_t taken_ = 0;
    std::string unread_;   // arrived, but not taken by the owner
    bool reading_ = true;  // as the poller knows it
    bool writing_ = false; // likewise
    bool closing_ = false;
    bool paused_ = false;
    bool resuming_ = false; // the loop is about to hand over what was kept
};

} // namespace upright
