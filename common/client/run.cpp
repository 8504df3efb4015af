#include "common/client/run.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <exception>

namespace asio = boost::asio;

namespace upright {

int run_to_end(const std::function<asio::awaitable<int>(asio::any_io_executor)>& program)
{
    asio::io_context io(1);
    int exit_code = EXIT_FAILURE;
    asio::co_spawn(io, program(io.get_executor()), [&](const std::exception_ptr& thrown, int code) {
        if (thrown)
            std::rethrow_exception(thrown); // a bug: std::terminate says which
        exit_code = code;
    });
    io.run();
    return exit_code;
}

} // namespace upright
