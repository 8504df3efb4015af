#include "clients/upsmon/status_socket.hpp"

#include "clients/upsmon/status.hpp"
#include "common/config/paths.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <array>
#include <memory>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace asio = boost::asio;
using asio::local::stream_protocol;

namespace upright::upsmon {
namespace {

constexpr auto kName = "upsmon.sock";
constexpr int kMostAtOnce = 16;
constexpr std::chrono::seconds kPatience{2}; // of both sides
constexpr std::size_t kLongestAnswer = 1U << 20U;
constexpr auto kUseTuple = asio::as_tuple(asio::use_awaitable);

bool fill(sockaddr_un& address, const std::string& path)
{
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return false;
    path.copy(address.sun_path, path.size());
    return true;
}

Error last_error(const std::string& path)
{
    return {boost::system::error_code(errno, boost::system::system_category()), path};
}

std::string answer(const Monitor& monitor, char question)
{
    const auto status = status_of(monitor);
    return fmt::format("{}\n{}", status.is_protected ? kProtected : kNotProtected,
                       question == 'j' ? as_json(status) : as_text(status));
}

// The socket is closed when the time is up, which ends every wait.
asio::awaitable<Result<void>> answer_one(std::shared_ptr<stream_protocol::socket> socket,
                                         const Monitor& monitor, std::shared_ptr<int> /*counted*/)
{
    asio::steady_timer limit(socket->get_executor(), kPatience);
    limit.async_wait([weak = std::weak_ptr(socket)](const boost::system::error_code& cancelled) {
        boost::system::error_code ignored;
        if (const auto open = weak.lock(); open && !cancelled)
            open->close(ignored);
    });
    std::array<char, 1> question{};
    const auto [failed, bytes] = co_await socket->async_read_some(asio::buffer(question), kUseTuple);
    if (!failed && bytes == 1) {
        const auto text = answer(monitor, question[0]);
        const auto buffer = asio::buffer(text);
        [[maybe_unused]] const auto written = co_await asio::async_write(*socket, buffer, kUseTuple);
    }
    co_return Result<void>{};
}

// Nothing if nobody listens there.
std::string ask(const std::string& path, char question)
{
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    const timeval limit{kPatience.count() + 1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    std::string text;
    if (fill(address, path) && ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0
        && ::send(fd, &question, 1, MSG_NOSIGNAL) == 1) {
        std::array<char, 4096> block{};
        for (ssize_t got = 0;
             text.size() < kLongestAnswer && (got = ::recv(fd, block.data(), block.size(), 0)) > 0;)
            text.append(block.data(), static_cast<std::size_t>(got));
    }
    ::close(fd);
    return text;
}

} // namespace

Result<StatusSocket> StatusSocket::bind(const std::string& folder)
{
    const auto path = folder + "/" + kName;
    sockaddr_un address{};
    if (!fill(address, path))
        return Error{Errc::invalid_argument, path + ": too long for a socket"};
    ::unlink(path.c_str());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return last_error(path);
    StatusSocket socket(path, fd);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0
        || ::chmod(path.c_str(), 0666) != 0 || ::listen(fd, kMostAtOnce) != 0)
        return last_error(path);
    return socket;
}

StatusSocket::StatusSocket(StatusSocket&& other) noexcept
    : path_(std::exchange(other.path_, {})), fd_(std::exchange(other.fd_, -1))
{
}

StatusSocket::~StatusSocket()
{
    if (fd_ >= 0)
        ::close(fd_);
    if (!path_.empty())
        ::unlink(path_.c_str());
}

asio::awaitable<Result<void>> StatusSocket::serve(const Monitor& monitor, TaskGroup& tasks)
{
    const auto executor = co_await asio::this_coro::executor;
    stream_protocol::acceptor acceptor(executor, stream_protocol(), std::exchange(fd_, -1));
    const auto counter = std::make_shared<int>(0);
    asio::steady_timer later(executor);
    for (;;) {
        auto [failed, socket] = co_await acceptor.async_accept(kUseTuple);
        if (failed == asio::error::operation_aborted)
            co_return Result<void>{};
        if (failed || counter.use_count() > kMostAtOnce) { // out of descriptors, or too many ask
            later.expires_after(std::chrono::seconds(1));
            [[maybe_unused]] const auto waited = co_await later.async_wait(kUseTuple);
            continue;
        }
        auto open = std::make_shared<stream_protocol::socket>(std::move(socket));
        tasks.spawn("status", answer_one(std::move(open), monitor, counter));
    }
}

int show_status(bool json)
{
    for (const auto& folder : {paths::root_pid_dir(), paths::unprivileged_pid_dir()}) {
        const auto text = ask(folder + "/" + kName, json ? 'j' : 't');
        if (text.size() < 2 || text[1] != '\n')
            continue;
        fmt::print("{}", text.substr(2));
        return text[0] == '0' ? kProtected : kNotProtected;
    }
    fmt::print(stderr, "upsmon does not run, or does not answer\n");
    return kNotRunning;
}

} // namespace upright::upsmon
