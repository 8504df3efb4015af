// upsmon's processes: who ends when whom ends, what a reload changes, what a service manager hears, and that
// neither a script that hangs nor a full disk keeps a host from its shutdown.
#include "tests/e2e/watched.hpp"

#include <array>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

namespace upright::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
namespace fs = std::filesystem;

class UpsmonProcess : public Watched {};

// The socket of a service manager.
class Manager {
public:
    explicit Manager(const std::string& path)
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, path.size());
        bound_ = ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        fs::permissions(path, fs::perms::all);
    }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;
    ~Manager() { ::close(socket_); }

    // A message that begins so comes soon.
    std::string hears(const std::string& start)
    {
        std::string found;
        EXPECT_TRUE(bound_ && eventually([&] {
                        std::array<char, 256> block{};
                        const auto got = ::recv(socket_, block.data(), block.size(), MSG_DONTWAIT);
                        if (got > 0)
                            found.assign(block.data(), static_cast<std::size_t>(got));
                        return found.starts_with(start);
                    }))
            << start;
        return found;
    }

private:
    int socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool bound_ = false;
};

TEST_F(UpsmonProcess, KillOfTheParentIsTold)
{
    serve();
    const auto upsmon = guard();
    ASSERT_TRUE(upsmon->is_protected());

    upsmon->process->signal(SIGKILL);

    EXPECT_TRUE(upsmon->writes("NOPARENT  upsmon parent process died - shutdown impossible"));
    const auto status = upsmon->upsmon({"--status"});
    EXPECT_EQ(status.exit_code, 1);
    EXPECT_THAT(status.out, HasSubstr("This host is NOT PROTECTED: upsmon's privileged process has gone\n"));
    EXPECT_TRUE(has_logins(1)); // it goes on watching
}

TEST_F(UpsmonProcess, KillOfTheChildEndsTheParent)
{
    serve();
    const auto upsmon = guard();
    ASSERT_TRUE(upsmon->is_protected());

    ::kill(upsmon->child(), SIGKILL);

    const auto ended = upsmon->process->wait();
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.err, HasSubstr("upsmon parent: exiting (child exited)"));
    EXPECT_TRUE(has_logins(0));
    EXPECT_EQ(upsmon->count("shut down"), 0);
    upsmon->start(); // what the dead one has left is no obstacle
    EXPECT_TRUE(upsmon->is_protected()) << upsmon->process->err();
}

TEST_F(UpsmonProcess, TermToTheParentEndsBothAndLogsOutEverywhere)
{
    serve({"u", "v"});
    for (const int number : {SIGTERM, SIGINT, SIGQUIT}) {
        const auto upsmon = guard("u@$ 1 mon pw primary\nv@$ 1 mon pw primary");
        ASSERT_TRUE(upsmon->is_protected());
        const auto child = upsmon->child();

        upsmon->process->signal(number);

        EXPECT_EQ(upsmon->process->wait().exit_code, 0) << upsmon->process->err();
        EXPECT_TRUE(has_logins(0, "u"));
        EXPECT_TRUE(has_logins(0, "v"));
        EXPECT_TRUE(is_gone(child));
        EXPECT_THAT(upsmon->process->err(), HasSubstr(fmt::format("Signal {}: exiting", number)));
        EXPECT_FALSE(fs::exists(upsmon->scratch.file("upsmon.pid")));
    }
    EXPECT_THAT(upsd->err(), HasSubstr("logged out from UPS [v]"));
}

// A service manager may tell both processes, and each hand of an impatient user once more.
TEST_F(UpsmonProcess, TermAgainAndAgainIsOneEnd)
{
    serve();
    for (int i = 0; i < 5; ++i) {
        const auto upsmon = guard();
        ASSERT_TRUE(upsmon->is_protected());

        const auto child = upsmon->child();
        const auto limit = std::chrono::steady_clock::now() + 15s;
        upsmon->process->signal(SIGTERM);
        while (!is_gone(child) && std::chrono::steady_clock::now() < limit)
            ::kill(child, SIGTERM);

        EXPECT_EQ(upsmon->process->wait().exit_code, 0) << upsmon->process->err();
        EXPECT_FALSE(fs::exists(upsmon->scratch.file("upsmon.pid")));
        EXPECT_FALSE(fs::exists(upsmon->scratch.file("upsmon.sock")));
    }
}

TEST_F(UpsmonProcess, ReloadKeepsLogins)
{
    serve({"u", "v"});
    const auto upsmon = guard();
    ASSERT_TRUE(upsmon->is_protected());
    const auto before = site.list("LIST CLIENT u");

    upsmon->configure("u@$ 1 mon pw primary\nv@$ 1 mon pw primary", "");
    upsmon->reload();
    EXPECT_TRUE(has_logins(1, "v"));
    upsmon->configure("u@$ 1 mon pw primary", "NOTIFYMSG ONBATT \"%s: dark\"\n");
    upsmon->reload();
    EXPECT_TRUE(has_logins(0, "v"));
    upsmon->reload();
    set_status("OB");
    EXPECT_TRUE(upsmon->writes("ONBATT u@$ u@$: dark"));

    EXPECT_EQ(site.list("LIST CLIENT u"), before);
    const auto log = upsd->err();
    const std::string login = "logged into UPS [u]";
    EXPECT_EQ(log.find(login), log.rfind(login)) << log; // once and for all
    EXPECT_EQ(upsmon->count("COMM"), 0);
}

TEST_F(UpsmonProcess, BadReloadChangesNothing)
{
    serve();
    const auto upsmon = guard();
    ASSERT_TRUE(upsmon->is_protected());

    upsmon->configure("u@$ 0 mon pw primary", "");
    upsmon->reload();
    EXPECT_TRUE(upsmon->logs("Reload failed: ", 1));
    upsmon->scratch.write("upsmon.conf", "");
    upsmon->reload();
    EXPECT_TRUE(upsmon->logs("Reload failed: ", 2));
    fs::remove(upsmon->scratch.file("upsmon.conf"));
    upsmon->reload();
    EXPECT_TRUE(upsmon->logs("Reload failed: ", 3));

    EXPECT_TRUE(upsmon->is_protected());
    EXPECT_TRUE(has_logins(1));
    set_status("OB LB");
    EXPECT_TRUE(upsmon->is_shut_down()) << upsmon->process->err();
}

TEST_F(UpsmonProcess, ReloadReachesNotThePrivilegedProcess)
{
    serve();
    const auto upsmon = guard();
    ASSERT_TRUE(upsmon->is_protected());
    upsmon->configure("u@$ 1 mon pw primary",
                      fmt::format("SHUTDOWNCMD \"echo evil >> {0}/journal\"\nPOWERDOWNFLAG {0}/evil\n",
                                  upsmon->scratch.path()));
    upsmon->reload();
    ASSERT_TRUE(upsmon->logs("SHUTDOWNCMD redefined"));

    set_status("OB LB");

    EXPECT_TRUE(upsmon->is_shut_down()) << upsmon->process->err();
    EXPECT_THAT(upsmon->journal(), testing::Not(Contains("evil")));
    EXPECT_TRUE(fs::exists(upsmon->scratch.file("killpower")));
    EXPECT_FALSE(fs::exists(upsmon->scratch.file("evil")));
}

TEST_F(UpsmonProcess, NotifycmdThatHangsDelaysNoShutdown)
{
    serve();
    Guard::Wish wish;
    wish.notify = R"(echo $$ >> "$JOURNAL.pids"; echo "hangs" >> "$JOURNAL"; exec /bin/sleep 600)";
    const auto upsmon = guard(wish);
    ASSERT_TRUE(upsmon->is_protected());
    for (int i = 0; i < 40; ++i) { // more events than may hang at once
        set_status("OB");
        set_status("OL");
    }

    set_status("OB LB");

    EXPECT_TRUE(upsmon->is_shut_down()) << upsmon->process->err();
    EXPECT_EQ(upsmon->process->wait().exit_code, 0);
    std::istringstream pids(upsmon->scratch.read("journal.pids"));
    for (pid_t pid = 0; pids >> pid;)
        ::kill(pid, SIGKILL);
}

TEST_F(UpsmonProcess, DiskFullWhileWritingTheFlagIsNoObstacle)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "needs a mount namespace";
    serve();
    const Scratch disk;
    Guard::Wish wish;
    wish.more = "POWERDOWNFLAG " + disk.file("killpower") + "\n";
    wish.before = {
        "/usr/bin/unshare",
        "--mount",
        "/bin/sh",
        "-c",
        fmt::format("mount -t tmpfs -o size=4k none {0} && head -c 4096 /dev/zero > {0}/all && exec \"$@\"",
                    disk.path()),
        "sh"};
    const auto upsmon = guard(wish);
    ASSERT_TRUE(upsmon->is_protected()) << upsmon->process->err();

    set_status("OB LB");

    EXPECT_TRUE(upsmon->is_shut_down()) << upsmon->process->err();
    EXPECT_TRUE(upsmon->logs("The power down flag can't be written"));
    EXPECT_EQ(upsmon->process->wait().exit_code, 0);
}

TEST_F(UpsmonProcess, TellsItsServiceManager)
{
    serve();
    Guard::Wish wish;
    const Scratch place;
    Manager manager(place.file("manager"));
    fs::permissions(place.path(), fs::perms::all);
    wish.environment = {{"NOTIFY_SOCKET", place.file("manager")}, {"WATCHDOG_USEC", "400000"}};
    const auto upsmon = guard(wish);

    const auto ready = manager.hears("READY=1");
    EXPECT_EQ(ready, fmt::format("READY=1\nMAINPID={}", upsmon->child()));
    manager.hears("WATCHDOG=1");
    upsmon->reload();
    manager.hears("RELOADING=1\nMONOTONIC_USEC=");
    manager.hears("READY=1");
    manager.hears("WATCHDOG=1");
    EXPECT_EQ(upsmon->stop(), 0);
    manager.hears("STOPPING=1");
}

TEST_F(UpsmonProcess, WrongPasswordIsToldUntilItIsRight)
{
    serve();
    Guard::Wish wish;
    wish.monitor = "u@$ 1 mon wrong primary";
    const auto upsmon = guard(wish);
    EXPECT_TRUE(upsmon->writes("UNPROTECTED u@$ UPS u@$: this host is not protected: Access denied"));
    const auto status = upsmon->upsmon({"--status"});
    EXPECT_EQ(status.exit_code, 1);
    EXPECT_THAT(status.out, HasSubstr("NOT PROTECTED"));
    EXPECT_THAT(status.out, HasSubstr("the server refuses our login: Access denied"));
    EXPECT_THAT(upsmon->upsmon({"--status", "-j"}).out, HasSubstr("\"protected\": false"));

    site.scratch.write("upsd.users", "[mon]\npassword = wrong\nupsmon primary\n");
    upsd->signal(SIGHUP);

    EXPECT_TRUE(eventually(
        [&] { return upsmon->count("PROTECTED u@$ UPS u@$: this host is protected again") > 0; }, 18s));
    EXPECT_TRUE(upsmon->is_protected());
    EXPECT_EQ(upsmon->count("UNPROTECTED"), 1);
}

} // namespace
} // namespace upright::test
