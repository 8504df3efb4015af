#include "clients/upsmon/executor.hpp"

#include "clients/upsmon/children.hpp"
#include "common/daemon/log.hpp"
#include "common/daemon/memory.hpp"
#include "common/text/number.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <sys/socket.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

namespace upright::upsmon {
namespace {

constexpr std::array kHandedOn{SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1};

// For the handler of signals, which reaches nothing else. Set before the first of them arrives.
std::atomic<pid_t> monitor{0};
std::atomic<bool> told_to_end{false};
static_assert(std::atomic<pid_t>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

extern "C" void hand_on(int number)
{
    const auto saved = errno;
    if (number != SIGHUP && number != SIGUSR1)
        told_to_end = true;
    ::kill(monitor, number);
    errno = saved;
}

void hand_on_signals()
{
    struct sigaction action {};
    action.sa_handler = hand_on;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const auto number : kHandedOn)
        ::sigaction(number, &action, nullptr);
    std::signal(SIGCHLD, SIG_DFL); // else the system would reap for us
    std::signal(SIGPIPE, SIG_IGN); // nobody reads the log any more
}

void let_go_of_terminal()
{
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere < 0)
        return;
    ::dup2(nowhere, STDIN_FILENO);
    ::dup2(nowhere, STDOUT_FILENO);
    if (!log::keeps_stderr())
        ::dup2(nowhere, STDERR_FILENO);
    if (nowhere > STDERR_FILENO)
        ::close(nowhere);
}

// Keeps the three standard streams and `socket`, which becomes the descriptor after them.
int keep_only(int socket)
{
    ::closelog(); // it is opened again by itself
    const int kept = STDERR_FILENO + 1;
    if (socket != kept) {
        ::dup3(socket, kept, O_CLOEXEC);
        ::close(socket);
    }
    ::close_range(kept + 1, ~0U, 0);
    return kept;
}

int end_of(pid_t child)
{
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

// Its number may be another's once it is reaped: no signal is handed on from then on.
int end_of_monitor()
{
    siginfo_t end{};
    while (::waitid(P_PID, static_cast<id_t>(monitor.load()), &end, WEXITED | WNOWAIT) < 0
           && errno == EINTR) {
    }
    for (const auto number : kHandedOn)
        std::signal(number, SIG_IGN);
    return end_of(monitor);
}

class Executor {
public:
    Executor(const ShutdownOrder& order, int socket) : order_(order), socket_(socket) {}

    int run(); // the exit code

private:
    std::optional<unsigned char> hear() const;
    void tell(ShutdownStep step) const;
    void shut_down();
    Result<pid_t> start_command() const;

    const ShutdownOrder& order_;
    int socket_;
    bool done_ = false;
};

// Nothing: the monitor has gone.
std::optional<unsigned char> Executor::hear() const
{
    unsigned char byte = 0;
    for (;;) {
        const auto got = ::recv(socket_, &byte, 1, 0);
        if (got == 1)
            return byte;
        if (got == 0 || errno != EINTR)
            return std::nullopt;
    }
}

// The monitor need not listen.
void Executor::tell(ShutdownStep step) const
{
    [[maybe_unused]] const auto sent = ::send(socket_, &step, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int Executor::run()
{
    while (const auto said = hear()) {
        if (*said != kShutDown) {
            log::error("upsmon parent: the child says {}, which makes no sense: exiting", int{*said});
            return EXIT_FAILURE;
        }
        if (!done_)
            shut_down();
    }
    const auto status = end_of_monitor();
    if (done_ || (told_to_end && status == 0))
        return EXIT_SUCCESS;
    log::error("upsmon parent: exiting (child exited)");
    return EXIT_FAILURE;
}

// A host that is short of memory or processes may have some in a second.
Result<pid_t> Executor::start_command() const
{
    auto pid = start(shell(*order_.command));
    for (int tries = 1; !pid && tries < kTriesToStart; ++tries) {
        log::error("SHUTDOWNCMD can't be started, trying again: {}", escaped(to_string(pid.error())));
        ::sleep(1);
        pid = start(shell(*order_.command));
    }
    return pid;
}

void Executor::shut_down()
{
    done_ = true;
    write_flag(order_);
    if (!order_.command) {
        log::error("There is no SHUTDOWNCMD: this host is not shut down");
        return tell(ShutdownStep::failed);
    }
    const auto pid = start_command();
    if (!pid) {
        log::error("SHUTDOWNCMD can't be started: {}", escaped(to_string(pid.error())));
        return tell(ShutdownStep::failed);
    }
    tell(ShutdownStep::started);
    tell(tell_end(end_of(*pid)));
}

[[noreturn]] void become_executor(const ShutdownOrder& order, int socket, bool background)
{
    socket = keep_only(socket);
    if (background) {
        let_go_of_terminal();
        log::to_background();
    }
    give_back_memory();
    std::_Exit(Executor(order, socket).run()); // what is buffered, and the rest, is the monitor's
}

} // namespace

ExecutorLink::~ExecutorLink()
{
    if (fd_ >= 0)
        ::close(fd_);
}

Result<ExecutorLink> split(const ShutdownOrder& order, bool background)
{
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return system_error("socketpair");
    sigset_t handed_on;
    sigset_t before;
    sigemptyset(&handed_on);
    for (const auto number : kHandedOn)
        sigaddset(&handed_on, number);
    ::sigprocmask(SIG_BLOCK, &handed_on, &before); // one that arrives meanwhile waits
    const auto child = ::fork();
    if (child < 0) {
        auto failure = system_error("fork");
        ::close(ends[0]);
        ::close(ends[1]);
        ::sigprocmask(SIG_SETMASK, &before, nullptr);
        return failure;
    }
    ::close(ends[child > 0 ? 1 : 0]);
    if (child > 0) {
        monitor = child;
        hand_on_signals();
        ::sigprocmask(SIG_SETMASK, &before, nullptr);
        become_executor(order, ends[0], background);
    }
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    return ExecutorLink(ends[1]);
}

} // namespace upright::upsmon
