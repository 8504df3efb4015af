#include "drivers/upsdrvctl/driver_command.hpp"

#include "common/daemon/log.hpp"
#include "drivers/upsdrvctl/driver_socket.hpp"
#include "drivers/upsdrvctl/stop.hpp"

#include <algorithm>
#include <array>

namespace upright::upsdrvctl {
namespace {

// clang-format off
constexpr std::array kCommands{
    DriverCommand{"reload",            "driver.reload",            SIGHUP},
    DriverCommand{"reload-or-error",   "driver.reload-or-error",   0},
    DriverCommand{"reload-or-restart", "driver.reload-or-restart", SIGUSR2},
    DriverCommand{"reload-or-exit",    "driver.reload-or-exit",    SIGUSR1},
    DriverCommand{"exit",              "driver.exit",              SIGTERM},
    DriverCommand{"dump",              "",                         SIGURG},
    DriverCommand{"data-dump",         "",                         SIGURG},
};
// clang-format on

} // namespace

const DriverCommand* find_command(std::string_view word)
{
    const auto* const row =
        std::find_if(kCommands.begin(), kCommands.end(), [&](const auto& c) { return c.word == word; });
    return row == kCommands.end() ? nullptr : row;
}

bool tell_driver(const Job& job, const DriverCommand& command)
{
    using driver_protocol::Outcome;
    std::optional<Outcome> outcome;
    if (!command.instant_command.empty())
        outcome = run_command(job.socket, command.instant_command, std::chrono::seconds(15));
    if (outcome == Outcome::handled)
        return true;
    if (outcome && *outcome != Outcome::unknown) {
        log::error("UPS [{}]: the driver refused {}", job.ups, command.word);
        return false;
    }
    if (command.signal == 0) {
        log::error("UPS [{}]: no answer from the driver to {}", job.ups, command.word);
        return false;
    }
    const auto pid = running_pid(job);
    if (!pid) {
        log::error("{}", to_string(pid.error()));
        return false;
    }
    return ::kill(*pid, command.signal) == 0;
}

} // namespace upright::upsdrvctl
