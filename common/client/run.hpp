// A short-lived program's event loop: runs one coroutine to its end.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>

namespace upright {

// Returns the coroutine's exit code. Call it once in a process.
int run_to_end(const std::function<boost::asio::awaitable<int>(boost::asio::any_io_executor)>& program);

} // namespace upright
