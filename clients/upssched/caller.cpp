#include "clients/upssched/caller.hpp"

#include "clients/upssched/service.hpp"
#include "clients/upssched/start_lock.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace upright::upssched {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Answer = std::vector<std::vector<std::string>>; // lines of words

constexpr auto kPatience = 10s; // with everything
constexpr timeval kOneWait{5, 0};
constexpr auto kPause = 20ms;
constexpr std::size_t kLongestAnswer = 8 * Timers::kMostText;

// Nobody listens there: no daemon, or one that just went.
bool nobody_there(const Error& error)
{
    return error.code == boost::system::errc::no_such_file_or_directory
           || error.code == boost::system::errc::connection_refused || error.is(Errc::disconnected);
}

class Socket {
public:
    Socket() : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket()
    {
        if (fd_ >= 0)
            ::close(fd_);
    }

    Result<void> connect(const std::string& path) const
    {
        sockaddr_un address{};
        if (path.size() >= sizeof address.sun_path)
            return Error{Errc::bad_config,
                         fmt::format("Can't create a unix domain socket: pathname '{}' is too long ({} "
                                     "characters, at most {})",
                                     path, path.size(), sizeof address.sun_path - 1)};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, path.size());
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kOneWait, sizeof kOneWait);
        ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &kOneWait, sizeof kOneWait);
        if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            return system_error("can't connect to " + path);
        return {};
    }

    Result<void> send(std::string_view text) const
    {
        while (!text.empty()) {
            const auto sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent < 0 && (errno == EPIPE || errno == ECONNRESET))
                return Error{Errc::disconnected, "the timer daemon has gone"};
            if (sent < 0 && errno != EINTR)
                return system_error("can't send to the timer daemon");
            text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
        }
        return {};
    }

    // The lines up to OK. Without OK whatever was asked may not have been done.
    Result<Answer> answer(Clock::time_point deadline) const
    {
        std::string text;
        Answer lines;
        std::array<char, 65536> block{};
        while (Clock::now() < deadline && text.size() < kLongestAnswer) {
            const auto got = ::recv(fd_, block.data(), block.size(), 0);
            if (got == 0 || (got < 0 && errno == ECONNRESET))
                return Error{Errc::disconnected, "the timer daemon has gone"};
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0)
                break;
            text.append(block.data(), static_cast<std::size_t>(got));
            for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
                auto words = decoded_words(std::string_view(text).substr(0, end));
                text.erase(0, end + 1);
                if (!words || words->empty() || words->front() == "ERR")
                    return Error{Errc::refused_by_server, words && words->size() > 1
                                                              ? "the timer daemon: " + escaped(words->at(1))
                                                              : "unexpected answer of the timer daemon"};
                if (words->front() == "OK")
                    return lines;
                lines.push_back(*std::move(words));
            }
        }
        return Error{Errc::timed_out, "the timer daemon does not answer"};
    }

private:
    int fd_;
};

Result<Answer> ask(const std::string& pipe, const std::string& line, Clock::time_point deadline)
{
    const Socket socket;
    if (const auto connected = socket.connect(pipe); !connected)
        return connected.error();
    if (const auto sent = socket.send(line); !sent)
        return sent.error();
    return socket.answer(deadline);
}

// With the lock nobody else starts one; but somebody may have done so just before.
Result<void> start_under_lock(const Config& config, Clock::time_point deadline)
{
    const auto lock = StartLock::take(config.lock->text, deadline);
    if (!lock)
        return lock.error();
    const Socket socket;
    return socket.connect(config.pipe->text) ? Result<void>() : start_service(config);
}

} // namespace

Result<Delivered> Caller::deliver(const Request& request) const
{
    const auto deadline = Clock::now() + kPatience;
    const bool starts = request.action == Action::start_timer || request.action == Action::start_timer_shared;
    const auto line = to_line(request);
    for (;; std::this_thread::sleep_for(kPause)) {
        const auto answer = ask(config_.pipe->text, line, deadline);
        if (answer)
            return Delivered::yes;
        if (!nobody_there(answer.error()) || Clock::now() >= deadline)
            return answer.error();
        if (answer.error().is(Errc::disconnected))
            continue; // it may end, or have too many callers
        if (starts) {
            if (const auto started = start_under_lock(config_, deadline); !started)
                return started.error();
        } else if (!StartLock::is_taken(config_.lock->text)) {
            return Delivered::no_daemon;
        } // else one is being started, perhaps for the timer that is to be cancelled
    }
}

Result<std::vector<std::vector<std::string>>> Caller::list() const
{
    auto answer = ask(config_.pipe->text, encoded_line({std::string(kListTimers)}), Clock::now() + kPatience);
    if (!answer)
        return nobody_there(answer.error()) ? Error{Errc::disconnected, "upssched timer is not running"}
                                            : answer.error();
    for (auto& line : *answer)
        line.erase(line.begin()); // TIMER
    return answer;
}

} // namespace upright::upssched
