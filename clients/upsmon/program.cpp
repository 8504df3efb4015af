#include "clients/upsmon/program.hpp"

#include "clients/upsmon/check.hpp"
#include "clients/upsmon/check_programs.hpp"
#include "clients/upsmon/executor.hpp"
#include "clients/upsmon/instance_lock.hpp"
#include "clients/upsmon/monitor.hpp"
#include "clients/upsmon/plan/show_plan.hpp"
#include "clients/upsmon/plan/shutdown_times.hpp"
#include "clients/upsmon/record/recorder.hpp"
#include "clients/upsmon/record/replay.hpp"
#include "clients/upsmon/setup.hpp"
#include "clients/upsmon/sleep_watch.hpp"
#include "clients/upsmon/status_socket.hpp"
#include "common/config/paths.hpp"
#include "common/daemon/background.hpp"
#include "common/daemon/log.hpp"
#include "common/daemon/memory.hpp"
#include "common/daemon/notify.hpp"
#include "common/daemon/pid_file.hpp"
#include "common/daemon/privileges.hpp"
#include "common/power_flag/power_flag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <unistd.h>

namespace upright::upsmon {
namespace {

constexpr std::array<std::string_view, 1> kNames{"upsmon"};

// Root's place, and that of an upsmon that root did not start.
std::array<std::string, 2> pid_folders() { return {paths::root_pid_dir(), paths::unprivileged_pid_dir()}; }

std::string pid_path(const std::string& folder) { return folder + "/upsmon.pid"; }

// ---- short tasks ---------------------------------------------------------------------------------------

int tell_running(const Options& options)
{
    const int signal = options.tell == Options::Tell::fsd    ? SIGUSR1
                       : options.tell == Options::Tell::stop ? SIGTERM
                                                             : SIGHUP;
    std::string why;
    if (options.pid) {
        if (is_running(*options.pid, kNames) && ::kill(*options.pid, signal) == 0)
            return EXIT_SUCCESS;
        why = fmt::format("{} is no running upsmon", *options.pid);
    } else {
        for (const auto& folder : pid_folders()) {
            const auto told = signal_by_pid_file(pid_path(folder), signal, kNames);
            if (told)
                return EXIT_SUCCESS;
            why = why.empty() ? to_string(told.error()) : why;
        }
    }
    fmt::print(stderr, "{}\nFailed to signal the currently running daemon (if any)\n", why);
    return EXIT_FAILURE;
}

int test_flag(const Options& options)
{
    const auto config = load_config(options.config);
    if (!config) {
        fmt::print(stderr, "{}\n", to_string(config.error()));
        return EXIT_FAILURE;
    }
    const auto& path = config->value.power_down_flag;
    const auto flag = path ? power_flag::look(*path) : PowerFlag::not_set;
    if (flag == PowerFlag::set) {
        fmt::print("Power down flag is set\n");
        return EXIT_SUCCESS;
    }
    fmt::print("Power down flag is not set\n");
    if (flag == PowerFlag::stale)
        fmt::print(stderr, "{} is of an earlier boot\n", *path);
    if (flag == PowerFlag::foreign)
        fmt::print(stderr, "{} is not upsmon's\n", *path);
    return EXIT_FAILURE;
}

// ---- start ---------------------------------------------------------------------------------------------

// Root's folder, else that of the unprivileged programs. One that can't be had is no reason not to protect.
Result<InstanceLock> lock_out_others()
{
    auto lock = InstanceLock::take(paths::root_pid_dir());
    if (!lock && !lock.error().is(Errc::already_attached) && ::geteuid() != 0)
        return InstanceLock::take(paths::unprivileged_pid_dir());
    return lock;
}

bool another_runs()
{
    const auto folders = pid_folders();
    return std::any_of(folders.begin(), folders.end(), [](const std::string& folder) {
        const auto pid = read_pid_file(pid_path(folder));
        return pid && is_running(*pid, kNames);
    });
}

void announce(const Config& config)
{
    for (const auto& feed : config.policy.feeds) {
        if (feed.power_value == 0)
            fmt::print("UPS: {} (monitoring only)\n", feed.system);
        else
            fmt::print("UPS: {} ({}) (power value {})\n", feed.system, feed.primary ? "primary" : "secondary",
                       feed.power_value);
    }
    if (config.power_down_flag)
        fmt::print("Using power down flag file {}\n", *config.power_down_flag);
    if (!config.shutdown_command)
        fmt::print("Warning: no shutdown command defined{}\n",
                   config.policy.min_supplies == 0 ? ", but that is OK for a monitoring-only client." : "!");
    std::fflush(stdout);
}

void warn_of_command(const Config& config)
{
    const auto wrong = config.shutdown_command ? what_is_wrong_with(*config.shutdown_command) : std::string();
    if (!wrong.empty())
        log::error("This host is not protected: SHUTDOWNCMD: {}", wrong);
}

// A flag that a former shutdown has left is removed. A file that is not upsmon's stays, and is no flag.
std::optional<std::string> usable_flag(const Config& config)
{
    if (!config.power_down_flag)
        return std::nullopt;
    const auto cleared = power_flag::clear(*config.power_down_flag);
    if (cleared)
        return config.power_down_flag;
    log::error("POWERDOWNFLAG is not used: {}", to_string(cleared.error()));
    return std::nullopt;
}

// When this host's last shutdown was over, to know how long the next one will take.
void learn()
{
    const auto path = ShutdownTimes::default_path();
    const auto boot = power_flag::this_boot().id;
    const auto begun = ShutdownTimes::load(path).begun();
    if (!begun || begun->boot_id == boot)
        return;
    const auto ended = went_down("/var/log/wtmp", begun->at);
    if (const auto noted = ShutdownTimes::note_end(path, boot, ended); !noted)
        log::debug(1, "{}", to_string(noted.error()));
}

// By a process of its own: a disk that no longer answers must not hold up the shutdown.
void note_that_shutdown_begins()
{
    if (::fork() != 0)
        return;
    const auto boot = power_flag::this_boot();
    const auto noted = ShutdownTimes::note_begin(ShutdownTimes::default_path(), boot.now, boot.id);
    std::_Exit(noted ? EXIT_SUCCESS : EXIT_FAILURE);
}

Result<void> before_shutdown(const std::optional<std::string>& flag)
{
    note_that_shutdown_begins();
    return flag ? power_flag::set(*flag) : Result<void>{};
}

ShutdownOrder order_of(const Config& config)
{
    ShutdownOrder order;
    order.command = config.shutdown_command;
    order.write_flag = [flag = usable_flag(config)] { return before_shutdown(flag); };
    return order;
}

// In root's folder, else where the unprivileged programs have theirs. Nothing if neither will do: upsmon
// protects without it.
template <class Make>
auto in_pid_folder(Make make)
{
    auto made = make(paths::root_pid_dir());
    if (made || ::geteuid() == 0)
        return made;
    return make(paths::unprivileged_pid_dir());
}

template <class Made>
void warn_unless(const Made& made)
{
    if (!made)
        log::warning("{}", to_string(made.error()));
}

// A reload can't reach the privileged process, which believes nothing but what it has read itself.
Result<Setup> load_again(const Options& options, const Config& first)
{
    auto setup = load_setup(options);
    if (!setup)
        return setup;
    if (setup->config.shutdown_command != first.shutdown_command)
        log::warning("Warning: SHUTDOWNCMD redefined: upsmon must be restarted for that");
    if (setup->config.power_down_flag != first.power_down_flag)
        log::warning("Warning: POWERDOWNFLAG redefined: upsmon must be restarted for that");
    setup->config.shutdown_command = first.shutdown_command;
    setup->config.power_down_flag = first.power_down_flag;
    log::set_debug(std::max(options.debug, setup->config.debug_min.value_or(0)));
    return setup;
}

void handle_signals(Daemon& daemon, Monitor& monitor)
{
    for (const int number : {SIGTERM, SIGINT, SIGQUIT})
        daemon.on_signal(number, [&monitor, number] {
            log::info("Signal {}: exiting", number);
            monitor.stop(EXIT_SUCCESS);
        });
    daemon.on_signal(SIGHUP, [&monitor] {
        log::info("Reloading configuration");
        monitor.reload();
    });
    daemon.on_signal(SIGUSR1, [&monitor] {
        log::info("Signal {}: User requested FSD", SIGUSR1);
        monitor.observe(ShutdownWanted{});
    });
}

// The loop handles no more signals, and their default is to kill: a second one, as a service manager sends it
// to each process, must not come between logging out and removing the PID file.
void hold_back_signals()
{
    sigset_t held;
    sigemptyset(&held);
    for (const int number : {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1})
        sigaddset(&held, number);
    ::sigprocmask(SIG_BLOCK, &held, nullptr);
}

std::unique_ptr<Recorder> record(const Options& options, Monitor& monitor)
{
    if (!options.record)
        return nullptr;
    auto recorder = Recorder::open(*options.record, monitor.decision().policy());
    if (!recorder) {
        log::error("Nothing is recorded: {}", to_string(recorder.error()));
        return nullptr;
    }
    monitor.on_decided = [into = recorder->get()](const Observation& observation,
                                                  const std::vector<Action>& actions) {
        into->take(observation, actions);
    };
    monitor.on_policy = [into = recorder->get()](const Policy& policy) { into->adopt(policy); };
    return *std::move(recorder);
}

void watch_sleep(SleepWatch& sleep, Monitor& monitor)
{
    sleep.on_sleep = [&monitor] { monitor.observe(GoingToSleep{}); };
    sleep.on_wake = [&monitor](bool announced, SleepWatch::Duration after) {
        monitor.observe(Woken{announced, std::chrono::duration_cast<Duration>(after)});
    };
    monitor.on_look = [&sleep, &monitor] { sleep.look(monitor.decision().poll_interval()); };
}

// The loop of the process that watches; `link` leads to the privileged one.
int watch(const Options& options, Setup setup, std::optional<ExecutorLink> link, ShutdownOrder order,
          Background& background)
{
    const auto account = options.user ? *options.user : setup.config.run_as_user.value_or(default_account());
    const auto pid_file = in_pid_folder([](const auto& folder) { return PidFile::write(pid_path(folder)); });
    auto status = in_pid_folder([](const auto& folder) { return StatusSocket::bind(folder); });
    warn_unless(pid_file);
    warn_unless(status);
    if (!options.one_process)
        if (const auto dropped = drop_privileges(account); !dropped) {
            log::error("{}", to_string(dropped.error()));
            return EXIT_FAILURE;
        }

    Daemon daemon;
    Children children(daemon.executor());
    Notifier notifier(children);
    std::unique_ptr<ShutdownHand> hand;
    if (link)
        hand = std::make_unique<ExecutorHand>(daemon.executor(), *std::move(link));
    else
        hand = std::make_unique<OwnHand>(daemon.executor(), children, std::move(order));
    const auto first = setup.config;
    Monitor monitor({daemon, notifier, *hand, [&] { return load_again(options, first); }}, std::move(setup));
    handle_signals(daemon, monitor);
    const auto recorder = record(options, monitor);
    SleepWatch sleep(daemon.executor());
    watch_sleep(sleep, monitor);
    give_back_memory();
    const int exit_code = daemon.run([&](TaskGroup& tasks) {
        monitor.start();
        if (status)
            tasks.spawn("status", status->serve(monitor, tasks));
        background.ready();
        notify::ready();
    });
    hold_back_signals();
    return exit_code;
}

int start(const Options& options)
{
    ::close_range(STDERR_FILENO + 1, ~0U, 0);  // what root had open is nothing for RUN_AS_USER
    for (const int number : {SIGHUP, SIGUSR1}) // until the loop handles them
        std::signal(number, SIG_IGN);
    const auto lock = lock_out_others();
    if (another_runs() || (!lock && lock.error().is(Errc::already_attached))) {
        fmt::print("Fatal error: A previous upsmon instance is already running!\n"
                   "Either stop the previous instance first, or use the 'reload' command.\n");
        return EXIT_FAILURE;
    }
    auto setup = load_setup(options);
    if (!setup) {
        fmt::print(stderr, "{}\n", setup.error().what);
        return EXIT_FAILURE;
    }
    log::set_debug(std::max(options.debug, setup->config.debug_min.value_or(0)));
    announce(setup->config);
    warn_of_command(setup->config);
    learn();
    auto order = order_of(setup->config);
    const bool two = ::geteuid() == 0 && !options.one_process;
    if (options.one_process)
        log::warning("Warning: running as one big root process by request (upsmon -p)");
    else if (!two)
        log::warning("Warning: not started by root: SHUTDOWNCMD must work for this account");

    const bool away = options.ground == Ground::background;
    auto background = away ? Background::start() : Background();
    if (!two)
        return watch(options, *std::move(setup), std::nullopt, std::move(order), background);
    const auto started_as = ::getpid();
    auto link = split(order, away);
    notify::take_over_watchdog(started_as);
    if (!link) {
        log::error("{}", to_string(link.error()));
        return EXIT_FAILURE;
    }
    return watch(options, *std::move(setup), *std::move(link), {}, background);
}

} // namespace

int run(const Options& options)
{
    log::init("upsmon");
    log::set_debug(options.debug);
    switch (options.task) {
    case Options::Task::tell: return tell_running(options);
    case Options::Task::test_flag: return test_flag(options);
    case Options::Task::check: return check(options);
    case Options::Task::replay: return replay(*options.replay, stdout, stderr);
    case Options::Task::plan: return show_plan(options);
    case Options::Task::status: return show_status(options.json);
    default: return start(options);
    }
}

} // namespace upright::upsmon
