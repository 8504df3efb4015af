#include "common/daemon/notify.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace upright::notify {
namespace {

std::string_view environment(const char* name)
{
    const char* const value = std::getenv(name); // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? std::string_view{} : std::string_view(value);
}

// One datagram to the manager's socket, as sd_notify(3) describes it. libsystemd would do the same, with six
// libraries behind it. Whether it arrives is nobody's business here.
void send(std::string_view text)
{
    const auto name = environment("NOTIFY_SOCKET");
    sockaddr_un address{};
    if (name.size() < 2 || name.size() >= sizeof address.sun_path || (name[0] != '/' && name[0] != '@'))
        return;
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, name.size());
    if (name[0] == '@')
        address.sun_path[0] = '\0'; // a name without a file
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    ::connect(fd, reinterpret_cast<const sockaddr*>(&address), size);
    ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    ::close(fd);
}

} // namespace

void ready() { send(fmt::format("READY=1\nMAINPID={}", ::getpid())); }

void reloading()
{
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.tv_sec * 1000000 + now.tv_nsec / 1000));
}

void stopping() { send("STOPPING=1"); }

void status(const std::string& text) { send("STATUS=" + text); }

void watchdog() { send("WATCHDOG=1"); }

void take_over_watchdog(int former_pid)
{
    if (to_long(environment("WATCHDOG_PID")) == former_pid)
        ::setenv("WATCHDOG_PID", fmt::format("{}", ::getpid()).c_str(), 1); // NOLINT(concurrency-mt-unsafe)
}

std::optional<std::chrono::microseconds> watchdog_interval()
{
    const auto microseconds = to_long(environment("WATCHDOG_USEC"));
    const auto pid = environment("WATCHDOG_PID");
    if (!microseconds || *microseconds <= 0 || (!pid.empty() && to_long(pid) != ::getpid()))
        return std::nullopt;
    return std::chrono::microseconds(*microseconds / 2);
}

} // namespace upright::notify
