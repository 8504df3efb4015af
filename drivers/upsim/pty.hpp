// Pty: a pseudo terminal whose far end a driver opens through a symbolic link. It owns both ends (so that
// drivers may come and go) and the link.
#pragma once

#include "common/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <string>

namespace upright::upsim {

class Pty {
public:
    // Fails if the system has no pty left or the link can't be made. A link that is already there is
    // replaced; anything else of that name is not.
    static Result<Pty> open(const boost::asio::any_io_executor& executor, std::string link);

    Pty(Pty&& other) noexcept;
    Pty& operator=(Pty&&) = delete;
    Pty(const Pty&) = delete;
    Pty& operator=(const Pty&) = delete;
    ~Pty(); // removes the link, too

    boost::asio::posix::stream_descriptor& device() noexcept { return near_; }

private:
    Pty(boost::asio::posix::stream_descriptor near, boost::asio::posix::stream_descriptor far,
        std::string link)
        : near_(std::move(near)), far_(std::move(far)), link_(std::move(link))
    {
    }

    boost::asio::posix::stream_descriptor near_;
    boost::asio::posix::stream_descriptor far_;
    std::string link_;
};

} // namespace upright::upsim
