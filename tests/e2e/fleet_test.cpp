// UPSes and their drivers in one upsim, behind sockets, served by a real upsd.
#include "tests/e2e/site.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <map>
#include <set>

namespace upright::test {
namespace {

class Fleet : public testing::Test {
protected:
    // upsim with so many, and upsd, which finds them by the ups.conf that upsim writes.
    void start(int count, const std::vector<std::string>& options = {})
    {
        start_upsim(count, options);
        site.scratch.write("upsd.users", "[admin]\npassword = pw\nactions = SET\ninstcmds = ALL\n");
        upsd = site.upsd();
        ASSERT_TRUE(eventually([&] { return status(count) == "OL" && !upsd->err().empty(); }))
            << status(count);
    }
    void start_upsim(int count, const std::vector<std::string>& options = {})
    {
        std::vector<std::string> words{"run",
                                       "--sockets",
                                       folder(),
                                       "--count",
                                       fmt::format("{}", count),
                                       "--ups-conf",
                                       site.scratch.file("ups.conf")};
        words.insert(words.end(), options.begin(), options.end());
        upsim = site.start("upsim", words);
        ASSERT_TRUE(eventually([&] { return upsim->out().ends_with("ready\n"); })) << upsim->err();
    }
    std::string folder() const { return site.scratch.path(); }

    // The value that upsd has, or its error.
    std::string value(int ups, std::string_view variable) const
    {
        const auto head = fmt::format("VAR ups{} {} \"", ups, variable);
        const auto answer = site.ask(fmt::format("GET VAR ups{} {}", ups, variable));
        return answer.starts_with(head) ? answer.substr(head.size(), answer.size() - head.size() - 1)
                                        : answer;
    }
    std::string status(int ups) const { return value(ups, "ups.status"); }
    bool becomes(int ups, std::string_view variable, const testing::Matcher<std::string>& wanted) const
    {
        return eventually([&] { return wanted.Matches(value(ups, variable)); }, 20s);
    }
    std::string ctl(std::vector<std::string> words) const
    {
        words.insert(words.begin(), {"ctl", "--control", site.scratch.file("upsim.ctl")});
        const auto done = site.finish("upsim", words);
        return done.exit_code == 0 ? done.out : done.err;
    }
    std::unique_ptr<RawClient> driver(int ups) const { return site.socket(fmt::format("ups{}", ups)); }

    Site site;
    std::unique_ptr<Process> upsim;
    std::unique_ptr<Process> upsd;
};

TEST_F(Fleet, IsServedWholeAndCleansUp)
{
    start(300);

    EXPECT_EQ(site.list("LIST UPS").size(), 302U);
    EXPECT_EQ(value(17, "device.serial"), "SIM-ups17");
    EXPECT_EQ(ctl({"all", "mains", "off"}), "");
    EXPECT_TRUE(becomes(300, "ups.status", "OB DISCHRG"));
    EXPECT_TRUE(becomes(1, "input.voltage", "0.0"));
    EXPECT_EQ(ctl({"all", "mains", "on"}), "");
    EXPECT_TRUE(becomes(150, "ups.status", testing::StartsWith("OL")));

    upsim->signal(SIGTERM);
    EXPECT_EQ(upsim->wait().exit_code, 0);
    EXPECT_FALSE(std::filesystem::exists(site.scratch.file("dummy-ups-ups1")));
    EXPECT_TRUE(becomes(1, "ups.status", "ERR DRIVER-NOT-CONNECTED"));
}

TEST_F(Fleet, ObeysThroughUpsd)
{
    start(2);
    const auto client = site.client();
    for (const auto* const line : {"USERNAME admin", "PASSWORD pw", "INSTCMD ups2 beeper.disable",
                                   "SET VAR ups2 ups.delay.shutdown \"5\""})
        EXPECT_EQ(client->ask(line), "OK") << line;

    EXPECT_TRUE(becomes(2, "ups.beeper.status", "disabled"));
    EXPECT_TRUE(becomes(2, "ups.delay.shutdown", "5"));
    EXPECT_EQ(value(1, "ups.beeper.status"), "enabled");
    EXPECT_EQ(client->ask("INSTCMD ups1 load.off"), "OK");
    EXPECT_TRUE(becomes(1, "ups.status", "OL OFF"));
}

TEST_F(Fleet, TellsHowEachRequestEnded)
{
    start_upsim(1);
    const auto client = driver(1);

    const std::map<std::string, std::string> outcomes{
        {"INSTCMD test.battery.start.quick TRACKING a", "TRACKING a 0"},
        {"INSTCMD no.such TRACKING b", "TRACKING b 1"},
        {"SET ups.delay.start 99999 TRACKING c", "TRACKING c 2"},
        {"SET ups.delay.start soon TRACKING d", "TRACKING d 4"},
        {"SET ups.load 5 TRACKING e", "TRACKING e 1"},
        {"SET ups.id rack TRACKING f", "TRACKING f 0"},
        {"PING", "PONG"}};
    for (const auto& [request, outcome] : outcomes) {
        client->send(request + "\n");
        EXPECT_EQ(hears(*client, outcome.substr(0, 5)), outcome) << request;
    }
}

TEST_F(Fleet, ChangesSteadilyWithStamps)
{
    start(10, {"--changes", "200", "--stamp", "--seed", "3"});
    const auto client = site.client();
    client->send("SUBSCRIBE ALL\n");
    client->until("OK SUBSCRIBE");

    std::map<std::string, long long> last;
    std::set<std::string> variables;
    for (int stamps = 0; stamps < 300;) {
        const auto line = client->line();
        ASSERT_TRUE(line) << "after " << stamps;
        const auto value = line->find('"');
        if (!line->starts_with("NOTIFY VAR ") || value == line->npos)
            continue;
        const auto name = line->substr(11, value - 12); // ups7 ups.load
        const auto variable = name.substr(name.find(' ') + 1);
        if (variable != "upsim.stamp") {
            variables.insert(variable);
            continue;
        }
        ++stamps;
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        const long long stamp = std::stoll(line->substr(value + 1));
        EXPECT_LE(stamp, std::chrono::nanoseconds(now).count());
        EXPECT_GT(stamp, std::exchange(last[name], stamp));
    }

    EXPECT_EQ(last.size(), 10U);
    EXPECT_THAT(variables, testing::IsSupersetOf({"battery.charge", "input.voltage", "ups.load"}));
}

TEST_F(Fleet, IsSilentWhileNothingHappens)
{
    start_upsim(1, {"--stamp"});
    const auto client = driver(1);
    client->send("DUMPALL\n");
    EXPECT_EQ(client->until("DUMPDONE").back(), "DUMPDONE");

    EXPECT_TRUE(client->silent(1500ms)); // longer than a look at those that are at work
}

TEST_F(Fleet, HasFaults)
{
    start(2);

    ctl({"ups1", "fault", "mute"});
    EXPECT_TRUE(becomes(1, "ups.status", "ERR DATA-STALE"));
    EXPECT_EQ(status(2), "OL");
    ctl({"ups1", "fault", "none"});
    EXPECT_TRUE(becomes(1, "ups.status", "OL"));
    const auto connected = driver(2);
    ctl({"ups2", "fault", "drop"});
    EXPECT_TRUE(connected->closed());
    EXPECT_TRUE(becomes(2, "ups.status", "OL"));
    EXPECT_EQ(ctl({"ups1", "fault", "garble"}),
              "upsim: behind a socket there are mute, mute <seconds>s, drop and none\n");
}

TEST_F(Fleet, OverwritesNoForeignUpsConf)
{
    site.scratch.write("ups.conf", "[mine]\n");
    const auto done =
        site.finish("upsim", {"run", "--sockets", folder(), "--ups-conf", site.scratch.file("ups.conf")});

    EXPECT_EQ(done.exit_code, 1);
    EXPECT_THAT(done.err, testing::HasSubstr("was not written by upsim"));
    EXPECT_EQ(site.scratch.read("ups.conf"), "[mine]\n");
    std::filesystem::remove(site.scratch.file("ups.conf"));
    start_upsim(1);
    const auto first = site.scratch.read("ups.conf");
    upsim->signal(SIGTERM);
    upsim->wait();
    start_upsim(2); // its own is written anew
    EXPECT_THAT(site.scratch.read("ups.conf"), testing::StartsWith(first));
}

} // namespace
} // namespace upright::test
