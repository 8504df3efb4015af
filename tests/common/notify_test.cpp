// What a service manager hears, at a socket of its own.
#include "common/daemon/notify.hpp"

#include "tests/support/process.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cstdlib>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace upright {
namespace {

using namespace std::chrono_literals;

class Notify : public testing::Test {
protected:
    ~Notify() override
    {
        for (const auto* const name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
            ::unsetenv(name);
        ::close(manager_);
    }

    // A name that begins with @ belongs to no file.
    void listen(const std::string& name)
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        name.copy(address.sun_path, name.size());
        if (name[0] == '@')
            address.sun_path[0] = '\0';
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        ASSERT_EQ(::bind(manager_, reinterpret_cast<const sockaddr*>(&address), size), 0);
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    }

    std::string heard() const
    {
        std::array<char, 256> block{};
        const auto got = ::recv(manager_, block.data(), block.size(), MSG_DONTWAIT);
        return got < 0 ? "<nothing>" : std::string(block.data(), static_cast<std::size_t>(got));
    }

    int manager_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

TEST_F(Notify, TellsTheManager)
{
    const test::Scratch scratch;
    listen(scratch.file("notify"));

    notify::ready();
    EXPECT_EQ(heard(), "READY=1\nMAINPID=" + std::to_string(::getpid()));
    notify::reloading();
    EXPECT_THAT(heard(), testing::MatchesRegex("RELOADING=1\nMONOTONIC_USEC=[0-9]+"));
    notify::status("12 UPSes");
    EXPECT_EQ(heard(), "STATUS=12 UPSes");
    notify::watchdog();
    EXPECT_EQ(heard(), "WATCHDOG=1");
    notify::stopping();
    EXPECT_EQ(heard(), "STOPPING=1");
}

TEST_F(Notify, ReachesASocketWithoutAFile)
{
    listen("@upright-notify-" + std::to_string(::getpid()));

    notify::stopping();

    EXPECT_EQ(heard(), "STOPPING=1");
}

TEST_F(Notify, SaysNothingWithoutAManager)
{
    notify::ready();
    for (const auto* const name : {"", "/", "relative", "/nonexistent/socket"}) {
        ::setenv("NOTIFY_SOCKET", name, 1);
        notify::ready();
    }
    ::setenv("NOTIFY_SOCKET", ("/" + std::string(200, 'x')).c_str(), 1);
    notify::ready();
}

TEST_F(Notify, FeedsTheWatchdogTwiceInItsTime)
{
    EXPECT_EQ(notify::watchdog_interval(), std::nullopt);
    ::setenv("WATCHDOG_USEC", "30000000", 1);
    EXPECT_EQ(notify::watchdog_interval(), 15s);
    ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
    EXPECT_EQ(notify::watchdog_interval(), 15s);
    ::setenv("WATCHDOG_PID", "1", 1); // meant for another process
    EXPECT_EQ(notify::watchdog_interval(), std::nullopt);
    notify::take_over_watchdog(2); // not that of our parent
    EXPECT_FALSE(notify::watchdog_interval());
    notify::take_over_watchdog(1);
    EXPECT_TRUE(notify::watchdog_interval());
    ::unsetenv("WATCHDOG_PID");
    for (const auto* const nonsense : {"", "0", "-5", "soon"}) {
        ::setenv("WATCHDOG_USEC", nonsense, 1);
        EXPECT_EQ(notify::watchdog_interval(), std::nullopt) << nonsense;
    }
}

} // namespace
} // namespace upright
