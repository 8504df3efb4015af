#include "server/upsd/hash_password.hpp"

#include "common/password/password.hpp"
#include "common/wire/quote.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <termios.h>
#include <unistd.h>

namespace upright::upsd {
namespace {

constexpr std::size_t kLongest = 511; // characters: what crypt(3) takes; a word of the protocol has one more

bool say(int fd, std::string_view text)
{
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written <= 0)
            return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

volatile std::sig_atomic_t caught = 0;

void note(int number) { caught = number; }

// No echo on a terminal while it lives. A signal that would end the program ends it only after the echo is
// back.
class Silence {
public:
    explicit Silence(int fd) : fd_(fd)
    {
        terminal_ = ::tcgetattr(fd, &before_) == 0;
        if (!terminal_)
            return;
        struct sigaction action {};
        action.sa_handler = note; // without SA_RESTART: read() returns
        for (std::size_t i = 0; i < kSignals.size(); ++i)
            ::sigaction(kSignals[i], &action, &actions_[i]);
        auto quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        quiet.c_lflag |= ECHONL;
        ::tcsetattr(fd, TCSAFLUSH, &quiet);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;
    ~Silence()
    {
        if (!terminal_)
            return;
        ::tcsetattr(fd_, TCSAFLUSH, &before_);
        for (std::size_t i = 0; i < kSignals.size(); ++i)
            ::sigaction(kSignals[i], &actions_[i], nullptr);
        if (caught != 0)
            std::raise(caught);
    }

private:
    static constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

    int fd_;
    bool terminal_ = false;
    termios before_{};
    std::array<struct sigaction, kSignals.size()> actions_{};
};

// One line without its end; nothing at the end of the input, on a signal, or if it is longer than a password.
std::optional<std::string> read_line(int fd)
{
    std::string line;
    line.reserve(kLongest + 2); // never moved, so that it can be wiped whole
    char c = 0;
    for (;;) {
        const auto got = ::read(fd, &c, 1);
        if (got < 0 || (got == 0 && line.empty()) || line.size() > kLongest)
            return std::nullopt;
        if (got == 0 || c == '\n')
            return line;
        line += c;
    }
}

std::optional<std::string> ask(int in, int err, std::string_view prompt)
{
    if (!prompt.empty())
        say(err, prompt);
    const Silence silence(in);
    return read_line(in);
}

// Why no client could send it, or nothing.
std::string_view unusable(const std::string& password)
{
    if (password.empty())
        return "the password is empty";
    if (!std::all_of(password.begin(), password.end(), [](char c) { return c >= ' ' && c < 0x7F; }))
        return "only printable ASCII characters pass the network: choose another password";
    return {};
}

} // namespace

int hash_password(int in, int out, int err)
{
    const bool person = ::isatty(in) != 0;
    auto password = ask(in, err, person ? "Password: " : "");
    if (!password) {
        say(err, "Error: no password was given, or it is too long\n");
        return EXIT_FAILURE;
    }
    const auto again = person ? ask(in, err, "The same again: ") : password;
    int code = EXIT_FAILURE;
    if (const auto why = unusable(*password); !why.empty())
        say(err, "Error: " + std::string(why) + "\n");
    else if (!again || *again != *password)
        say(err, "Error: that was another password\n");
    else if (const auto hash = password::hash(*password); !hash)
        say(err, "Error: " + to_string(hash.error()) + "\n");
    else
        code = say(out, "password_hash = " + quoted(*hash) + "\n") ? EXIT_SUCCESS : EXIT_FAILURE;
    ::OPENSSL_cleanse(password->data(), password->size());
    return code;
}

int hash_password() { return hash_password(STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO); }

} // namespace upright::upsd
