// A control tool's conversation with one running driver over its socket; every wait is bounded.
#pragma once

#include "common/result.hpp"
#include "common/state/state.hpp"
#include "common/wire/driver_protocol.hpp"
#include "drivers/upsdrvctl/process.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace upright::upsdrvctl {

class DriverSocket {
public:
    static Result<DriverSocket> open(const std::string& path);
    DriverSocket(DriverSocket&& other) noexcept;
    DriverSocket& operator=(DriverSocket&&) = delete;
    ~DriverSocket();

    // Sends the lines, then hands over each message until `done` says that the last one came. False if it
    // does not come by `until`, or the driver hangs up.
    using Done = std::function<bool(const driver_protocol::Message&)>;
    bool talk(std::string_view lines, Clock::time_point until, const Done& done);

private:
    explicit DriverSocket(int fd) : fd_(fd) {}
    bool receive(Clock::time_point until, WordStream& words, const Done& done, bool& finished);

    int fd_ = -1;
};

// Asks the driver for an instant command and waits for the result; nothing if there was none within `limit`.
std::optional<driver_protocol::Outcome> run_command(const std::string& socket, std::string_view command,
                                                    std::chrono::seconds limit);

struct Answer {
    bool responsive = false;
    std::string pid;    // empty: not told
    std::string status; // ups.status; empty: not told
};

// What the driver says of itself.
Answer ask_status(const std::string& socket, std::chrono::seconds limit);

// Everything the driver publishes; fails if nobody listens (a system error) or it does not answer in time.
Result<State> ask_state(const std::string& socket, std::chrono::seconds limit);

} // namespace upright::upsdrvctl
