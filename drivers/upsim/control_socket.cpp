#include "drivers/upsim/control_socket.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;

namespace upright::upsim {
namespace {

constexpr auto kReport = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kLongestRequest = 256;
constexpr std::size_t kMostClients = 32;

asio::awaitable<Result<void>> serve_client(Local::socket socket, const Fleet& fleet,
                                           const std::function<void()>& quit)
{
    std::string buffer;
    for (;;) {
        auto input = asio::dynamic_buffer(buffer, kLongestRequest);
        const auto [unread, length] = co_await asio::async_read_until(socket, input, '\n', kReport);
        if (unread)
            co_return Result<void>{}; // gone, or a line without an end: nothing to tell
        bool ending = false;
        const auto done = control(
            fleet, [&ending] { ending = true; }, std::string_view(buffer).substr(0, length - 1));
        const std::string answer = done ? *done + "OK\n" : fmt::format("ERR {}\n", to_string(done.error()));
        buffer.erase(0, length);
        const auto bytes = asio::buffer(answer);
        const auto [unsent, sent] = co_await asio::async_write(socket, bytes, kReport);
        if (ending)
            quit(); // only now: it cancels this task, too
        if (unsent || ending)
            co_return Result<void>{};
    }
}

} // namespace

Result<Local::acceptor> listen_at(const asio::any_io_executor& executor, const std::string& path)
{
    if (path.size() >= sizeof(sockaddr_un::sun_path))
        return Error{Errc::bad_config, fmt::format("{} is too long for a socket's name", path)};
    boost::system::error_code ec;
    Local::socket probe(executor);
    probe.connect(Local::endpoint(path), ec);
    if (!ec)
        return Error{Errc::bad_config, fmt::format("another upsim is using {}", path)};
    struct stat old {};
    if (::lstat(path.c_str(), &old) == 0 && S_ISSOCK(old.st_mode))
        ::unlink(path.c_str());
    Local::acceptor acceptor(executor);
    const auto mask = ::umask(0077);
    acceptor.open(Local());
    acceptor.bind(Local::endpoint(path), ec);
    ::umask(mask);
    if (!ec)
        acceptor.listen(asio::socket_base::max_listen_connections, ec);
    if (ec)
        return Error{ec, fmt::format("Can't listen at {}", path)};
    return acceptor;
}

asio::awaitable<Result<void>> accept_clients(Local::acceptor& acceptor, const Fleet& fleet,
                                             const std::function<void()>& quit, TaskGroup& tasks)
{
    for (;;) {
        auto [failed, socket] = co_await acceptor.async_accept(kReport);
        if (failed)
            co_return Error{failed, "control socket"};
        if (tasks.size() < fleet.size() + kMostClients)
            tasks.spawn("control", serve_client(std::move(socket), fleet, quit));
    }
}

Result<std::string> request(const std::string& path, const std::string& line)
{
    asio::io_context io;
    Local::socket socket(io);
    boost::system::error_code ec;
    if (path.size() >= sizeof(sockaddr_un::sun_path))
        return Error{Errc::bad_config, fmt::format("{} is too long for a socket's name", path)};
    socket.connect(Local::endpoint(path), ec);
    if (ec)
        return Error{ec, fmt::format("Can't reach upsim at {}", path)};
    asio::write(socket, asio::buffer(line + "\n"), ec);
    std::string buffer;
    std::string out;
    while (!ec) {
        const auto length = asio::read_until(socket, asio::dynamic_buffer(buffer, 65536), '\n', ec);
        if (ec)
            break;
        const auto text = buffer.substr(0, length);
        buffer.erase(0, length);
        if (text == "OK\n")
            return out;
        if (text.starts_with("ERR "))
            return Error{Errc::invalid_argument, text.substr(4, text.size() - 5)};
        out += text;
    }
    return Error{ec, "upsim gave no answer"};
}

} // namespace upright::upsim
