#include "drivers/upsdrvctl/control.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"
#include "drivers/upsdrvctl/driver_command.hpp"
#include "drivers/upsdrvctl/driver_socket.hpp"
#include "drivers/upsdrvctl/shutdown.hpp"
#include "drivers/upsdrvctl/start.hpp"
#include "drivers/upsdrvctl/stop.hpp"

#include <fmt/ranges.h>

#include <atomic>
#include <cstdlib>
#include <functional>

namespace upright::upsdrvctl {
namespace {

// Does `work` for each job; how many failed.
int count_failures(const std::vector<Job>& jobs, const std::function<bool(const Job&)>& work)
{
    std::atomic<int> failed{0};
    side_by_side(jobs.size(), [&](std::size_t i) {
        if (!work(jobs[i]))
            ++failed;
    });
    return failed;
}

struct StatusLine {
    std::string text;
    bool running = false;
};

StatusLine status_line(const Job& job)
{
    const auto pid = running_pid(job);
    const auto answer = ask_status(job.socket, std::chrono::seconds(3));
    const bool unknown = !pid && !answer.responsive && pid.error().code == std::errc::permission_denied;
    const bool running = pid.has_value() || answer.responsive;
    const auto* const state = unknown ? "N/A" : running ? "RUNNING" : "STOPPED";
    const auto file_pid = pid ? std::to_string(*pid) : pid.error().is(Errc::bad_config) ? "-2" : "-3";
    return {fmt::format("{:<11}\t{:>11}\t{}\t{}\t{}\t{}\t{}\n", job.ups, job.driver, state, file_pid,
                        answer.responsive ? "RESPONSIVE" : "NOT_RESPONSIVE",
                        answer.pid.empty() ? "N/A" : escaped(answer.pid),
                        answer.status.empty() ? "" : fmt::format("\"{}\"", escaped(answer.status))),
            running};
}

int print_status(const std::vector<Job>& jobs)
{
    std::vector<StatusLine> lines(jobs.size());
    side_by_side(jobs.size(), [&](std::size_t i) { lines[i] = status_line(jobs[i]); });
    fmt::print("{:<11}\t{:>11}\tRUNNING\tPF_PID\tS_RESPONSIVE\tS_PID\tS_STATUS\n", "UPSNAME", "UPSDRV");
    int stopped = 0;
    for (const auto& line : lines) {
        fmt::print("{}", line.text);
        stopped += line.running ? 0 : 1;
    }
    return stopped;
}

int print_actions(const Plan& plan, const Options& options)
{
    const auto jobs = options.verb == Verb::shutdown ? in_shutdown_order(plan.jobs, options) : plan.jobs;
    for (const auto& job : jobs) {
        if (options.verb == Verb::start)
            fmt::print("start {}: {}\n", job.ups, fmt::join(command_line(job, options), " "));
        else if (options.verb == Verb::shutdown)
            fmt::print("shutdown {}: {}\n", job.ups, fmt::join(command_line(job, options, "-k"), " "));
        else
            fmt::print("{} {}: {} or {}\n", options.verb == Verb::stop ? "stop" : options.command, job.ups,
                       job.pid_file, job.socket);
    }
    fmt::print("*** Testing mode: not calling exec/kill\n");
    return 0;
}

int carry_out(const Plan& plan, const Options& options)
{
    const auto& jobs = plan.jobs;
    if (options.verb == Verb::status)
        return print_status(jobs);
    if (options.dry_run)
        return print_actions(plan, options);
    switch (options.verb) {
    case Verb::start:
        return options.supervises()
                   ? supervise(jobs, options)
                   : count_failures(jobs, [&](const Job& job) { return start_driver(job, options); });
    case Verb::stop: return count_failures(jobs, stop_driver);
    case Verb::shutdown: return shut_down_in_order(jobs, options);
    default:
        return count_failures(jobs, [command = find_command(options.command)](const Job& job) {
            return tell_driver(job, *command);
        });
    }
}

} // namespace

int control(const Options& options)
{
    const auto conf = load_ups_conf();
    if (!conf) {
        log::error("{}", to_string(conf.error()));
        return EXIT_FAILURE;
    }
    auto problems = conf->problems;
    const auto plan = make_plan(conf->value, options, problems);
    for (const auto& problem : problems)
        log::warning("{}", to_string(problem));
    if (!plan) {
        log::error("{}", to_string(plan.error()));
        return EXIT_FAILURE;
    }
    if (options.verb == Verb::list) {
        for (const auto& section : conf->value.sections)
            if (!options.ups || section.name == *options.ups)
                fmt::print("{}\n", section.name);
        return EXIT_SUCCESS;
    }
    const int failed = plan->unusable + carry_out(*plan, options);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace upright::upsdrvctl
