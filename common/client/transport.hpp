// Transport: a client's TCP connection, in the clear or with TLS. It owns the socket; every wait has an end,
// at which it fails with timed_out. One operation at a time; it outlives the coroutines that use it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <span>
#include <string>

namespace upright {

namespace tls {
class Channel;
class Context;
} // namespace tls

class Transport {
public:
    using TimePoint = std::chrono::steady_clock::time_point; // max(): no limit

    explicit Transport(const boost::asio::any_io_executor& executor);
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    ~Transport();

    struct Received {
        boost::system::error_code failed;
        std::size_t bytes = 0;
    };
    boost::asio::awaitable<boost::system::error_code> connect(boost::asio::ip::tcp::endpoint to,
                                                              TimePoint until);
    boost::asio::awaitable<boost::system::error_code> start_tls(tls::Context context, TimePoint until);
    boost::asio::awaitable<boost::system::error_code> write(std::string text, TimePoint until); // all of it
    boost::asio::awaitable<Received> read(std::span<char> into, TimePoint until);

    // What is being waited for fails with timed_out; nothing that has arrived is lost.
    void interrupt();

    void close();
    bool is_open() const noexcept { return socket_.is_open(); }
    bool is_encrypted() const noexcept { return tls_ != nullptr; }

private:
    class TimeLimit;

    boost::asio::awaitable<boost::system::error_code> ready_for(bool writing);
    boost::asio::awaitable<boost::system::error_code> write_encrypted(std::string text);
    boost::asio::awaitable<Received> read_encrypted(std::span<char> into);
    boost::system::error_code why_refused();
    boost::system::error_code reason(const boost::system::error_code& failed) const;

    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer timer_;
    std::unique_ptr<tls::Channel> tls_;
    bool timed_out_ = false;
};

} // namespace upright
