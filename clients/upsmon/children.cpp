#include "clients/upsmon/children.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace upright::upsmon {
namespace {

std::vector<std::string> environment_of(const Program& program)
{
    std::vector<std::string> lines;
    for (char** line = environ; *line != nullptr; ++line) {
        const std::string_view text(*line);
        const auto name = text.substr(0, text.find('='));
        const auto& ours = program.environment;
        if (std::none_of(ours.begin(), ours.end(), [&](const auto& pair) { return pair.first == name; }))
            lines.emplace_back(text);
    }
    for (const auto& [name, value] : program.environment)
        lines.push_back(fmt::format("{}={}", name, value));
    return lines;
}

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> all(texts.size() + 1); // the last one is null
    std::transform(texts.begin(), texts.end(), all.begin(), [](std::string& text) { return text.data(); });
    return all;
}

// A file without a name, at its beginning: unlike a pipe it never makes the writer wait.
int file_of(const std::string& text)
{
    const int fd = ::memfd_create("stdin", MFD_CLOEXEC);
    if (fd < 0)
        return -1;
    if (::write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())
        || ::lseek(fd, 0, SEEK_SET) != 0) {
        ::close(fd);
        return -1;
    }
    return fd;
}

// posix_spawnp() as start() promises it; an errno if it fails.
int spawn(std::vector<std::string> words, const Program& program, int input, pid_t& pid)
{
    auto variables = environment_of(program);
    const auto argv = pointers(words);
    const auto envp = pointers(variables);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (input >= 0)
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    else
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    const auto failed = ::posix_spawnp(&pid, argv[0], &actions, &attributes, argv.data(), envp.data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failed;
}

} // namespace

Program shell(const std::string& command) { return {.words = {"/bin/sh", "-c", command}}; }

Result<pid_t> start(const Program& program)
{
    const auto& name = program.words.front();
    int input = -1;
    if (!program.input.empty() && (input = file_of(program.input)) < 0)
        return system_error("input of " + name);
    pid_t pid = -1;
    auto failed = spawn(program.words, program, input, pid);
    if (failed == ENOEXEC && name.find('/') != name.npos) { // a script that does not say of which shell
        auto words = program.words;
        words.insert(words.begin(), "/bin/sh");
        failed = spawn(std::move(words), program, input, pid);
    }
    if (input >= 0)
        ::close(input);
    if (failed != 0)
        return Error{boost::system::error_code(failed, boost::system::system_category()), name};
    return pid;
}

std::string describe_end(int status)
{
    if (WIFSIGNALED(status))
        return fmt::format("killed by signal {}", WTERMSIG(status));
    return fmt::format("exit code {}", WEXITSTATUS(status));
}

Children::Children(const boost::asio::any_io_executor& executor) : signals_(executor, SIGCHLD) { wait(); }

void Children::wait()
{
    signals_.async_wait([this](const boost::system::error_code& stopped, int) {
        if (stopped)
            return;
        reap();
        wait();
    });
}

// One signal may stand for several children, and for those of others.
void Children::reap()
{
    std::vector<std::pair<OnEnd, int>> ended;
    for (auto child = running_.begin(); child != running_.end();) {
        int status = 0;
        if (::waitpid(child->first, &status, WNOHANG) == 0) {
            ++child;
            continue;
        }
        ended.emplace_back(std::move(child->second), status);
        child = running_.erase(child);
    }
    for (const auto& [on_end, status] : ended) // which may start another
        on_end(status);
}

Result<pid_t> Children::start(const Program& program, OnEnd on_end)
{
    auto pid = upsmon::start(program);
    if (pid)
        running_.emplace(*pid, std::move(on_end));
    return pid;
}

} // namespace upright::upsmon
