#include "drivers/upsdrvctl/stop.hpp"

#include "common/daemon/log.hpp"
#include "common/daemon/pid_file.hpp"
#include "drivers/upsdrvctl/driver_socket.hpp"
#include "drivers/upsdrvctl/process.hpp"

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <unistd.h>

namespace upright::upsdrvctl {
namespace {

constexpr std::chrono::seconds kPatience{5};

bool stop_by_socket(const Job& job)
{
    if (run_command(job.socket, "driver.exit", kPatience) != driver_protocol::Outcome::handled)
        return false;
    // The socket's name is the last thing that goes.
    if (!wait_until(Clock::now() + kPatience, [&] { return !DriverSocket::open(job.socket); })) {
        log::error("UPS [{}]: the driver said it would exit, but goes on", job.ups);
        return false;
    }
    return true;
}

} // namespace

Result<pid_t> running_pid(const Job& job)
{
    auto pid = read_pid_file(job.pid_file);
    if (!pid)
        return Error{pid.error().code,
                     pid.error().is(Errc::bad_config) ? pid.error().what : "Can't open " + job.pid_file};
    std::error_code ignored; // a driver with several names may run under the one that the others link to
    const auto real = std::filesystem::canonical(job.program, ignored).filename().string();
    const std::array<std::string_view, 2> names{job.driver, real.empty() ? job.driver : real};
    if (!is_alive(*pid) || !is_running(*pid, names))
        return Error{Errc::bad_config, fmt::format("{} names process {}, which is no running {}",
                                                   job.pid_file, *pid, job.driver)};
    return pid;
}

bool stop_driver(const Job& job)
{
    log::debug(1, "Stopping UPS: {}", job.ups);
    const auto pid = running_pid(job);
    if (!pid) {
        if (stop_by_socket(job))
            return true;
        log::error("{}", to_string(pid.error()));
        return false;
    }
    const auto gone = [&] { return !is_alive(*pid); };
    if (::kill(*pid, SIGTERM) != 0 && !gone()) {
        log::error("UPS [{}]: {}", job.ups,
                   to_string(system_error(fmt::format("can't stop process {}", *pid))));
        return false;
    }
    if (wait_until(Clock::now() + kPatience, gone))
        return true;
    log::warning("UPS [{}]: the driver ignored SIGTERM for {} s: killing process {}", job.ups,
                 kPatience.count(), *pid);
    ::kill(*pid, SIGKILL);
    if (!wait_until(Clock::now() + kPatience, gone)) {
        log::error("UPS [{}]: process {} can't be killed", job.ups, *pid);
        return false;
    }
    ::unlink(job.pid_file.c_str()); // it had no chance to clean up
    ::unlink(job.socket.c_str());
    return true;
}

} // namespace upright::upsdrvctl
