#include "drivers/runtime/instance.hpp"

#include "common/daemon/log.hpp"
#include "common/daemon/pid_file.hpp"
#include "drivers/runtime/sibling.hpp"

#include <csignal>
#include <thread>
#include <unistd.h>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace upright {
namespace {

constexpr auto kAnswerLimit = 15s;
constexpr auto kKillPowerLimit = 60s; // a serial UPS may need its time
constexpr auto kLook = 20ms;
constexpr int kNoInstance = 255;

// Looks every kLook until the process is gone.
bool gone_within(pid_t pid, std::chrono::milliseconds limit, const DriverProgram& program)
{
    for (const auto deadline = Clock::now() + limit; Clock::now() < deadline;
         std::this_thread::sleep_for(kLook))
        if (!is_running(pid, program.names))
            return true;
    return !is_running(pid, program.names);
}

int tell_by_socket(const Instance& instance, const std::string& command)
{
    auto sibling = Sibling::connect(instance.socket_path(), kAnswerLimit);
    const auto outcome = sibling ? sibling->command(command, kAnswerLimit) : Result<int>(sibling.error());
    if (outcome)
        return *outcome;
    log::error("Can't talk to the running driver of UPS [{}]: {}", instance.ups, to_string(outcome.error()));
    return kNoInstance;
}

int tell_by_signal(const Instance& instance, int signal, std::optional<pid_t> pid,
                   const DriverProgram& program)
{
    const auto told =
        pid ? Result<pid_t>(*pid) : signal_by_pid_file(instance.pid_path(), signal, program.names);
    if (pid && (!is_running(*pid, program.names) || ::kill(*pid, signal) != 0)) {
        log::error("Process {} is no running {}", *pid, program.names.front());
        return EXIT_FAILURE;
    }
    if (told)
        return EXIT_SUCCESS;
    log::error("Failed to signal the currently running daemon (if any): {}", to_string(told.error()));
    return EXIT_FAILURE;
}

} // namespace

int tell_instance(const Instance& instance, const std::string& word, std::optional<pid_t> pid,
                  const DriverProgram& program)
{
    if (word == "exit")
        return tell_by_socket(instance, "driver.exit");
    if (word == "reload-or-error")
        return tell_by_socket(instance, "driver.reload-or-error");
    if (word == "reload")
        return tell_by_socket(instance, "driver.reload");
    if (word == "reload-or-exit")
        return tell_by_signal(instance, SIGUSR1, pid, program);
    if (word == "reload-or-restart")
        return tell_by_signal(instance, SIGUSR2, pid, program);
    return tell_by_signal(instance, SIGURG, pid, program); // dump
}

bool kill_power_by_instance(const Instance& instance)
{
    auto sibling = Sibling::connect(instance.socket_path(), kAnswerLimit);
    if (!sibling)
        return false;
    const auto allowed = sibling->set("driver.flag.allow_killpower", "1", kAnswerLimit);
    if (!allowed || *allowed != static_cast<int>(Outcome::handled))
        return false;
    const auto outcome = sibling->command("driver.killpower", kKillPowerLimit);
    return outcome && *outcome == static_cast<int>(Outcome::handled);
}

void replace_instance(const Instance& instance, const DriverProgram& program)
{
    constexpr int kTries = 10;
    auto limit = kAnswerLimit;
    for (int attempt = 0; attempt < kTries; ++attempt) {
        auto sibling = Sibling::connect(instance.socket_path(), limit);
        if (!sibling)
            break; // nobody, or nobody who listens
        log::warning("Duplicate driver instance detected (local Unix socket {} exists)! Asking it to exit",
                     instance.socket_path());
        const auto asked = sibling->command("driver.exit", limit);
        if (!asked)
            log::debug(1, "driver.exit: {}", to_string(asked.error()));
        else if (*asked != static_cast<int>(Outcome::handled))
            break; // a driver from before there was that command: its PID file will do
        limit = 3s;
        for (const auto deadline = Clock::now() + 5s; Clock::now() < deadline;
             std::this_thread::sleep_for(kLook))
            if (::access(instance.socket_path().c_str(), F_OK) != 0)
                break;
    }
    const auto pid = read_pid_file(instance.pid_path());
    if (!pid || *pid == ::getpid() || !is_running(*pid, program.names))
        return;
    constexpr int kTerms = 3;
    for (int attempt = 0; attempt < kTerms; ++attempt) {
        log::warning("Duplicate driver instance detected (PID file {} exists)! Terminating other driver!",
                     instance.pid_path());
        ::kill(*pid, SIGTERM);
        if (gone_within(*pid, 5s, program))
            return;
    }
    ::kill(*pid, SIGKILL);
    gone_within(*pid, 5s, program);
}

} // namespace upright
