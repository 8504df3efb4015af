// Our upssched beside Debian's, under Debian's upsmon, and between halves of both: what CMDSCRIPT is called
// with must be the same; what does not understand each other must end all the same.
#include "tests/interop/monitor.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <sstream>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace upright::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

// Who listens there; nobody: -1.
pid_t listener(const std::string& path)
{
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, path.size());
    ucred credentials{-1, 0, 0};
    socklen_t size = sizeof credentials;
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
        ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size);
    ::close(fd);
    return credentials.pid;
}

class Scene {
public:
    Scene(const Peers& peers, const std::string& rules) : peers_(peers)
    {
        const auto script =
            scratch.write("script", fmt::format("#!/bin/sh\necho \"$*\" >>{}\n", scratch.file("out")));
        fs::permissions(script, fs::perms(0755));
        conf(fmt::format("CMDSCRIPT {}\nPIPEFN {}\nLOCKFN {}\n{}", script, scratch.file("pipe"),
                         scratch.file("lock"), rules));
    }
    Scene(const Scene&) = delete;
    Scene& operator=(const Scene&) = delete;
    ~Scene()
    {
        if (const auto pid = listener(scratch.file("pipe")); pid > 1)
            ::kill(pid, SIGKILL);
    }

    void conf(std::string_view text) const { scratch.write("upssched.conf", text); }

    Finished call(By whose, const std::map<std::string, std::string>& event,
                  std::vector<std::string> arguments = {}) const
    {
        auto environment = peers_.environment(scratch);
        environment.insert(event.begin(), event.end());
        arguments.insert(arguments.begin(),
                         whose == By::us ? program("upssched") : peers_.program("upssched"));
        if (whose == By::debian) { // its daemon stays in the process group, which ends with the call
            arguments.insert(arguments.begin(), {"/usr/bin/setsid", "--wait"});
            arguments = peers_.apart(arguments);
        }
        return run(arguments, environment, 60s);
    }
    Finished event(By whose, const std::string& type, const std::string& ups = "desk@h") const
    {
        return call(whose, {{"NOTIFYTYPE", type}, {"UPSNAME", ups}});
    }

    std::vector<std::string> out() const
    {
        std::vector<std::string> lines;
        std::istringstream text(scratch.read("out"));
        for (std::string line; std::getline(text, line);)
            lines.push_back(line);
        return lines;
    }
    bool writes(std::size_t count) const
    {
        return eventually([&] { return out().size() >= count; }, 30s);
    }

    Scratch scratch;

private:
    const Peers& peers_;
};

TEST(UpsschedBesideDebians, CallsTheScriptTheSame)
{
    const Peers peers;
    const auto play = [&](By whose) {
        const Scene scene(peers,
                          "AT onbatt * EXECUTE \"at once\"\nAT ONBATT desk@h START-TIMER soon 1\n"
                          "AT ONBATT * START-TIMER late 60\nAT ONBATT rack@h EXECUTE not-this\n"
                          "AT ONLINE * CANCEL-TIMER late too-late\nAT ONLINE * CANCEL-TIMER soon passed\n"
                          "AT ONLINE * CANCEL-TIMER nothing\nAT COMMOK * CANCEL-TIMER nothing none\n"
                          "AT LOWBATT * START-TIMER bogus -1\nAT LOWBATT * EXECUTE\n");
        const auto expect_success = [&](const std::string& type, std::size_t lines) {
            SCOPED_TRACE(whose == By::us ? "ours " + type : "Debian's " + type);
            EXPECT_EQ(scene.event(whose, type).exit_code, 0);
            EXPECT_TRUE(scene.writes(lines));
        };
        expect_success("COMMOK", 1);
        expect_success("ONBATT", 3);
        expect_success("LOWBATT", 3);
        expect_success("ONLINE", 4); // once: the next would find that Debian's daemon has crashed
        return scene.out();
    };

    const auto debians = play(By::debian);

    EXPECT_THAT(debians, ElementsAre("none", "at once", "soon", "passed"));
    EXPECT_EQ(play(By::us), debians);
}

TEST(UpsschedBesideDebians, RefusesTheSameFiles)
{
    const Peers peers;
    const Scene scene(peers, "");
    const auto expect_same = [&] {
        const auto ours = scene.event(By::us, "ONBATT");
        const auto debians = scene.event(By::debian, "ONBATT");
        EXPECT_EQ(ours.out, debians.out);
        EXPECT_EQ(ours.err, debians.err);
        EXPECT_EQ(ours.exit_code, debians.exit_code);
        EXPECT_EQ(debians.exit_code, 1);
    };
    for (const auto* const text :
         {"AT ONLINE x EXECUTE x\n", "CMDSCRIPT x\nAT ONLINE x EXECUTE x\n",
          "CMDSCRIPT x\nPIPEFN p\nAT ONLINE x EXECUTE x\nLOCKFN l\n", "PIPEFN p\nLOCKFN l\nAT a b c d\n"}) {
        SCOPED_TRACE(text);
        scene.conf(text);
        expect_same();
    }
    fs::remove(scene.scratch.file("upssched.conf"));
    expect_same();
}

TEST(UpsschedBesideDebians, RefusesToRunWithoutAnEvent)
{
    const Peers peers;
    const Scene scene(peers, "");

    const auto ours = scene.call(By::us, {{"UPSNAME", "x"}});
    const auto debians = scene.call(By::debian, {{"UPSNAME", "x"}});

    EXPECT_EQ(ours.exit_code, debians.exit_code);
    const std::string second = "\nThis program should only be run from upsmon.\n";
    EXPECT_EQ(debians.out, "Error: UPSNAME and NOTIFYTYPE must be set." + second);
    EXPECT_EQ(ours.out,
              "Error: environment variables UPSNAME and NOTIFYTYPE must be set." + second); // as since 2.8.1
}

// As after an upgrade that met running timers.
TEST(UpsschedBetweenHalves, EndsWhoeverTheDaemonIs)
{
    const Peers peers;
    for (const auto first : {By::us, By::debian}) {
        const auto second = first == By::us ? By::debian : By::us;
        SCOPED_TRACE(whose(first) + "daemon");
        const Scene scene(peers, "AT ONBATT * START-TIMER late 60\nAT ONLINE * CANCEL-TIMER late passed\n");
        EXPECT_EQ(scene.event(first, "ONBATT").exit_code, 0);

        for (const auto* const type : {"ONBATT", "ONLINE"})
            EXPECT_NE(scene.event(second, type).exit_code, 137) << type; // ended by itself
        EXPECT_NE(scene.call(By::us, {}, {"-l"}).exit_code, 137);
        if (first == By::us) { // Debian's daemon may have crashed by now
            EXPECT_EQ(scene.event(first, "ONLINE").exit_code, 0);
        }
    }
}

TEST(DebiansUpsmon, DrivesOurTimers) // Trap 92
{
    Mix mix(By::us, By::us,
            {.sections = "[u]\ndriver = dummy-ups\nport = one.dev\n",
             .upses = {"u"},
             .files = {{"one.dev", "ups.status: OL\nbattery.charge: 90\n"}},
             .users = "[admin]\npassword = pw\nactions = SET\n[mon]\npassword = pw\nupsmon primary\n"});
    const Scene scene(mix.peers,
                      fmt::format("AT ONBATT u@{0} START-TIMER soon 1\nAT ONBATT * START-TIMER late 600\n"
                                  "AT ONLINE u@{0} CANCEL-TIMER late\nAT ONLINE * CANCEL-TIMER late none\n",
                                  mix.address()));
    const Monitor monitor(By::debian, mix,
                          {.monitor = "u@$ 1 mon pw primary",
                           .more = fmt::format("NOTIFYCMD \"NUT_CONFPATH={} {}\"\n", scene.scratch.path(),
                                               program("upssched"))});
    ASSERT_TRUE(eventually([&] { return mix.ask("GET NUMLOGINS u") == "NUMLOGINS u 1"; }, 30s));

    ASSERT_TRUE(mix.set_status("u", "OB"));
    EXPECT_TRUE(scene.writes(1));
    ASSERT_TRUE(mix.set_status("u", "OL"));
    EXPECT_TRUE(scene.writes(2));

    EXPECT_THAT(scene.out(), ElementsAre("soon", "none"));
}

} // namespace
} // namespace upright::test
