#include "drivers/upsdrvctl/driver_socket.hpp"

#include "common/text/case_less.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace upright::upsdrvctl {
namespace {

int milliseconds_to(Clock::time_point until)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    return static_cast<int>(std::clamp<long>(left, 0, 3'600'000));
}

// Names a request so that its result can be told from others; 36 characters, as NUT's tools use.
std::string fresh_id()
{
    std::ifstream in("/proc/sys/kernel/random/uuid");
    std::string id;
    in >> id;
    return id.empty() ? fmt::format("{:036}", getpid()) : id;
}

} // namespace

Result<DriverSocket> DriverSocket::open(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return Error{Errc::bad_config, path + ": too long for the name of a socket"};
    std::memcpy(address.sun_path, path.c_str(), path.size());
    DriverSocket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    // A full backlog (EAGAIN) is answered like silence: the driver does not serve its socket.
    if (socket.fd_ < 0
        || ::connect(socket.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return system_error(path);
    return socket;
}

DriverSocket::DriverSocket(DriverSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

DriverSocket::~DriverSocket()
{
    if (fd_ >= 0)
        ::close(fd_);
}

bool DriverSocket::talk(std::string_view lines, Clock::time_point until, const Done& done)
{
    while (!lines.empty()) {
        const auto sent = ::send(fd_, lines.data(), lines.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            lines.remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        pollfd writable{fd_, POLLOUT, 0};
        if (errno != EAGAIN || ::poll(&writable, 1, milliseconds_to(until)) <= 0)
            return false;
    }
    WordStream words(driver_protocol::kLimits);
    bool finished = false;
    while (!finished && receive(until, words, done, finished)) {
    }
    return finished;
}

bool DriverSocket::receive(Clock::time_point until, WordStream& words, const Done& done, bool& finished)
{
    std::array<char, 4096> block{};
    pollfd readable{fd_, POLLIN, 0};
    if (::poll(&readable, 1, milliseconds_to(until)) <= 0)
        return false;
    const auto got = ::recv(fd_, block.data(), block.size(), 0);
    if (got <= 0)
        return got < 0 && errno == EAGAIN;
    words.feed({block.data(), static_cast<std::size_t>(got)}, [&](Words line, const char* error) {
        const auto message = error == nullptr ? driver_protocol::parse_message(line) : std::nullopt;
        finished = message && done(*message);
        return !finished;
    });
    return true;
}

std::optional<driver_protocol::Outcome> run_command(const std::string& socket, std::string_view command,
                                                    std::chrono::seconds limit)
{
    auto driver = DriverSocket::open(socket);
    if (!driver)
        return std::nullopt;
    const auto id = fresh_id();
    const driver_protocol::InstantCommand request{std::string(command), std::nullopt, id};
    std::optional<driver_protocol::Outcome> outcome;
    driver->talk("NOBROADCAST\n" + to_line(request), Clock::now() + limit, [&](const auto& message) {
        const auto* const tracking = std::get_if<driver_protocol::Tracking>(&message);
        if (tracking == nullptr || tracking->id != id)
            return false;
        outcome = static_cast<driver_protocol::Outcome>(tracking->outcome);
        return true;
    });
    return outcome;
}

Answer ask_status(const std::string& socket, std::chrono::seconds limit)
{
    Answer answer;
    auto driver = DriverSocket::open(socket);
    if (!driver)
        return answer;
    const auto take = [&](const driver_protocol::Message& message) {
        if (const auto* const pid = std::get_if<driver_protocol::Pid>(&message))
            answer.pid = pid->id;
        if (const auto* const change = std::get_if<Change>(&message))
            if (const auto* const value = std::get_if<SetValue>(change))
                if (equal_ignoring_case(value->variable, "ups.status"))
                    answer.status = value->value;
        return std::holds_alternative<driver_protocol::Pong>(message);
    };
    // PING last: drivers answer in order, and old ones know neither GETPID nor DUMPSTATUS.
    answer.responsive = driver->talk("NOBROADCAST\nGETPID\nDUMPSTATUS\nPING\n", Clock::now() + limit, take);
    return answer;
}

Result<State> ask_state(const std::string& socket, std::chrono::seconds limit)
{
    auto driver = DriverSocket::open(socket);
    if (!driver)
        return driver.error();
    State state;
    state.apply(SetFresh{true}); // old drivers say DATAOK only when it changes
    const auto take = [&](const driver_protocol::Message& message) {
        if (const auto* const change = std::get_if<Change>(&message))
            state.apply(*change);
        return std::holds_alternative<driver_protocol::DumpDone>(message);
    };
    if (!driver->talk("NOBROADCAST\nDUMPALL\n", Clock::now() + limit, take))
        return Error{Errc::timed_out, socket + ": no answer"};
    return state;
}

} // namespace upright::upsdrvctl
