// Stream: one connected socket (TCP or Unix) that never blocks, in the clear or with TLS. It owns the socket
// and what could not be sent yet; reading stops while the peer is slow to take that, so a peer can't make it
// grow. Its Owner outlives it.
#pragma once

#include "common/asio/poller.hpp"

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace upright {

namespace tls {
class Channel;
}

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

    // From here on everything is encrypted: the handshake follows what has been sent so far, what is sent
    // meanwhile follows the handshake. Whatever arrived already and has not been taken is thrown away: it was
    // said in the clear, perhaps by somebody in between. A handshake that fails ends the connection.
    void start_tls(std::unique_ptr<tls::Channel> channel);
    bool encrypted() const noexcept { return secured_; }
    bool handshaking() const noexcept { return handshaking_; } // still true after ended() if it failed

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
    struct Transfer;

    void ready(bool readable, bool writable) override;
    void costly() override; // a step of the handshake
    void read();
    void write();
    Transfer put(std::string_view bytes);
    Transfer take(char* into, std::size_t most);
    bool receiving() const;
    bool transmitting() const { return unsent() != 0 || closing_; }
    bool shaking_hands() const { return handshaking_ && clear_ == 0; }
    bool hung_up() const;
    const std::shared_ptr<Stream*>& watch();
    bool tell_drained();
    bool deliver_unread();
    bool deliver(std::string_view bytes);
    void say_goodbye();
    void update_interest();
    void listen_for(bool read, bool write);
    void end(const boost::system::error_code& reason);
    void fail(const boost::system::error_code& reason);

    Poller& poller_;
    int fd_;
    Owner& owner_;
    Limits limits_;
    std::unique_ptr<tls::Channel> tls_;
    std::shared_ptr<Stream*> alive_; // only while somebody must find out whether the Stream is still there
    std::string unsent_;
    std::size_t sent_ = 0;
    std::size_t clear_ = 0; // of what is unsent, said before TLS began
    std::uint64_t taken_ = 0;
    std::string unread_;   // arrived, but not taken by the owner
    bool reading_ = true;  // as the poller knows it
    bool writing_ = false; // likewise
    bool closing_ = false;
    bool paused_ = false;
    bool resuming_ = false; // the loop is about to hand over what was kept
    bool secured_ = false;
    bool handshaking_ = false;
    bool handshake_due_ = false;    // in the poller's queue of costly work
    bool handshake_writes_ = false; // the socket must be writable for the next step, not readable
    bool read_writes_ = false;      // likewise for the next read
    bool write_reads_ = false;      // the reverse for the next write
};

} // namespace upright
