// Debian's upsmon through our upsd: it does what it does through Debian's, from the login to SHUTDOWNCMD.
#include "tests/interop/monitor.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
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

// The scene in every mix of drivers and server, side by side; the journals, which must be the same as those
// of Debian's throughout, whatever the order in which upsmon's children came to write.
void expect_same_everywhere(Journal (*play)(By drivers, By server))
{
    std::vector<std::pair<std::string, std::future<Journal>>> running;
    for (const auto drivers : {By::debian, By::us})
        for (const auto server : {By::debian, By::us})
            running.emplace_back(fmt::format("{}driver, {}server", whose(drivers), whose(server)),
                                 std::async(std::launch::async, play, drivers, server));
    std::optional<Journal> expected;
    for (auto& [mix, result] : running) {
        auto journal = result.get();
        std::sort(journal.begin(), journal.end());
        if (!expected)
            expected = journal;
        EXPECT_FALSE(journal.empty());
        EXPECT_EQ(journal, *expected) << mix;
    }
}

// One step of a scene that other steps build on.
void require(bool held, const Mix& mix, const std::string& what)
{
    if (!held)
        throw std::runtime_error(
            fmt::format("{}driver, {}server: {}", whose(mix.drivers), whose(mix.server), what));
}

TEST(DebiansUpsmon, FollowsAUpsFromBeforeItsDriver) // Traps 11, 81, 82
{
    expect_same_everywhere([](By drivers, By server) {
        auto setup = guarded();
        setup.upses.clear();
        Mix mix(drivers, server, setup);
        const Monitor monitor(By::debian, mix, {.monitor = "u@$ 1 mon pw primary"});
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

TEST(DebiansUpsmon, SecondaryShutsDownBeforeThePrimary) // Traps 23, 84, 85, 87
{
    expect_same_everywhere([](By drivers, By server) {
        const Mix mix(drivers, server, guarded());
        const Monitor primary(By::debian, mix,
                              {"primary", "u@$ 1 old pw primary", "HOSTSYNC 60\n"}); // no use of it
        const Monitor second(By::debian, mix, {"second", "u@$ 1 second pw secondary", "HOSTSYNC 60\n"});
        require(mix.answers("GET NUMLOGINS u", "NUMLOGINS u 2"), mix, "two logins");

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
        journal.push_back("flags: " + primary.scratch.read("killpower") + second.scratch.read("killpower"));
        return journal;
    });
}

TEST(DebiansUpsmon, PrimaryWaitsForASilentSecondaryNoLongerThanHostsync) // Trap 87
{
    expect_same_everywhere([](By drivers, By server) {
        const Mix mix(drivers, server, guarded());
        RawClient silent(mix.port);
        silent.ask("USERNAME second");
        silent.ask("PASSWORD pw");
        require(silent.ask("LOGIN u") == "OK", mix, "login");
        const Monitor primary(By::debian, mix, {.monitor = "u@$ 1 mon pw master", .more = "HOSTSYNC 2\n"});
        require(mix.answers("GET NUMLOGINS u", "NUMLOGINS u 2"), mix, "two logins");

        require(mix.set_status("u", "OB LB"), mix, "OB LB");
        require(primary.is_shut_down(), mix, "shut down: " + primary.process->err());
        require(primary.writes(kGoing), mix, "tells it");
        require(primary.process->err().find("Host sync timer expired, forcing shutdown") != std::string::npos,
                mix, primary.process->err());
        return primary.journal();
    });
}

TEST(DebiansUpsmon, ForcesAShutdownWhenAsked)
{
    expect_same_everywhere([](By drivers, By server) {
        const Mix mix(drivers, server, guarded());
        const Monitor primary(By::debian, mix, {.monitor = "u@$ 1 mon pw primary"});
        require(mix.answers("GET NUMLOGINS u", "NUMLOGINS u 1"), mix, "login");

        const auto asked = primary.force_shutdown();
        require(asked.exit_code == 0, mix, asked.err);
        require(primary.is_shut_down() && primary.writes(kGoing), mix, "shut down");
        require(mix.ask("GET VAR u ups.status") == "VAR u ups.status \"FSD OL\"", mix, "FSD");
        return primary.journal();
    });
}

TEST(DebiansUpsmon, SaysWhyItMayNot)
{
    struct Case {
        std::string monitor;
        std::string complaint;
    };
    const std::vector<Case> cases{
        {"u@$ 1 mon wrong primary", "Login on UPS [u@$] failed - got [ERR ACCESS-DENIED]"},
        {"u@$ 1 nobody pw secondary", "Login on UPS [u@$] failed - got [ERR ACCESS-DENIED]"},
        {"u@$ 1 admin pw secondary", "Login on UPS [u@$] failed - got [ERR ACCESS-DENIED]"},
        {"u@$ 1 second pw primary", "Primary managerial privileges unavailable on UPS [u@$]"},
        {"nosuch@$ 1 mon pw primary", "Login on UPS [nosuch@$] failed - got [ERR UNKNOWN-UPS]"},
    };
    for (const auto server : {By::debian, By::us}) {
        const Mix mix(By::us, server, guarded());
        std::vector<std::unique_ptr<Monitor>> monitors;
        for (const auto& one : cases)
            monitors.push_back(std::make_unique<Monitor>(By::debian, mix, Duty{.monitor = one.monitor}));
        for (std::size_t i = 0; i < cases.size(); ++i) {
            const auto complains = [&] {
                const auto log = mix.common_form(monitors[i]->process->err());
                return log.find(cases[i].complaint) != std::string::npos;
            };
            EXPECT_TRUE(eventually(complains)) << whose(server) << monitors[i]->process->err();
        }
    }
}

} // namespace
} // namespace upright::test
