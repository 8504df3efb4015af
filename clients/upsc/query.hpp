// Asks the server what the command line wants to know. query() returns the output, print_answer() is the rest
// of the program around it.
#pragma once

#include "clients/upsc/options.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <string>

namespace upright::upsc {

boost::asio::awaitable<Result<std::string>> query(boost::asio::any_io_executor executor, Options options);

// Values to stdout; "Error: <text>" to stderr (with -j also to stdout as JSON). Returns the exit code.
int print_answer(const Options& options);

} // namespace upright::upsc
