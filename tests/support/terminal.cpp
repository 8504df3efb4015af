#include "tests/support/terminal.hpp"

#include <csignal>
#include <fcntl.h>
#include <pty.h>
#include <stdexcept>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace upright::test {

Terminal::Terminal(std::vector<std::string> command, const std::map<std::string, std::string>& environment)
{
    std::vector<std::string> variables;
    for (const auto& [name, value] : environment)
        variables.push_back(name + "=" + value);
    std::vector<char*> argv;
    for (auto& word : command)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    std::vector<char*> envp;
    for (auto& variable : variables)
        envp.push_back(variable.data());
    envp.push_back(nullptr);

    pid_ = ::forkpty(&fd_, nullptr, nullptr, nullptr);
    if (pid_ == 0) {
        ::execve(argv[0], argv.data(), envp.data());
        ::_exit(127);
    }
    if (pid_ < 0)
        throw std::runtime_error("no terminal");
    ::fcntl(fd_, F_SETFL, O_NONBLOCK);
    ::fcntl(fd_, F_SETFD, FD_CLOEXEC);
}

Terminal::~Terminal()
{
    if (!gone_) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    ::close(fd_);
}

void Terminal::collect()
{
    char block[4096];
    for (ssize_t got = 0; (got = ::read(fd_, block, sizeof block)) > 0;)
        shown_.append(block, static_cast<std::size_t>(got));
}

std::string Terminal::shown()
{
    collect();
    return shown_;
}

bool Terminal::shows(std::string_view text)
{
    return eventually([&] { return shown().find(text) != std::string::npos; });
}

void Terminal::type(std::string_view text) const
{
    [[maybe_unused]] const auto sent = ::write(fd_, text.data(), text.size());
}

bool Terminal::echoes() const
{
    termios state{};
    return ::tcgetattr(fd_, &state) == 0 && (state.c_lflag & ECHO) != 0;
}

int Terminal::ended()
{
    int status = 0;
    const bool changed = eventually([&] {
        collect(); // a full terminal would hold it up
        return ::waitpid(pid_, &status, WNOHANG | WUNTRACED) == pid_;
    });
    if (!changed)
        return -1;
    if (WIFSTOPPED(status))
        return 256 + WSTOPSIG(status);
    gone_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void Terminal::signal(int number) const { ::kill(pid_, number); }

} // namespace upright::test
