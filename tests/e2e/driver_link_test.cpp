// upsd and its drivers: silence, death, return, and drivers that say odd things.
#include "tests/e2e/fake_driver.hpp"
#include "tests/e2e/site.hpp"

#include <gmock/gmock.h>

#include <csignal>

namespace upright::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

constexpr auto kStatus = "GET VAR u ups.status";

// upsd with one UPS whose driver is the test itself.
class UpsdAndAnOddDriver : public testing::Test {
protected:
    void start(std::string_view upsd_conf = "MAXAGE 1\n")
    {
        site.ups_conf("[u]\ndriver = odd-ups\nport = x\n");
        site.upsd_conf(upsd_conf);
        driver.emplace(site.scratch.file("odd-ups-u"));
        upsd = site.upsd();
        ASSERT_EQ(driver->accept(), "DUMPALL");
    }

    Site site;
    std::optional<FakeDriver> driver;
    std::unique_ptr<Process> upsd;
};

TEST_F(UpsdAndAnOddDriver, Trap25WaitsBetweenConnectingAndTheDump)
{
    start("MAXAGE 20\n");
    EXPECT_EQ(site.ask(kStatus), "VAR u ups.status \"WAIT\"");

    driver->send("DATASTALE\nSETINFO battery.charge \"5\"\n");
    EXPECT_TRUE(site.answers("GET VAR u battery.charge", "VAR u battery.charge \"5\""));
    EXPECT_EQ(site.ask(kStatus), "VAR u ups.status \"WAIT\"");
    driver->send("SETINFO ups.status \"OL\"\nDUMPDONE\n");
    EXPECT_TRUE(site.answers(kStatus, "ERR DATA-STALE"));
    driver->send("DATAOK\n");
    EXPECT_TRUE(site.has_status("u", "OL"));
}

TEST_F(UpsdAndAnOddDriver, Trap38And39OnlyWhatItUnderstandsKeepsItFresh)
{
    start();
    driver->send("SETINFO ups.status \"OL\"\nDATAOK\nDUMPDONE\n");
    EXPECT_TRUE(site.has_status("u", "OL"));

    const auto until = Clock::now() + 4s;
    bool pinged = false;
    bool stale = false;
    while (!stale && Clock::now() < until) {
        driver->send("HELLO there\nSETINFO\nSETINFO \"un#balanced\"\n\n");
        pinged = driver->line(20ms) == "PING" || pinged;
        stale = site.ask(kStatus) == "ERR DATA-STALE";
    }
    EXPECT_TRUE(pinged);
    EXPECT_TRUE(stale);
    const auto logs = [&](std::string_view text) {
        return eventually([&] { return upsd->err().find(text) != std::string::npos; });
    };
    EXPECT_TRUE(logs("Data for UPS [u] is stale - check driver"));
    driver->send("PONG\n");
    EXPECT_TRUE(site.has_status("u", "OL"));
    EXPECT_TRUE(logs("UPS [u] data is no longer stale"));
}

TEST_F(UpsdAndAnOddDriver, Trap43And44ForgetsADriverThatHangsUpAndDumpsAnew)
{
    start("MAXAGE 20\n");
    driver->send("SETINFO ups.status \"OL\"\nSETINFO old.thing \"1\"\nADDCMD "
                 "load.off\nDATAOK\nDUMPDONE\nSETINFO half");
    EXPECT_TRUE(site.has_status("u", "OL"));

    driver->hang_up();
    EXPECT_TRUE(site.answers(kStatus, "ERR DRIVER-NOT-CONNECTED"));
    EXPECT_EQ(driver->accept(), "DUMPALL");
    driver->send(".way \"1\"\nSETINFO ups.status \"OB\"\nDATAOK\nDUMPDONE\n");
    EXPECT_TRUE(site.has_status("u", "OB"));
    EXPECT_THAT(site.list("LIST VAR u"),
                ElementsAre("BEGIN LIST VAR u", "VAR u ups.status \"OB\"", "END LIST VAR u"));
    EXPECT_THAT(site.list("LIST CMD u"), ElementsAre("BEGIN LIST CMD u", "END LIST CMD u"));
}

// What a NUT driver may do (M1), and what none should: damage stays in the line that holds it.
TEST_F(UpsdAndAnOddDriver, D5And7And10DamageStaysInItsLine)
{
    start("MAXAGE 20\n");
    driver->send(
        "SETINFO ups.status \"OL\"\nSETINFO bad.quote \"5\" inch\"\nSETINFO bad.hash \"a # b\"\n"
        "SETFLAGS ups.status RW STRING NEWFLAG\nSETAUX ups.status 64\nSETAUX ups.status x\n"
        "SETINFO a.range \"1\"\nADDRANGE a.range 0 600\nADDRANGE a.range 0 700\nDELRANGE a.range 0 600\n"
        "ADDRANGE a.range 9 1\nADDENUM no.such x\nSETINFO\nSETINFO \"two words\" x\nSETINFO long.value \""
        + std::string(3000, 'v') + "\"\nDATAOK\nDUMPDONE\nSETINFO after.all \"1\"\n");

    EXPECT_TRUE(site.answers("GET VAR u after.all", "VAR u after.all \"1\""));
    EXPECT_THAT(site.list("LIST RANGE u a.range"),
                ElementsAre("BEGIN LIST RANGE u a.range", "RANGE u a.range \"0\" \"700\"",
                            "END LIST RANGE u a.range"));
    EXPECT_EQ(site.ask("GET TYPE u ups.status"), "TYPE u ups.status RW STRING:64");
    EXPECT_EQ(site.ask("GET VAR u bad.quote"), "VAR u bad.quote \"5\"");
    EXPECT_EQ(site.ask("GET VAR u bad.hash"), "ERR VAR-NOT-SUPPORTED");
    for (const auto& line : site.list("LIST VAR u")) // Trap 31
        EXPECT_LE(line.size(), 511U);
    EXPECT_EQ(site.ask("GET VAR u long.value").size(), 511U);
}

TEST_F(UpsdAndAnOddDriver, AnEndlessLineFillsNothing)
{
    start("MAXAGE 20\n");
    const std::string block(std::size_t{256} * 1024, 'x');
    driver->send("SETINFO ups.status \"");
    for (int i = 0; i < 64; ++i) // 16 MiB
        driver->send(block);
    driver->send("\"\nSETINFO ups.status \"OL\"\nDATAOK\nDUMPDONE\n");

    EXPECT_TRUE(site.has_status("u", "OL"));
    EXPECT_LT(resident_kilobytes(upsd->pid()), 60 * 1024 * (built_with_asan() ? 8 : 1));
}

// ---- our own driver --------------------------------------------------------------------------------------

class UpsdAndItsDriver : public testing::Test {
protected:
    UpsdAndItsDriver()
    {
        site.ups_conf(Site::dummy("u"));
        site.upsd_conf("MAXAGE 1\n");
        driver = site.driver("u");
        upsd = site.upsd();
        EXPECT_TRUE(site.has_status("u", "OL"));
    }

    // Asks until the answer is `wanted`; what was said until then must be one of `allowed`.
    void expect_then(const std::vector<std::string>& allowed, const std::string& wanted)
    {
        const auto client = site.client();
        std::string answer;
        const bool came = eventually([&] {
            answer = client->ask(kStatus);
            if (answer != wanted) {
                EXPECT_THAT(allowed, testing::Contains(answer));
            }
            return answer == wanted || HasFailure();
        });
        EXPECT_TRUE(came) << answer << " instead of " << wanted;
    }

    Site site;
    std::unique_ptr<Process> driver;
    std::unique_ptr<Process> upsd;
    const std::string kOnLine = "VAR u ups.status \"OL\"";
};

TEST_F(UpsdAndItsDriver, ADriverThatHangsIsStaleAfterMaxAge)
{
    driver->signal(SIGSTOP);
    const auto stopped = Clock::now();
    expect_then({kOnLine}, "ERR DATA-STALE");
    const auto took = Clock::now() - stopped;
    EXPECT_GT(took, 900ms);
    EXPECT_LT(took, 6s);

    driver->signal(SIGCONT);
    expect_then({"ERR DATA-STALE"}, kOnLine);
}

TEST_F(UpsdAndItsDriver, ADriverThatDiesIsNotConnectedAndComesBackWithinTwoSeconds)
{
    driver->signal(SIGKILL);
    expect_then({kOnLine}, "ERR DRIVER-NOT-CONNECTED");

    site.scratch.write("one.dev", "ups.status: OB\n");
    driver = site.driver("u");
    const auto there = Clock::now();
    expect_then({"ERR DRIVER-NOT-CONNECTED", "VAR u ups.status \"WAIT\""}, "VAR u ups.status \"OB\"");
    EXPECT_LT(Clock::now() - there, 2s);
}

TEST_F(UpsdAndItsDriver, ADriverWhoseFileIsGoneIsStaleUntilItIsBack)
{
    std::rename(site.scratch.file("one.dev").c_str(), site.scratch.file("away").c_str());
    expect_then({kOnLine}, "ERR DATA-STALE");

    std::rename(site.scratch.file("away").c_str(), site.scratch.file("one.dev").c_str());
    expect_then({"ERR DATA-STALE"}, kOnLine);
}

} // namespace
} // namespace upright::test
