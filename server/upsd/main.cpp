// upsd: caches what the drivers say and serves it over TCP.
#include "common/config/paths.hpp"
#include "common/daemon/background.hpp"
#include "common/daemon/config_problems.hpp"
#include "common/daemon/daemon.hpp"
#include "common/daemon/log.hpp"
#include "common/daemon/notify.hpp"
#include "common/daemon/pid_file.hpp"
#include "common/daemon/privileges.hpp"
#include "common/version.hpp"
#include "server/upsd/check.hpp"
#include "server/upsd/hash_password.hpp"
#include "server/upsd/init_tls.hpp"
#include "server/upsd/listeners.hpp"
#include "server/upsd/options.hpp"
#include "server/upsd/server.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <malloc.h>
#include <optional>

namespace {

using namespace upright;
using namespace upright::upsd;

constexpr std::array<std::string_view, 1> kNames{"upsd"};

int fail(const Error& error)
{
    log::error("{}", to_string(error));
    return EXIT_FAILURE;
}

int tell_running(const Options& options, const std::string& pid_path)
{
    const int signal = options.tell == Options::Tell::reload ? SIGHUP : SIGTERM;
    const bool by_pid = options.pid && is_running(*options.pid, kNames) && ::kill(*options.pid, signal) == 0;
    if (by_pid)
        return EXIT_SUCCESS;
    const auto told = options.pid ? Result<pid_t>(Error{Errc::bad_config, "no such upsd"})
                                  : signal_by_pid_file(pid_path, signal, kNames);
    if (told)
        return EXIT_SUCCESS;
    log::error("Failed to signal the currently running daemon (if any): {}", to_string(told.error()));
    return EXIT_FAILURE;
}

// What to do instead of serving: the exit code, or nothing if it is to serve.
std::optional<int> do_task(Options::Task task)
{
    switch (task) {
    case Options::Task::serve: break;
    case Options::Task::check: return check();
    case Options::Task::hash_password: return hash_password();
    case Options::Task::init_tls: {
        const auto config = load_config(); // without it: this host's own names
        return init_tls(paths::config_dir(), config ? config->value.listen : std::vector<ListenOn>());
    }
    }
    return std::nullopt;
}

// Everything between the first look at the command line and the loop.
int serve(const Options& options, const Config& config, const UpsConf& conf, const std::string& pid_path)
{
    auto background = options.ground == Ground::background ? Background::start() : Background();
    Daemon daemon;
    auto listeners = open_listeners(daemon.executor(), config, options.family);
    if (!listeners)
        return fail(listeners.error());
    if (const auto dropped = drop_privileges(options.user.value_or(default_account())); !dropped)
        return fail(dropped.error());

    const auto state_dir = paths::state_dir(conf.state_path() ? conf.state_path() : config.state_path);
    std::error_code failed;
    std::filesystem::current_path(state_dir, failed);
    if (failed)
        return fail({failed.value() != 0
                         ? boost::system::error_code(failed.value(), boost::system::system_category())
                         : boost::system::error_code{},
                     "Can't chdir to " + state_dir});
    warn_if_readable_by_all(state_dir);
    auto descriptions = Descriptions::load(config.data_path.value_or(paths::data_dir()) + "/cmdvartab");
    Server server(daemon.poller(), state_dir, std::move(descriptions), options.debug);
    server.apply(conf);
    if (const auto applied = server.apply(config); !applied)
        return fail({Errc::bad_config, "Fatal error: " + to_string(applied.error())});
    server.apply_users("there are no users, so nobody can log in");
    if (server.upses().all().empty() && !config.allow_no_device)
        return fail({Errc::bad_config, "Fatal error: at least one UPS must be defined in ups.conf"});

    PidFile pid_file;
    if (options.ground != Ground::foreground) {
        auto written = PidFile::write(pid_path);
        if (written)
            pid_file = *std::move(written);
        else
            log::warning("{}", to_string(written.error()));
    }
    daemon.on_signal(SIGHUP, [&] { server.reload(); });
    std::list<Accepter> accepters;
    ::malloc_trim(0); // what it took to read the files goes back
    return daemon.run([&](TaskGroup&) {
        server.start_clock();
        for (auto& listener : *listeners)
            accepters.emplace_back(daemon.poller(), listener, server.sessions());
        background.ready();
        notify::ready();
    });
}

} // namespace

int main(int argc, char** argv)
{
    const auto options = parse_options(argc, argv);
    if (!options) {
        std::cerr << options.error().what << std::endl;
        return EXIT_FAILURE;
    }
    if (const auto code = do_task(options->task))
        return *code;
    if (options->help || options->version || !paths::quiet("NUT_QUIET_INIT_BANNER"))
        std::cout << "Network UPS Tools upsd " << kVersion << std::endl;
    if (options->help)
        std::cout << usage();
    if (options->help || options->version)
        return EXIT_SUCCESS;

    log::init("upsd");
    log::set_debug(options->debug);
    log::be_quieter(options->quiet);
    for (const int number : {SIGHUP, SIGUSR1, SIGUSR2}) // SIGHUP until the loop handles it
        std::signal(number, SIG_IGN);
    if (options->chroot)
        if (const auto changed = change_root(*options->chroot); !changed)
            return fail(changed.error());
    const auto config = load_config();
    const auto conf = load_ups_conf();
    const auto configured_state = conf && conf->value.state_path() ? conf->value.state_path()
                                  : config                         ? config->value.state_path
                                                                   : std::nullopt;
    const auto pid_path = paths::unprivileged_pid_dir(configured_state) + "/upsd.pid";
    if (options->tell != Options::Tell::nothing)
        return tell_running(*options, pid_path);
    if (const auto pid = read_pid_file(pid_path); pid && is_running(*pid, kNames)) {
        std::cout << "Fatal error: A previous upsd instance is already running!\n"
                     "Either stop the previous instance first, or use the 'reload' command."
                  << std::endl;
        return EXIT_FAILURE;
    }
    if (!config || !conf)
        return fail(config ? conf.error() : config.error());
    auto problems = config->problems;
    problems.insert(problems.end(), conf->problems.begin(), conf->problems.end());
    log_problems(problems);
    log::set_debug(std::max(options->debug, config->value.debug_min.value_or(0)));
    warn_if_readable_by_all(paths::config_file("upsd.conf"));
    return serve(*options, config->value, conf->value, pid_path);
}
