// The Unix socket of `upsim run` and its client `upsim ctl`. A request is one line; the answer is any number
// of lines and then "OK" or "ERR <why>".
#pragma once

#include "common/asio/task_group.hpp"
#include "drivers/upsim/control.hpp"

#include <boost/asio/local/stream_protocol.hpp>

namespace upright::upsim {

// A listening socket at `path`, for this user only. A socket left behind by a process that is gone is
// replaced.
Result<boost::asio::local::stream_protocol::acceptor> listen_at(const boost::asio::any_io_executor& executor,
                                                                const std::string& path);

// Accepts clients until cancelled; serves each in a task of its own.
boost::asio::awaitable<Result<void>> accept_clients(boost::asio::local::stream_protocol::acceptor& acceptor,
                                                    const Fleet& fleet, const std::function<void()>& quit,
                                                    TaskGroup& tasks);

// Sends one request and returns the lines of the answer; the error is that of the answer or of the
// connection.
Result<std::string> request(const std::string& path, const std::string& line);

} // namespace upright::upsim
