#include "clients/upssched/service.hpp"
#include "common/daemon/background.hpp"
#include "common/daemon/log.hpp"
#include "common/daemon/memory.hpp"
#include "common/daemon/pid_file.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

namespace upright::upssched {
namespace {

PidFile write_pid_file()
{
    auto file = PidFile::write_named("upssched");
    if (file)
        return *std::move(file);
    log::warning("{}", to_string(file.error()));
    return {};
}

int serve(const Config& config)
{
    auto background = Background::start();
    std::signal(SIGHUP, SIG_IGN);
    Daemon daemon;
    Service service(daemon, config);
    if (const auto listening = service.listen(); !listening) {
        log::error("{}", to_string(listening.error()));
        return EXIT_FAILURE;
    }
    daemon.on_signal(SIGCHLD, [&] { service.reap(); });
    PidFile pid_file;
    return daemon.run([&](TaskGroup&) {
        pid_file = write_pid_file();
        background.ready();
        service.start();
        give_back_memory();
    });
}

// What upsmon or its service gave to us, and is not meant for the daemon.
void forget_the_caller()
{
    for (const auto* const name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
        ::unsetenv(name); // NOLINT(concurrency-mt-unsafe)
    ::closelog();         // its descriptor goes with the others
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
}

} // namespace

// The child in between is the parent that Background::start() lets go when the daemon is ready.
Result<void> start_service(const Config& config)
{
    std::fflush(nullptr);
    const auto child = ::fork();
    if (child < 0)
        return system_error("Unable to enter background");
    if (child == 0) {
        forget_the_caller();
        std::_Exit(serve(config));
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return system_error("Unable to enter background");
    if (status != 0)
        return Error{Errc::bad_config, "Unable to connect to daemon and unable to start daemon"};
    return {};
}

} // namespace upright::upssched
