#include "common/client/prompt.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace upright {
namespace {

constexpr std::array kSignals{SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGTSTP};
constexpr std::size_t kLongestAnswer = 4096;

volatile std::sig_atomic_t caught = 0; // what a signal handler may touch

void catch_signal(int number) { caught = number; }

// Keeps the terminal from showing what is typed, as long as it lives. The signals that would end or stop the
// program are held back and only let through in wait(), so that none of them leaves the terminal silent.
class Silence {
public:
    Silence()
    {
        caught = 0;
        sigset_t held;
        ::sigemptyset(&held);
        for (const int number : kSignals)
            ::sigaddset(&held, number);
        ::pthread_sigmask(SIG_BLOCK, &held, &mask_);
        struct sigaction action {};
        action.sa_handler = catch_signal; // without SA_RESTART: it must end the wait
        for (std::size_t i = 0; i < kSignals.size(); ++i)
            ::sigaction(kSignals[i], &action, &actions_[i]);
        is_terminal_ = ::tcgetattr(STDIN_FILENO, &shown_) == 0;
        if (!is_terminal_)
            return;
        auto hidden = shown_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden); // what was typed before was visible
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;
    ~Silence()
    {
        if (is_terminal_)
            ::tcsetattr(STDIN_FILENO, TCSADRAIN, &shown_);
        for (std::size_t i = 0; i < kSignals.size(); ++i)
            ::sigaction(kSignals[i], &actions_[i], nullptr);
        ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
    }

    // Until there is input; false if a signal came first.
    bool wait() const
    {
        pollfd input{STDIN_FILENO, POLLIN, 0};
        while (caught == 0)
            if (::ppoll(&input, 1, nullptr, &mask_) > 0)
                return true;
        return false;
    }

private:
    sigset_t mask_{};
    std::array<struct sigaction, kSignals.size()> actions_{};
    termios shown_{};
    bool is_terminal_ = false;
};

// One byte at a time: what stands behind the newline belongs to the next question.
template <class Wait>
Result<std::string> read_line(const Wait& wait)
{
    std::string line;
    for (char c = 0; wait() && line.size() <= kLongestAnswer;) {
        const auto got = ::read(STDIN_FILENO, &c, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got > 0 && c != '\n') {
            line += c;
            continue;
        }
        if (got > 0 || !line.empty())
            return line;
        break;
    }
    return Error{Errc::invalid_argument, "stdin ended before an answer"};
}

void write_to(int fd, std::string_view text)
{
    [[maybe_unused]] const auto sent = ::write(fd, text.data(), text.size());
}

Result<std::string> read_unseen(int prompt_fd, std::string_view prompt)
{
    const Silence silence;
    write_to(prompt_fd, prompt);
    return read_line([&] { return silence.wait(); });
}

} // namespace

Result<std::string> ask_line(std::string_view prompt, std::FILE* prompts)
{
    std::fflush(prompts);
    write_to(::fileno(prompts), prompt);
    return read_line([] { return true; });
}

Result<std::string> ask_secret(std::string_view prompt)
{
    const int terminal = ::isatty(STDIN_FILENO) == 1 ? ::open("/dev/tty", O_WRONLY | O_CLOEXEC) : -1;
    for (;;) {
        auto answer = read_unseen(terminal < 0 ? STDERR_FILENO : terminal, prompt);
        if (terminal >= 0)
            write_to(terminal, "\n"); // the one that was typed did not show
        if (caught == 0) {
            if (terminal >= 0)
                ::close(terminal);
            return answer;
        }
        ::raise(caught); // ends the program, or stops it: then it goes on here
    }
}

} // namespace upright
