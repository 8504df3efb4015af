#include "drivers/upsdrvctl/start.hpp"

#include "common/daemon/log.hpp"
#include "drivers/upsdrvctl/process.hpp"

#include <fmt/ranges.h>

#include <csignal>
#include <map>
#include <sys/wait.h>
#include <thread>

namespace upright::upsdrvctl {
namespace {

constexpr int kExitForRestart = 128 + SIGUSR1;

// Nothing if it ended in failure and another attempt makes sense.
std::optional<bool> attempt(const Job& job, const Options& options)
{
    const auto pid = launch(job, command_line(job, options));
    if (!pid)
        return std::nullopt;
    if (!job.wait)
        return true;
    const auto status = wait_for_child(*pid, Clock::now() + job.start_limit);
    if (!status) {
        log::warning(
            "UPS [{}]: Startup timer elapsed and the child process did not change state, continuing...",
            job.ups);
        return false;
    }
    return succeeded(job.ups, *status, "start") ? std::optional(true) : std::nullopt;
}

sigset_t handled_signals()
{
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD})
        sigaddset(&set, number);
    return set;
}

class Supervisor {
public:
    Supervisor(const std::vector<Job>& jobs, const Options& options) : jobs_(jobs), options_(options) {}

    int run()
    {
        auto signals = handled_signals();
        pthread_sigmask(SIG_BLOCK, &signals, nullptr);
        for (const auto& job : jobs_)
            start(job);
        const timespec second{1, 0};
        while (!running_.empty()) {
            handle(sigtimedwait(&signals, nullptr, &second));
            collect();
            if (stopping_ && Clock::now() > patience_)
                signal_all(SIGKILL);
        }
        return failed_;
    }

private:
    void start(const Job& job)
    {
        log::debug(1, "Starting UPS: {}", job.ups);
        if (const auto pid = launch(job, command_line(job, options_)))
            running_[*pid] = &job;
        else
            ++failed_;
    }

    void handle(int number)
    {
        if (number == SIGHUP || number == SIGUSR1 || number == SIGUSR2) {
            signal_all(number);
        } else if (number > 0 && number != SIGCHLD) {
            stopping_ = true;
            patience_ = Clock::now() + std::chrono::seconds(5);
            signal_all(SIGTERM);
        }
    }

    void signal_all(int number) const
    {
        for (const auto& [pid, job] : running_)
            ::kill(pid, number);
    }

    void collect()
    {
        int status = 0;
        for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
            const auto found = running_.find(pid);
            if (found == running_.end())
                continue;
            const auto& job = *found->second;
            running_.erase(found);
            if (!stopping_ && WIFEXITED(status) && WEXITSTATUS(status) == kExitForRestart)
                start(job);
            else if (!stopping_ && !succeeded(job.ups, status, "run"))
                ++failed_;
        }
    }

    const std::vector<Job>& jobs_;
    const Options& options_;
    std::map<pid_t, const Job*> running_;
    int failed_ = 0;
    bool stopping_ = false;
    Clock::time_point patience_{};
};

} // namespace

bool succeeded(const std::string& ups, int status, std::string_view task)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (WIFEXITED(status))
        log::error("UPS [{}]: Driver failed to {} (exit status={})", ups, task, WEXITSTATUS(status));
    else
        log::error("UPS [{}]: Driver died after signal {}", ups, WTERMSIG(status));
    return false;
}

std::optional<pid_t> launch(const Job& job, const std::vector<std::string>& words)
{
    log::debug(2, "exec:  {}", fmt::join(words, " "));
    const auto pid = start_program(words);
    if (pid)
        return *pid;
    log::error("UPS [{}]: {}", job.ups, to_string(pid.error()));
    return std::nullopt;
}

bool start_driver(const Job& job, const Options& options)
{
    log::debug(1, "Starting UPS: {}", job.ups);
    for (int left = job.attempts; left > 0; --left) {
        log::debug(2, "{} remaining attempts", left);
        if (const auto result = attempt(job, options))
            return *result;
        if (left > 1)
            std::this_thread::sleep_for(job.retry_delay);
    }
    return false;
}

int supervise(const std::vector<Job>& jobs, const Options& options)
{
    return Supervisor(jobs, options).run();
}

} // namespace upright::upsdrvctl
