#include "tests/bench/attackers.hpp"

#include "tests/bench/sockets.hpp"

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <string>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace upright::bench {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// A connection that is gone with a reset.
class Connection {
public:
    explicit Connection(int fd) : fd_(fd) {}
    Connection(Connection&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection()
    {
        if (fd_ >= 0)
            reset(fd_);
    }
    bool say(std::string_view text) const
    {
        return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
    }
    bool hear() const
    {
        char block[4096];
        return ::recv(fd_, block, sizeof block, 0) > 0;
    }
    int fd() const noexcept { return fd_; }

private:
    int fd_;
};

void storm(int port)
{
    constexpr int kSteps = 100;
    constexpr int kEachStep = 100;
    constexpr auto kStep = 10ms;
    std::vector<Connection> open;
    auto next = Clock::now();
    for (int step = 0; step < kSteps; ++step) {
        for (int i = 0; i < kEachStep; ++i)
            open.emplace_back(begin_to_connect(port)).say("VER\n");
        next += kStep;
        std::this_thread::sleep_until(next);
    }
}

void guess_once(int port)
{
    constexpr timeval kPatience{1, 0};
    const Connection connection(connect_to(port));
    ::setsockopt(connection.fd(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    connection.say("USERNAME admin\nPASSWORD wrong\nLOGIN bench\n");
    while (connection.hear()) {
    }
}

// Says `text` on `count` connections as fast as they take it, and reads nothing.
void talk(int port, int count, const std::string& text)
{
    std::vector<int> open(static_cast<std::size_t>(count), -1);
    for (;;) {
        bool stuck = true;
        for (auto& fd : open) {
            if (fd < 0) {
                fd = connect_to(port);
                ::fcntl(fd, F_SETFL, O_NONBLOCK);
            }
            const auto sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
            stuck = stuck && sent < 0;
            if (sent < 0 && errno != EAGAIN) {
                ::close(fd);
                fd = -1;
            }
        }
        if (stuck)
            std::this_thread::sleep_for(1ms);
    }
}

void endless(int port) { talk(port, 4, std::string(65536, 'A')); }

void deaf(int port)
{
    std::string lists;
    for (int i = 0; i < 200; ++i)
        lists += "LIST VAR bench\n";
    talk(port, 16, lists);
}

// The first message of a TLS handshake.
std::string client_hello()
{
    auto* const context = ::SSL_CTX_new(TLS_client_method());
    auto* const ssl = ::SSL_new(context);
    auto* const out = ::BIO_new(BIO_s_mem());
    ::SSL_set_bio(ssl, ::BIO_new(BIO_s_mem()), out);
    ::SSL_connect(ssl);
    std::array<char, 4096> block{};
    const auto size = ::BIO_read(out, block.data(), static_cast<int>(block.size()));
    ::SSL_free(ssl);
    ::SSL_CTX_free(context);
    return {block.data(), static_cast<std::size_t>(size)};
}

// What is sent along with STARTTLS is thrown away, so its answer has to be waited for.
void garbage(int port)
{
    static const std::array texts{std::string(512, '\x17'), client_hello()};
    for (const auto& text : texts) {
        const Connection connection(connect_to(port));
        if (connection.say("STARTTLS\n") && connection.hear() && connection.say(text))
            connection.hear();
    }
}

} // namespace

const std::vector<Attack>& attacks()
{
    static const std::vector<Attack> all{{"storm", storm, 1},
                                         {"guessers", guess_once, 16},
                                         {"endless", endless, 1},
                                         {"garbage", garbage, 2},
                                         {"deaf", deaf, 1}};
    return all;
}

namespace {

[[noreturn]] void go_on(const Attack& attack, int port)
{
    for (;;) {
        try {
            attack.run(port);
        } catch (const std::exception&) { // refused
            std::this_thread::sleep_for(1ms);
        }
    }
}

} // namespace

Attackers::Attackers(int port, const std::vector<Attack>& kinds)
{
    for (const auto& kind : kinds) {
        for (int i = 0; i < kind.processes; ++i) {
            processes_.push_back(::fork());
            if (processes_.back() != 0)
                continue;
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            go_on(kind, port);
        }
    }
}

Attackers::~Attackers()
{
    for (const auto pid : processes_)
        ::kill(pid, SIGKILL);
    for (const auto pid : processes_)
        ::waitpid(pid, nullptr, 0);
}

} // namespace upright::bench
