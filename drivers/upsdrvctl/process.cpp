#include "drivers/upsdrvctl/process.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace upright::upsdrvctl {

Result<pid_t> start_program(const std::vector<std::string>& words, int out)
{
    std::vector<char*> argv;
    for (const auto& word : words)
        argv.push_back(const_cast<char*>(word.c_str())); // NOLINT: posix_spawn does not write to it
    argv.push_back(nullptr);
    sigset_t none;
    sigemptyset(&none);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (out >= 0)
        posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    pid_t pid = -1;
    errno = ::posix_spawn(&pid, argv[0], &actions, &attributes, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (errno != 0)
        return system_error("Can't start " + words.front());
    return pid;
}

bool wait_until(Clock::time_point until, const std::function<bool()>& condition)
{
    constexpr std::chrono::milliseconds kLongestPause{20};
    for (auto pause = std::chrono::milliseconds(1); !condition();
         pause = std::min(pause * 2, kLongestPause)) {
        if (Clock::now() >= until)
            return false;
        std::this_thread::sleep_for(pause);
    }
    return true;
}

std::optional<int> wait_for_child(pid_t child, Clock::time_point until)
{
    int status = 0;
    const bool ended = wait_until(until, [&] { return ::waitpid(child, &status, WNOHANG) != 0; });
    return ended ? std::optional(status) : std::nullopt;
}

namespace {

// Until the end of the stream, or the time.
std::string read_until(int fd, Clock::time_point until)
{
    constexpr std::size_t kMost = std::size_t{4} * 1024 * 1024;
    std::string text;
    std::array<char, 4096> block{};
    while (text.size() < kMost) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
        pollfd ready{fd, POLLIN, 0};
        if (left <= 0 || ::poll(&ready, 1, static_cast<int>(std::min<decltype(left)>(left, 60'000))) < 0)
            break;
        if (ready.revents == 0)
            continue;
        const auto got = ::read(fd, block.data(), block.size());
        if (got <= 0)
            break;
        text.append(block.data(), static_cast<std::size_t>(got));
    }
    return text;
}

} // namespace

Result<Printed> output_of(const std::vector<std::string>& words, Clock::time_point until)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return system_error("pipe");
    const auto child = start_program(words, ends[1]);
    ::close(ends[1]);
    Printed printed;
    if (child) {
        printed.text = read_until(ends[0], until);
        auto status = wait_for_child(*child, until);
        if (!status) {
            ::kill(*child, SIGKILL);
            status = wait_for_child(*child, Clock::now() + std::chrono::seconds(5));
        }
        printed.status = status.value_or(-1);
    }
    ::close(ends[0]);
    if (!child)
        return child.error();
    return printed;
}

bool is_alive(pid_t pid)
{
    if (::kill(pid, 0) != 0 && errno != EPERM)
        return false;
    std::ifstream in(fmt::format("/proc/{}/stat", pid));
    const std::string stat{std::istreambuf_iterator<char>(in), {}};
    const auto name_end = stat.rfind(") "); // pid (name) state ...
    return name_end == std::string::npos || stat.compare(name_end + 2, 1, "Z") != 0;
}

void side_by_side(std::size_t count, const std::function<void(std::size_t)>& work)
{
    constexpr std::size_t kAtOnce = 32;
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(count, kAtOnce); ++i)
        threads.emplace_back([&] {
            for (auto job = next++; job < count; job = next++)
                work(job);
        });
}

} // namespace upright::upsdrvctl
