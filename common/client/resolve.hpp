// Looking up a host's addresses without ever holding up the loop: the system's resolver can block for minutes
// when a name server is silent, which is just when a UPS client must go on.
#pragma once

#include "common/client/designation.hpp"
#include "common/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <memory>
#include <vector>

namespace upright {

// Which of a host's addresses are of use (options -4 and -6).
enum class AddressFamily { any, v4, v6 };

using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

// One look-up. Await it once; cancel() ends the wait at once, while the look-up itself is left to finish on
// its own thread, which shares nothing with the loop.
class Resolution {
public:
    Resolution(const boost::asio::any_io_executor& executor, Server server);
    Resolution(const Resolution&) = delete;
    Resolution& operator=(const Resolution&) = delete;

    // In the order of the system's preference; "No such host" if there is none.
    boost::asio::awaitable<Result<Endpoints>> wait();
    void cancel();

private:
    struct Answer;

    std::shared_ptr<Answer> answer_;
    boost::asio::posix::stream_descriptor done_;
};

} // namespace upright
