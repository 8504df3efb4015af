// upsmon in every mix: whoever made it, the server and the drivers, and primary and secondary of different
// makers. It does what Debian's does through Debian's upsd, from the login to SHUTDOWNCMD.
#include "tests/interop/monitor.hpp"
#include "tests/interop/recording_proxy.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <future>

namespace upright::test {
namespace {

using Journal = std::vector<std::string>;

const std::string kOnBattery = "ONBATT u@$ UPS u@$ on battery";
const std::string kLow = "LOWBATT u@$ UPS u@$ battery is low";
const std::string kDown = "shut down";
const std::string kGoing = "SHUTDOWN  Auto logout and shutdown proceeding";

Setup guarded()
{
    return {.sections = "[u]\ndriver = dummy-ups\nport = one.dev\n",
            .upses = {"u"},
            .files = {{"one.dev", "ups.status: OL\nbattery.charge: 90\n"}},
            .users = "[admin]\npassword = pw\nactions = SET\n"
                     "[mon]\npassword = pw\nupsmon primary\n[second]\npassword = pw\nupsmon secondary\n"
                     "[old]\npassword = pw\nupsmon master\n"};
}

struct Cast {
    By drivers, server, primary, second;
};

std::string text_of(const Cast& cast)
{
    return fmt::format("{}driver, {}server, {}primary, {}second", whose(cast.drivers), whose(cast.server),
                       whose(cast.primary), whose(cast.second));
}

constexpr std::array kBoth{By::debian, By::us};

// Each upsmon in every mix of drivers and server.
std::vector<Cast> alone(By upsmon)
{
    std::vector<Cast> casts;
    for (const auto drivers : kBoth)
        for (const auto server : kBoth)
            casts.push_back({drivers, server, upsmon, upsmon});
    return casts;
}

// Each pair of upsmons on each server.
std::vector<Cast> pairs()
{
    std::vector<Cast> casts;
    for (const auto server : kBoth)
        for (const auto primary : kBoth)
            for (const auto second : kBoth)
                casts.push_back({server, server, primary, second});
    return casts;
}

// What Debian's 2.8.0 does not tell, but later ones and ours do: that it waits for its secondaries, and, as a
// primary, that it has set FSD itself.
bool is_newer(const std::string& entry)
{
    return entry.find(": SHUTDOWN_HOSTSYNC ") != std::string::npos || entry.starts_with("primary: FSD ")
           || entry.starts_with("upsmon: FSD ");
}

Journal compared(Journal journal)
{
    std::erase_if(journal, is_newer);
    std::sort(journal.begin(), journal.end()); // whatever the order in which upsmon's children came to write
    return journal;
}

// The scene with each of these casts, side by side: the journals must be the same, and those of Debian's are
// what is expected. To be called with them in front.
void expect_same_everywhere(const std::vector<Cast>& casts, Journal (*play)(const Cast&))
{
    std::vector<std::pair<std::string, std::future<Journal>>> running;
    for (const auto& cast : casts)
        running.emplace_back(text_of(cast), std::async(std::launch::async, play, cast));
    std::optional<Journal> expected;
    for (auto& [cast, result] : running) {
        const auto journal = compared(result.get());
        if (!expected)
            expected = journal;
        EXPECT_FALSE(journal.empty());
        EXPECT_EQ(journal, *expected) << cast;
    }
}

void expect_same_of_both(Journal (*play)(const Cast&))
{
    auto casts = alone(By::debian);
    const auto ours = alone(By::us);
    casts.insert(casts.end(), ours.begin(), ours.end());
    expect_same_everywhere(casts, play);
}

// One step of a scene that other steps build on.
void require(bool held, const Mix& mix, const std::string& what)
{
    if (!held)
        throw std::runtime_error(
            fmt::format("{}driver, {}server: {}", whose(mix.drivers), whose(mix.server), what));
}

TEST(UpsmonOfBoth, FollowsAUpsFromBeforeItsDriver) // Traps 11, 81, 82
{
    expect_same_of_both([](const Cast& cast) {
        auto setup = guarded();
        setup.upses.clear();
        Mix mix(cast.drivers, cast.server, setup);
        const Monitor monitor(cast.primary, mix, {.monitor = "u@$ 1 mon pw primary"});
        require(monitor.writes("COMMBAD u@$ Communications with UPS u@$ lost")
                    && monitor.writes("NOCOMM u@$ UPS u@$ is unavailable"),
                mix, "no driver yet");
        RawClient client(mix.port);
        client.send("LIST CLIENT u\n");
        require(client.until("END ").size() == 3, mix, "logged in to a UPS without driver");

        mix.start_driver("u");
        require(monitor.writes("COMMOK u@$ Communications with UPS u@$ established"), mix, "driver");
        require(mix.set_status("u", "OB") && monitor.writes("ONBATT u@$ UPS u@$ on battery"), mix, "OB");
        require(mix.set_status("u", "OL") && monitor.writes("ONLINE u@$ UPS u@$ on line power"), mix, "OL");
        require(mix.set_status("u", "OL RB")
                    && monitor.writes("REPLBATT u@$ UPS u@$ battery needs to be replaced"),
                mix, "RB");
        require(mix.ask("GET NUMLOGINS u") == "NUMLOGINS u 1", mix, "one login");
        mix.stop_drivers();
        require(monitor.writes("COMMBAD u@$ Communications with UPS u@$ lost", 2), mix, "driver gone");
        return monitor.journal();
    });
}

TEST(UpsmonOfBoth, SecondaryShutsDownBeforeThePrimary) // Traps 23, 84, 85, 87
{
    expect_same_everywhere(pairs(), [](const Cast& cast) {
        const Mix mix(cast.drivers, cast.server, guarded());
        const Monitor primary(cast.primary, mix,
                              {"primary", "u@$ 1 old pw primary", "HOSTSYNC 60\n"}); // no use of it
        const Monitor second(cast.second, mix, {"second", "u@$ 1 second pw secondary", "HOSTSYNC 60\n"});
        require(mix.answers("GET NUMLOGINS u", "NUMLOGINS u 2"), mix,
                "two logins: " + primary.process->err() + second.process->err());

        require(mix.set_status("u", "OB LB"), mix, "OB LB");
        for (const auto* const one : {&primary, &second})
            for (const auto& entry : {kOnBattery, kLow, kGoing, kDown})
                require(one->writes(entry), mix,
                        entry + " is not in " + testing::PrintToString(one->journal()) + one->process->err());
        require(second.writes("FSD u@$ UPS u@$: forced shutdown in progress"), mix,
                "FSD reaches the secondary");
        auto journal = primary.journal();
        const auto at = [&](const std::string& entry) {
            return std::find(journal.begin(), journal.end(), entry);
        };
        require(at("second: shut down") < at("primary: shut down"), mix,
                "the primary waits for its secondary");
        require(mix.ask("GET VAR u ups.status") == "VAR u ups.status \"FSD OB LB\"", mix, "FSD");
        require(mix.answers("GET NUMLOGINS u", "NUMLOGINS u 0"), mix, "both logged out");
        require(primary.process->wait().exit_code == 0 && second.process->wait().exit_code == 0, mix, "ends");
        for (const auto* const one : {&primary, &second}) // ours says more: of which boot it is
            require(one->scratch.read("killpower").starts_with("upsmon-shutdown-file"), mix, "flag");
        return journal;
    });
}

TEST(UpsmonOfBoth, PrimaryWaitsForASilentSecondaryNoLongerThanHostsync) // Trap 87
{
    expect_same_of_both([](const Cast& cast) {
        const Mix mix(cast.drivers, cast.server, guarded());
        RawClient silent(mix.port);
        silent.ask("USERNAME second");
        silent.ask("PASSWORD pw");
        require(silent.ask("LOGIN u") == "OK", mix, "login");
        const Monitor primary(cast.primary, mix, {.monitor = "u@$ 1 mon pw master", .more = "HOSTSYNC 2\n"});
        require(mix.answers("GET NUMLOGINS u", "NUMLOGINS u 2"), mix, "two logins");

        require(mix.set_status("u", "OB LB"), mix, "OB LB");
        require(primary.is_shut_down(), mix, "shut down: " + primary.process->err());
        require(primary.writes(kGoing), mix, "tells it");
        require(primary.process->err().find("Host sync timer expired, forcing shutdown") != std::string::npos,
                mix, primary.process->err());
        return primary.journal();
    });
}

TEST(UpsmonOfBoth, ForcesAShutdownWhenAsked)
{
    expect_same_of_both([](const Cast& cast) {
        const Mix mix(cast.drivers, cast.server, guarded());
        const Monitor primary(cast.primary, mix, {.monitor = "u@$ 1 mon pw primary"});
        require(mix.answers("GET NUMLOGINS u", "NUMLOGINS u 1"), mix, "login");

        const auto asked = primary.force_shutdown();
        require(asked.exit_code == 0, mix, asked.err);
        require(primary.is_shut_down() && primary.writes(kGoing), mix, "shut down");
        require(mix.ask("GET VAR u ups.status") == "VAR u ups.status \"FSD OL\"", mix, "FSD");
        return primary.journal();
    });
}

TEST(UpsmonOfBoth, ForcesTheShutdownOfSecondariesWhenAsked)
{
    expect_same_everywhere(pairs(), [](const Cast& cast) {
        const Mix mix(cast.drivers, cast.server, guarded());
        const Monitor primary(cast.primary, mix, {"primary", "u@$ 1 mon pw primary", "HOSTSYNC 60\n"});
        const Monitor second(cast.second, mix, {"second", "u@$ 1 second pw secondary", "HOSTSYNC 60\n"});
        require(mix.answers("GET NUMLOGINS u", "NUMLOGINS u 2"), mix, "two logins");

        const auto asked = primary.force_shutdown();
        require(asked.exit_code == 0, mix, asked.err);
        require(second.is_shut_down() && primary.is_shut_down(), mix, "shut down");
        require(primary.writes(kGoing) && second.writes(kGoing), mix, "tell it");
        require(second.writes("FSD u@$ UPS u@$: forced shutdown in progress"), mix, "FSD");
        return primary.journal();
    });
}

TEST(UpsmonOfBoth, SecondaryActsAloneWhenItsPrimaryWasKilled) // Trap 84
{
    expect_same_everywhere(pairs(), [](const Cast& cast) {
        const Mix mix(cast.drivers, cast.server, guarded());
        const auto primary =
            std::make_unique<Monitor>(cast.primary, mix, Duty{"primary", "u@$ 1 mon pw primary"});
        const Monitor second(cast.second, mix, {"second", "u@$ 1 second pw secondary", "HOSTSYNC 2\n"});
        require(mix.answers("GET NUMLOGINS u", "NUMLOGINS u 2"), mix, "two logins");
        primary->kill();
        require(mix.answers("GET NUMLOGINS u", "NUMLOGINS u 1"), mix, "one login");

        require(mix.set_status("u", "OB LB"), mix, "OB LB");
        require(second.is_shut_down() && second.writes(kGoing), mix, "shut down: " + second.process->err());
        require(second.process->err().find("Giving up on the primary for UPS [") != std::string::npos, mix,
                second.process->err());
        require(mix.ask("GET VAR u ups.status") == "VAR u ups.status \"OB LB\"", mix, "it sets no FSD");
        return second.journal();
    });
}

TEST(UpsmonOfBoth, ShutsDownWhenItsServerIsLostOnBattery) // Trap 83
{
    expect_same_of_both([](const Cast& cast) {
        const Mix mix(cast.drivers, cast.server, guarded());
        const Monitor monitor(cast.primary, mix,
                              {.monitor = "u@$ 1 mon pw primary", .more = "DEADTIME 3\nHOSTSYNC 1\n"});
        require(mix.answers("GET NUMLOGINS u", "NUMLOGINS u 1"), mix, "login");
        require(mix.set_status("u", "OB") && monitor.writes(kOnBattery), mix, "OB");

        mix.upsd->signal(SIGKILL);
        require(monitor.is_shut_down() && monitor.writes(kGoing), mix,
                "shut down: " + monitor.process->err());
        require(monitor.writes("COMMBAD u@$ Communications with UPS u@$ lost"), mix, "lost");
        return monitor.journal();
    });
}

TEST(OurUpsmon, PollsAServerThatDoesNotTell) // M3
{
    const Mix mix(By::debian, By::debian, guarded());
    const RecordingProxy wire(mix.port);
    const Monitor monitor(By::us, mix,
                          {.monitor = "u@$ 1 mon pw primary",
                           .more = "SHUTDOWNWHEN * all onbattery 1 charge 30\n",
                           .address = "127.0.0.1:" + std::to_string(wire.port())});
    const auto polls = [&] {
        const auto words = wire.from_clients();
        int count = 0;
        for (auto at = words.find("GET VAR u ups.status\n"); at != std::string::npos;
             at = words.find("GET VAR u ups.status\n", at + 1))
            ++count;
        return count;
    };
    const auto began = std::chrono::steady_clock::now();
    EXPECT_TRUE(eventually([&] { return polls() >= 4; })) << wire.from_clients();
    EXPECT_GE(std::chrono::steady_clock::now() - began, 2s); // POLLFREQ 1, and it asks no more often

    // Every two seconds the battery has less.
    mix.scratch.write("one.dev", "ups.status: OB\nbattery.charge: 90\nTIMER 2\nbattery.charge: 50\nTIMER 2\n"
                                 "battery.charge: 29\nTIMER 600\n");
    EXPECT_TRUE(eventually([&] { return monitor.is_shut_down(); }, 30s)) << monitor.process->err();
    EXPECT_EQ(mix.ask("GET VAR u ups.status"), "VAR u ups.status \"FSD OB\"");
}

TEST(UpsmonOfBoth, SaysWhyItMayNot)
{
    struct Case {
        std::string monitor;
        std::string complaint; // of Debian's
        std::string ours;      // in plain words
    };
    const std::vector<Case> cases{
        {"u@$ 1 mon wrong primary", "Login on UPS [u@$] failed - got [ERR ACCESS-DENIED]",
         "Login on UPS [u@$] failed - got [Access denied]"},
        {"u@$ 1 nobody pw secondary", "Login on UPS [u@$] failed - got [ERR ACCESS-DENIED]",
         "Login on UPS [u@$] failed - got [Access denied]"},
        {"u@$ 1 admin pw secondary", "Login on UPS [u@$] failed - got [ERR ACCESS-DENIED]",
         "Login on UPS [u@$] failed - got [Access denied]"},
        {"u@$ 1 second pw primary", "Primary managerial privileges unavailable on UPS [u@$]",
         "Primary managerial privileges unavailable on UPS [u@$]"},
        {"nosuch@$ 1 mon pw primary", "Login on UPS [nosuch@$] failed - got [ERR UNKNOWN-UPS]",
         "Poll UPS [nosuch@$] failed - [nosuch] does not exist on server 127.0.0.1"},
    };
    for (const auto server : kBoth)
        for (const auto by : kBoth) {
            const Mix mix(By::us, server, guarded());
            std::vector<std::unique_ptr<Monitor>> monitors;
            for (const auto& one : cases)
                monitors.push_back(std::make_unique<Monitor>(by, mix, Duty{.monitor = one.monitor}));
            for (std::size_t i = 0; i < cases.size(); ++i) {
                const auto& complaint = by == By::us ? cases[i].ours : cases[i].complaint;
                const auto complains = [&] {
                    return mix.common_form(monitors[i]->process->err()).find(complaint) != std::string::npos;
                };
                EXPECT_TRUE(eventually(complains)) << whose(server) << monitors[i]->process->err();
            }
        }
}

} // namespace
} // namespace upright::test
