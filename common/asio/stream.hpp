// Stream: one connected socket (TCP or Unix) that never blocks. It owns the socket and what could not be sent
// yet; reading stops while the peer is slow to take that, so a peer can't make it grow. Its Owner outlives it.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace upright {

class Stream {
public:
    using Socket = boost::asio::generic::stream_protocol::socket;

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

    protected:
        ~Owner() = default;
    };

    struct Limits {
        std::size_t pause_reading = std::size_t{64} * 1024; // unsent bytes at which reading stops
        std::size_t unsent = std::size_t{1024} * 1024;      // at which the connection is given up
    };

    Stream(Socket socket, Owner& owner);
    Stream(Socket socket, Owner& owner, Limits limits);
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream();

    void start(); // begins to read

    // Sends at once what the socket takes, keeps the rest in order. Nothing happens on a closed stream.
    void send(std::string_view bytes);

    // Bytes not sent yet. The Owner should stop producing above limits().pause_reading.
    std::size_t unsent() const noexcept { return unsent_.size() - sent_; }
    bool congested() const noexcept { return unsent() >= limits_.pause_reading; }

    void close_when_sent(); // reads no more; then ended(eof)
    void close();           // at once
    bool is_open() const noexcept { return socket_.is_open(); }
    Socket& socket() noexcept { return socket_; }

private:
    struct Token; // tells a waiting handler whether the Stream is still there

    void wait_readable();
    void wait_writable();
    void readable();
    void writable();
    bool deliver(std::string_view bytes);
    void fail(const boost::system::error_code& reason);

    Socket socket_;
    Owner& owner_;
    Limits limits_;
    std::shared_ptr<Token> token_;
    std::string unsent_;
    std::size_t sent_ = 0;
    std::string unread_; // arrived, but not taken by the owner
    bool waiting_readable_ = false;
    bool waiting_writable_ = false;
    bool closing_ = false;
};

} // namespace upright
