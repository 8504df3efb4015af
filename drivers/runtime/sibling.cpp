#include "drivers/runtime/sibling.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace upright {
namespace {

using Clock = std::chrono::steady_clock;

int open_socket(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return -1;
    std::memcpy(address.sun_path, path.c_str(), path.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return fd;
    const int reason = errno;
    if (fd >= 0)
        ::close(fd);
    errno = reason;
    return -1;
}

} // namespace

std::string new_tracking_id()
{
    std::array<std::uint8_t, 16> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        return "00000000-0000-4000-8000-000000000000"; // can't happen on Linux for so few bytes
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | 0x40U); // version 4
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U); // RFC 4122 variant
    std::string id;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            id += '-';
        fmt::format_to(std::back_inserter(id), "{:02X}", bytes[i]);
    }
    return id;
}

Result<Sibling> Sibling::connect(const std::string& socket_path, std::chrono::milliseconds limit)
{
    const int fd = open_socket(socket_path);
    if (fd < 0)
        return system_error(socket_path);
    Sibling sibling(fd);
    if (!sibling.send("NOBROADCAST\nPING\n"))
        return system_error(socket_path);
    const auto ponged = sibling.wait_for(
        [](const driver_protocol::Message& m) { return std::holds_alternative<driver_protocol::Pong>(m); },
        limit);
    if (!ponged)
        return ponged.error();
    return sibling;
}

Sibling::Sibling(Sibling&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), input_(std::move(other.input_))
{
}

Sibling::~Sibling()
{
    if (fd_ < 0)
        return;
    send("LOGOUT\n");
    ::close(fd_);
}

bool Sibling::send(std::string_view text) const
{
    return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

template <class Wanted>
Result<void> Sibling::wait_for(Wanted wanted, std::chrono::milliseconds limit)
{
    const auto deadline = Clock::now() + limit;
    bool found = false;
    while (!found) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        pollfd ready{fd_, POLLIN, 0};
        const int count = left.count() <= 0 ? 0 : ::poll(&ready, 1, static_cast<int>(left.count()));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return Error{Errc::timed_out, "no answer from the running driver"};
        std::array<char, 4096> block{};
        const auto got = ::recv(fd_, block.data(), block.size(), 0);
        if (got <= 0)
            return Error{Errc::disconnected, "the running driver closed the connection"};
        input_.feed({block.data(), static_cast<std::size_t>(got)}, [&](Words words, const char* error) {
            const auto message = error == nullptr ? driver_protocol::parse_message(words) : std::nullopt;
            found = found || (message && wanted(*message));
            return true;
        });
    }
    return {};
}

Result<int> Sibling::track(const std::string& line, const std::string& id, std::chrono::milliseconds limit)
{
    if (!send(line))
        return system_error("the running driver's socket");
    int outcome = 0;
    const auto answered = wait_for(
        [&](const driver_protocol::Message& m) {
            const auto* const tracking = std::get_if<driver_protocol::Tracking>(&m);
            if (tracking == nullptr || tracking->id != id)
                return false;
            outcome = tracking->outcome;
            return true;
        },
        limit);
    if (!answered)
        return answered.error();
    return outcome;
}

Result<int> Sibling::command(std::string_view name, std::chrono::milliseconds limit)
{
    const auto id = new_tracking_id();
    return track(to_line(driver_protocol::InstantCommand{std::string(name), {}, id}), id, limit);
}

Result<int> Sibling::set(std::string_view variable, std::string_view value, std::chrono::milliseconds limit)
{
    const auto id = new_tracking_id();
    return track(to_line(driver_protocol::SetVariable{std::string(variable), std::string(value), id}), id,
                 limit);
}

} // namespace upright
