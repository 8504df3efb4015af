// upsd --hash-password: by a pipe, and at a terminal.
#include "server/upsd/hash_password.hpp"

#include "common/password/password.hpp"
#include "server/upsd/users.hpp"
#include "tests/support/process.hpp"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <termios.h>
#include <thread>
#include <unistd.h>

namespace upright::upsd {
namespace {

using testing::HasSubstr;

// Both ends of a pipe; what was written to it is read at the end.
class Pipe {
public:
    Pipe() { EXPECT_EQ(::pipe(ends_.data()), 0); }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe()
    {
        ::close(ends_[0]);
        finish();
    }
    int in() const { return ends_[0]; }
    int out() const { return ends_[1]; }
    void finish()
    {
        if (ends_[1] >= 0)
            ::close(ends_[1]);
        ends_[1] = -1;
    }
    void write(std::string_view text) const
    {
        EXPECT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    std::string text()
    {
        finish();
        std::string all;
        for (char c = 0; ::read(ends_[0], &c, 1) == 1;)
            all += c;
        return all;
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

struct Answer {
    int code;
    std::string out;
    std::string err;
};

Answer hash_of(std::string_view input)
{
    Pipe in;
    Pipe out;
    Pipe err;
    in.write(input);
    in.finish();
    const int code = hash_password(in.in(), out.out(), err.out());
    return {code, out.text(), err.text()};
}

// The password that the printed line stands for, if it loads and matches.
bool loads_as(const std::string& line, const std::string& password)
{
    const auto loaded = parse_users("upsd.users", "[a]\n" + line, {});
    const auto* const user = loaded.value.find("a");
    return loaded.clean() && user != nullptr && user->password_hash
           && password::matches(password, *user->password_hash);
}

TEST(HashPassword, PrintsALineThatLoads)
{
    for (const std::string password : {"secret", "a \"b\" \\ # = c", " ", "x\t"}) {
        const auto answer = hash_of(password + "\n");
        if (password.find('\t') != password.npos) { // no client could send it
            EXPECT_EQ(answer.code, 1);
            continue;
        }
        EXPECT_EQ(answer.code, 0);
        EXPECT_THAT(answer.out, testing::StartsWith("password_hash = \"$y$"));
        EXPECT_TRUE(answer.out.ends_with("\"\n"));
        EXPECT_TRUE(loads_as(answer.out, password));
        EXPECT_EQ(answer.err, "");
    }
    EXPECT_TRUE(loads_as(hash_of("no newline").out, "no newline"));
}

TEST(HashPassword, RefusesWhatCouldNeverMatch)
{
    for (const std::string input : {"", "\n", "gr\xC3\xBCn\n", "a\x01\n"}) {
        const auto answer = hash_of(input);
        EXPECT_EQ(answer.code, 1);
        EXPECT_EQ(answer.out, "");
        EXPECT_THAT(answer.err, testing::StartsWith("Error: "));
    }
    EXPECT_EQ(hash_of(std::string(511, 'x') + "\n").code, 0);
    EXPECT_EQ(hash_of(std::string(512, 'x') + "\n").code, 1);
}

// A terminal that somebody types at, in a thread of its own.
class Terminal {
public:
    Terminal()
    {
        master_ = ::posix_openpt(O_RDWR | O_NOCTTY);
        EXPECT_EQ(::grantpt(master_) | ::unlockpt(master_), 0);
        slave_ = ::open(::ptsname(master_), O_RDWR | O_NOCTTY); // NOLINT(concurrency-mt-unsafe)
        EXPECT_GE(slave_, 0);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    ~Terminal()
    {
        ::close(slave_);
        ::close(master_);
    }
    int fd() const { return slave_; }
    bool echoes() const
    {
        termios now{};
        ::tcgetattr(slave_, &now);
        return (now.c_lflag & ECHO) != 0;
    }
    // When the prompt is there and nothing is echoed any more.
    void type(std::string_view prompt, std::string_view text)
    {
        EXPECT_TRUE(upright::test::eventually([&] {
            shown_ += seen();
            return shown_.ends_with(prompt) && !echoes();
        })) << shown_;
        EXPECT_EQ(::write(master_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    std::string shown()
    {
        shown_ += seen();
        return shown_;
    }

private:
    std::string seen() const
    {
        pollfd ready{master_, POLLIN, 0};
        std::array<char, 512> block{};
        if (::poll(&ready, 1, 0) != 1)
            return {};
        const auto got = ::read(master_, block.data(), block.size());
        return got > 0 ? std::string(block.data(), static_cast<std::size_t>(got)) : std::string();
    }

    int master_ = -1;
    int slave_ = -1;
    std::string shown_;
};

TEST(HashPassword, AsksTwiceAtATerminalAndShowsNothingOfIt)
{
    Terminal terminal;
    Pipe out;
    int code = -1;
    std::thread program([&] { code = hash_password(terminal.fd(), out.out(), terminal.fd()); });

    terminal.type("Password: ", "secret\n");
    terminal.type("The same again: ", "secret\n");
    program.join();

    EXPECT_EQ(code, 0);
    EXPECT_TRUE(loads_as(out.text(), "secret"));
    EXPECT_TRUE(terminal.echoes());
    EXPECT_THAT(terminal.shown(), testing::Not(HasSubstr("secret")));
}

TEST(HashPassword, IsNotMadeOfTwoDifferentOnes)
{
    Terminal terminal;
    Pipe out;
    int code = -1;
    std::thread program([&] { code = hash_password(terminal.fd(), out.out(), terminal.fd()); });

    terminal.type("Password: ", "secret\n");
    terminal.type("The same again: ", "sectet\n");
    program.join();

    EXPECT_EQ(code, 1);
    EXPECT_EQ(out.text(), "");
    EXPECT_TRUE(upright::test::eventually([&] { // a terminal shows things in its own time
        return terminal.shown().find("Error: that was another password") != std::string::npos;
    }));
}

} // namespace
} // namespace upright::upsd
