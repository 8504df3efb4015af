#include "drivers/powerman/session.hpp"

#include "common/text/number.hpp"
#include "drivers/powerman/talker.hpp"
#include "drivers/runtime/driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace upright::powerman {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Kind = DeviceError::Kind;

constexpr std::size_t kLongestLine = 1024;       // bytes
constexpr std::size_t kMostLines = 4096;         // of one answer
constexpr auto kGrace = std::chrono::seconds(5); // the talker ends itself, should nobody be left to do it

// This very program, with nothing but a socket to us.
int spawn_talker(const std::string& server, std::chrono::seconds limit, int socket, pid_t& pid)
{
    std::array<std::string, 4> words{"powerman-pdu", kTalk, server, std::to_string(limit.count())};
    std::array<char*, 5> argv{};
    std::transform(words.begin(), words.end(), argv.begin(), [](auto& word) { return word.data(); });
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    const auto failed = ::posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failed;
}

// "<code> <text>"
Refusal refusal_of(std::string_view said)
{
    const auto blank = std::min(said.find(' '), said.size());
    const auto text = said.substr(std::min(blank + 1, said.size()));
    return {to_int(said.substr(0, blank)).value_or(0), std::string(text)};
}

} // namespace

Session::Session(std::string server, Seconds limit, Seconds command_limit)
    : server_(std::move(server)), limit_(limit), command_limit_(command_limit),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    if (stop_ < 0)
        throw DeviceError(fmt::format("eventfd: {}", std::strerror(errno)), Kind::fatal);
}

Session::~Session()
{
    close();
    ::close(stop_);
}

void Session::interrupt() noexcept { [[maybe_unused]] const auto told = ::eventfd_write(stop_, 1); }

void Session::close() noexcept
{
    if (socket_ >= 0)
        ::close(socket_);
    socket_ = -1;
    buffer_.clear();
    if (talker_ <= 0)
        return;
    ::kill(talker_, SIGKILL);
    while (::waitpid(talker_, nullptr, 0) < 0 && errno == EINTR) {
    }
    talker_ = -1;
}

void Session::lose(const std::string& why)
{
    close();
    throw DeviceError(fmt::format("powermand at {}: {}", escaped(server_), why), Kind::lost);
}

void Session::open()
{
    close();
    start_talker();
    if (const auto answer = receive(limit_); answer.refusal)
        lose(answer.refusal->text);
}

void Session::start_talker()
{
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        lose(fmt::format("socketpair: {}", std::strerror(errno)));
    socket_ = ends[0];
    const auto failed = spawn_talker(server_, std::max(limit_, command_limit_) + kGrace, ends[1], talker_);
    ::close(ends[1]);
    if (failed != 0) {
        talker_ = -1;
        lose(fmt::format("the process that talks to it can't be started: {}", std::strerror(failed)));
    }
}

Answer Session::ask(std::string_view request) { return exchange(request, limit_); }

Answer Session::command(std::string_view request) { return exchange(request, command_limit_); }

Answer Session::exchange(std::string_view request, Seconds limit)
{
    if (socket_ < 0)
        lose("not connected");
    const auto line = fmt::format("{}\n", request);
    // A request is short, and the answer to the last one was waited for: there is room for it.
    if (::send(socket_, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT)
        != static_cast<ssize_t>(line.size()))
        lose("what it sent could not be read");
    return receive(limit);
}

Answer Session::receive(Seconds limit)
{
    const auto until = Clock::now() + limit;
    Answer answer;
    for (;;) {
        const auto line = next_line(until, limit);
        const std::string_view text(line);
        if (text == "done")
            return answer;
        if (text.starts_with("refused ")) {
            answer.refusal = refusal_of(text.substr(text.find(' ') + 1));
            return answer;
        }
        if (text.starts_with("lost "))
            lose(escaped(text.substr(text.find(' ') + 1)));
        if (!text.starts_with("= ") || answer.lines.size() >= kMostLines)
            lose("its answer makes no sense");
        answer.lines.emplace_back(text.substr(2));
    }
}

std::string Session::next_line(Time until, Seconds limit)
{
    for (;;) {
        if (const auto end = buffer_.find('\n'); end != buffer_.npos) {
            auto line = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            return line;
        }
        if (buffer_.size() > kLongestLine)
            lose("its answer makes no sense");
        if (!readable(until))
            lose(fmt::format("no answer within {} s", limit.count()));
        std::array<char, 4096> piece{};
        const auto got = ::recv(socket_, piece.data(), piece.size(), 0);
        if (got <= 0) // the talker has ended, by its limits or by a mistake in the library
            lose("what it sent could not be read");
        buffer_.append(piece.data(), static_cast<std::size_t>(got));
    }
}

bool Session::readable(Time until)
{
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
        std::array<pollfd, 2> watched{pollfd{socket_, POLLIN, 0}, pollfd{stop_, POLLIN, 0}};
        const auto ready =
            ::poll(watched.data(), watched.size(), static_cast<int>(std::max(left, 0ms).count()));
        if (ready < 0 && errno == EINTR)
            continue;
        if (watched[1].revents != 0)
            lose("the driver ends");
        return ready > 0;
    }
}

void Session::pause(std::chrono::milliseconds so_long)
{
    pollfd stop{stop_, POLLIN, 0};
    if (::poll(&stop, 1, static_cast<int>(so_long.count())) > 0)
        lose("the driver ends");
}

} // namespace upright::powerman
