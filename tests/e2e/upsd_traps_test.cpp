// upsd as a process on real sockets: what clients, scripts and administrators rely on.
#include "tests/e2e/fake_driver.hpp"
#include "tests/e2e/site.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>

namespace upright::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// One UPS with a driver, one whose driver is not there, one without a description.
class UpsdTraps : public testing::Test {
protected:
    UpsdTraps()
    {
        site.ups_conf(Site::dummy("one", "desc = \"Rack \\\"A\\\" \\# 1\"\n") + Site::dummy("Dead")
                      + "[incomplete]\ndriver = dummy-ups\n");
        driver = site.driver("one");
        upsd = site.upsd();
        EXPECT_TRUE(site.has_status("one", "OL"));
    }

    Site site;
    std::unique_ptr<Process> driver;
    std::unique_ptr<Process> upsd;
};

TEST_F(UpsdTraps, Trap1NothingIsSaidUnasked)
{
    const auto client = site.client();
    EXPECT_TRUE(client->silent(100ms));

    EXPECT_EQ(client->ask("PROTVER"), "1.3");
    const auto writer = site.socket("one");
    writer->send("SET battery.charge 91\n");
    EXPECT_TRUE(site.answers("GET VAR one battery.charge", "VAR one battery.charge \"91\""));
    EXPECT_TRUE(client->silent(1ms)) << "a change is no reason to speak";
}

TEST_F(UpsdTraps, Trap2To4AnyCaseEchoedAsAsked)
{
    EXPECT_EQ(site.ask("gEt vAr ONE Ups.Status"), "VAR ONE Ups.Status \"OL\"");
    const auto clients = site.list("list client OnE");
    EXPECT_THAT(clients, ElementsAre("BEGIN LIST CLIENT OnE", "END LIST CLIENT OnE"));
    const auto variables = site.list("list var ONE");
    EXPECT_EQ(variables.front(), "BEGIN LIST VAR ONE");
    EXPECT_EQ(variables.back(), "END LIST VAR ONE");
    EXPECT_THAT(variables, Contains("VAR ONE ups.status \"OL\""));
}

TEST_F(UpsdTraps, Trap5To9OrderAndMissingTexts)
{
    EXPECT_THAT(site.list("LIST UPS"), ElementsAre("BEGIN LIST UPS", "UPS one \"Rack \\\"A\\\" \\# 1\"",
                                                   "UPS Dead \"Description unavailable\"", "END LIST UPS"));
    auto variables = site.list("LIST VAR one");
    variables = {variables.begin() + 1, variables.end() - 1};
    auto sorted = variables;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(variables, sorted);
    EXPECT_EQ(site.ask("GET UPSDESC Dead"), "UPSDESC Dead \"Unavailable\"");
    EXPECT_EQ(site.ask("GET DESC one no.such"), "DESC one no.such \"Description unavailable\"");
    EXPECT_EQ(site.ask("GET CMDDESC one no.such"), "CMDDESC one no.such \"Description unavailable\"");
    EXPECT_THAT(site.ask("GET VAR nosuch server.version"), HasSubstr("VAR nosuch server.version \"2.8.5"));
}

TEST_F(UpsdTraps, Trap11And12WhatWorksWithoutADriver)
{
    EXPECT_EQ(site.ask("GET UPSDESC dead"), "UPSDESC dead \"Unavailable\"");
    EXPECT_THAT(site.list("LIST CLIENT dead"), ElementsAre("BEGIN LIST CLIENT dead", "END LIST CLIENT dead"));
    EXPECT_THAT(site.list("LIST UPS"), Contains("UPS Dead \"Description unavailable\""));
    for (const auto* const request :
         {"GET NUMLOGINS dead", "GET TYPE dead ups.status", "GET DESC dead ups.status",
          "GET CMDDESC dead load.off", "LIST VAR dead", "LIST RW dead", "LIST CMD dead"})
        EXPECT_EQ(site.ask(request), "ERR DRIVER-NOT-CONNECTED") << request;
}

TEST_F(UpsdTraps, Trap17To19SessionWords)
{
    const auto client = site.client();

    EXPECT_EQ(client->ask("PROTVER"), "1.3");
    EXPECT_EQ(client->ask("NETVER"), "1.3");
    EXPECT_EQ(client->ask("BOGUS"), "ERR UNKNOWN-COMMAND");
    EXPECT_EQ(client->ask(""), "ERR UNKNOWN-COMMAND");
    EXPECT_EQ(client->ask("STARTTLS"), "ERR FEATURE-NOT-CONFIGURED");
    EXPECT_EQ(client->ask("GET VAR one ups.status"), "VAR one ups.status \"OL\"");
    EXPECT_EQ(client->ask("LOGOUT"), "OK Goodbye");
    EXPECT_TRUE(client->closed());
}

TEST_F(UpsdTraps, Trap21TypeEndsInStringOrNumber)
{
    EXPECT_EQ(site.ask("GET TYPE one battery.charge"), "TYPE one battery.charge RW STRING:32");
    EXPECT_EQ(site.ask("GET TYPE one ups.status"), "TYPE one ups.status RW STRING:32");
    EXPECT_EQ(site.ask("GET TYPE one driver.debug"), "TYPE one driver.debug RW NUMBER");
    EXPECT_EQ(site.ask("GET TYPE one driver.name"), "TYPE one driver.name NUMBER");
}

TEST_F(UpsdTraps, Trap29SeveralCommandsInOneSegmentAndOneInMany)
{
    const auto client = site.client();
    client->send("PROTVER\nGET VAR one ups.status\nBOGUS\nGET VAR");
    EXPECT_EQ(client->line(), "1.3");
    EXPECT_EQ(client->line(), "VAR one ups.status \"OL\"");
    EXPECT_EQ(client->line(), "ERR UNKNOWN-COMMAND");
    EXPECT_TRUE(client->silent(20ms)) << "half a command has no answer";

    for (const char c : std::string_view(" one battery.charge"))
        client->send({&c, 1});
    EXPECT_EQ(client->ask(""), "VAR one battery.charge \"90\"");

    std::string many;
    for (int i = 0; i < 5000; ++i)
        many += "GET VAR one ups.status\n";
    client->send(many);
    int answers = 0;
    while (answers < 5000 && client->line() == "VAR one ups.status \"OL\"")
        ++answers;
    EXPECT_EQ(answers, 5000);
}

TEST_F(UpsdTraps, Trap30CarriageReturnsAreBlanks)
{
    EXPECT_EQ(site.ask("GET VAR one ups.status\r"), "VAR one ups.status \"OL\"");
    EXPECT_EQ(site.ask("PROTVER\r"), "1.3");
}

TEST_F(UpsdTraps, Trap34QuotesBackslashesAndHashesAreEscaped)
{
    EXPECT_EQ(site.ask("GET VAR one ups.serial"), "VAR one ups.serial \"a \\\"q\\\" \\\\ b \\# c\"");
    EXPECT_EQ(site.upsc({"one", "ups.serial"}).out, "a \"q\" \\ b # c\n");
}

TEST_F(UpsdTraps, D11ABrokenLineIsAnsweredAndTheNextOneRead)
{
    const auto client = site.client();
    client->send("GET VAR \"on#e\" x\nPROTVER\n");

    EXPECT_EQ(client->line(), "ERR INVALID-ARGUMENT");
    EXPECT_EQ(client->line(), "1.3");
}

TEST_F(UpsdTraps, ReloadAddsChangesAndRemoves)
{
    const auto second = site.dummy("two", "desc = second\n");
    site.ups_conf(second + Site::dummy("one", "desc = changed\n"));
    upsd->signal(SIGHUP);

    EXPECT_TRUE(site.answers("GET UPSDESC one", "UPSDESC one \"changed\""));
    EXPECT_THAT(site.list("LIST UPS"),
                ElementsAre("BEGIN LIST UPS", "UPS two \"second\"", "UPS one \"changed\"", "END LIST UPS"));
    EXPECT_EQ(site.ask("GET VAR one ups.status"), "VAR one ups.status \"OL\"") << "its driver was left alone";
    EXPECT_EQ(site.ask("GET UPSDESC dead"), "ERR UNKNOWN-UPS");
    const auto two = site.driver("two");
    EXPECT_TRUE(site.has_status("two", "OL"));

    site.ups_conf("");
    upsd->signal(SIGHUP);
    EXPECT_TRUE(site.answers("GET UPSDESC one", "ERR UNKNOWN-UPS"));
    EXPECT_THAT(site.list("LIST UPS"), ElementsAre("BEGIN LIST UPS", "END LIST UPS"));
}

TEST_F(UpsdTraps, ReloadFollowsAnotherDriverForTheSameUps)
{
    FakeDriver fake(site.scratch.file("other-ups-one"));
    site.ups_conf("[one]\ndriver = other-ups\nport = x\n");
    upsd->signal(SIGHUP);

    EXPECT_EQ(fake.accept(), "DUMPALL");
    fake.send("SETINFO ups.status \"OB\"\nDATAOK\nDUMPDONE\n");
    EXPECT_TRUE(site.has_status("one", "OB"));
}

TEST_F(UpsdTraps, D25AnUnreadableFileLeavesEverythingAsItWas)
{
    for (const std::string name : {"ups.conf", "upsd.conf"}) {
        std::filesystem::rename(site.scratch.file(name), site.scratch.file("away"));
        const auto before = upsd->err().size();
        upsd->signal(SIGHUP);
        EXPECT_TRUE(
            eventually([&] { return upsd->err().find("Reload failed", before) != std::string::npos; }));
        EXPECT_EQ(site.ask("GET VAR one ups.status"), "VAR one ups.status \"OL\"");
        EXPECT_EQ(site.ask("GET UPSDESC dead"), "UPSDESC dead \"Unavailable\"");
        std::filesystem::rename(site.scratch.file("away"), site.scratch.file(name));
    }
}

TEST_F(UpsdTraps, Trap75And78ABrokenValueNeverStopsIt)
{
    site.upsd_conf("maxage 20\nMAXAGE x\nMAXAGE\nBOGUS 1 2\nLISTEN \"a#b\"\nMAXCONN -1\nDEBUG_MIN x\n"
                   "ALLOW_NO_DEVICE perhaps\n\"\"\n\\\n=\n");
    site.ups_conf(
        "nonsense = 1\nmaxretry =\nstray words\n[ bad header ]\n[]\n[a/b]\n[one]\ndriver = dummy-ups\n"
        "port = one.dev\nport = \"un#balanced\"\nsdorder = x\n"
        + Site::dummy("extra") + "desc = \"unfinished\n");
    const auto before = upsd->err().size();
    upsd->signal(SIGHUP);
    EXPECT_TRUE(eventually([&] {
        return upsd->err().find("invalid directive BOGUS", before) != std::string::npos;
    })) << upsd->err();
    EXPECT_TRUE(site.answers("GET UPSDESC extra", "UPSDESC extra \"Unavailable\""));
    EXPECT_EQ(site.ask("GET VAR one ups.status"), "VAR one ups.status \"OL\"");

    upsd->signal(SIGTERM);
    EXPECT_EQ(upsd->wait().exit_code, 0);
    upsd = site.upsd(); // and it starts with them
    EXPECT_TRUE(site.has_status("one", "OL"));
    EXPECT_THAT(upsd->err(), AllOf(HasSubstr("upsd.conf:2:1: error: invalid directive maxage"),
                                   HasSubstr("upsd.conf:3:8: error: MAXAGE has non numeric value (x)!"),
                                   HasSubstr("config errors, those entries were ignored")));
}

TEST_F(UpsdTraps, Trap73And74WaysToWriteAValue)
{
    std::string sections;
    for (const auto* const desc :
         {"desc=\"va lue\"", "desc = \"va lue\"", "desc = va\\ lue", "desc = va\\ lue more",
          "desc = \"va \\\nlue\" # comment", "desc = \\\n\"va lue\""})
        sections += Site::dummy(fmt::format("u{}", sections.size()), fmt::format("{}\n", desc));
    site.ups_conf(sections + Site::dummy("last", "desc = \"q\\\"b\\\\h\\#\"\n"));
    upsd->signal(SIGHUP);

    EXPECT_TRUE(site.answers("GET UPSDESC last", "UPSDESC last \"q\\\"b\\\\h\\#\""));
    const auto rows = site.list("LIST UPS");
    EXPECT_EQ(rows.size(), 9U);
    for (std::size_t i = 1; i < 7; ++i)
        EXPECT_THAT(rows[i], HasSubstr(" \"va lue\""));
}

TEST_F(UpsdTraps, UnhandledSignalsAreIgnored)
{
    for (const int number : {SIGUSR1, SIGUSR2, SIGPIPE, SIGURG})
        upsd->signal(number);
    EXPECT_EQ(site.ask("PROTVER"), "1.3");
    upsd->signal(SIGTERM);
    const auto done = upsd->wait();

    EXPECT_EQ(done.exit_code, 0);
    EXPECT_THAT(done.err, HasSubstr("Signal 15: exiting"));
}

// ---- starting and ending -------------------------------------------------------------------------------

TEST(UpsdProgram, Trap26ServesNothingIfAllowed)
{
    const Site site;
    site.ups_conf("");
    site.upsd_conf("ALLOW_NO_DEVICE true\n");
    const auto upsd = site.upsd();

    EXPECT_THAT(site.list("LIST UPS"), ElementsAre("BEGIN LIST UPS", "END LIST UPS"));
    upsd->signal(SIGTERM);
    EXPECT_EQ(upsd->wait().exit_code, 0);
}

TEST(UpsdProgram, Trap27EndsByItselfWithoutConfiguration)
{
    const Site site;
    const auto no_ups_conf = site.finish("upsd", {"-F", "-u", "root"});
    site.ups_conf("");
    const auto empty_ups_conf = site.finish("upsd", {"-F", "-u", "root"});
    std::filesystem::remove(site.scratch.file("upsd.conf"));
    const auto no_upsd_conf = site.finish("upsd", {"-u", "root"});

    EXPECT_EQ(no_ups_conf.exit_code, 1);
    EXPECT_THAT(no_ups_conf.err, HasSubstr("Can't open " + site.scratch.file("ups.conf") + ": No such file"));
    EXPECT_EQ(empty_ups_conf.exit_code, 1);
    EXPECT_THAT(empty_ups_conf.err, HasSubstr("Fatal error: at least one UPS must be defined in ups.conf"));
    EXPECT_EQ(no_upsd_conf.exit_code, 1);
    EXPECT_THAT(no_upsd_conf.err,
                HasSubstr("Can't open " + site.scratch.file("upsd.conf") + ": No such file"));
}

TEST(UpsdProgram, Trap28ListenAddressesMayOverlap)
{
    const Site site;
    site.ups_conf(Site::dummy("one"));
    site.scratch.write("upsd.conf", fmt::format("LISTEN localhost {0}\nLISTEN 127.0.0.1 {0}\nLISTEN ::1 {0}\n"
                                                "LISTEN 127.0.0.1 {0}\nALLOW_NOT_ALL_LISTENERS true\n",
                                                site.port));
    const auto upsd = site.upsd();

    EXPECT_EQ(site.ask("PROTVER"), "1.3");
}

TEST(UpsdProgram, RefusesAnAddressThatIsTakenUnlessOthersAreEnough)
{
    const Site site;
    const Site other;
    site.ups_conf(Site::dummy("one"));
    other.ups_conf(Site::dummy("one"));
    const auto first = other.upsd();
    site.upsd_conf(fmt::format("LISTEN 127.0.0.1 {}\n", other.port));
    const auto refused = site.finish("upsd", {"-F", "-u", "root"});
    site.upsd_conf(fmt::format("LISTEN 127.0.0.1 {}\nALLOW_NOT_ALL_LISTENERS yes\n", other.port));
    const auto allowed = site.upsd();

    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("some listening interfaces were not available"));
    EXPECT_EQ(site.ask("PROTVER"), "1.3");
}

TEST(UpsdProgram, Trap67IsToldByItsPidFile)
{
    const Site site;
    site.ups_conf(Site::dummy("one"));
    const auto nobody = site.finish("upsd", {"-c", "reload"});
    EXPECT_EQ(nobody.exit_code, 1);

    const auto started = site.finish("upsd", {"-u", "root"});
    EXPECT_EQ(started.exit_code, 0) << started.err;
    EXPECT_EQ(site.ask("PROTVER"), "1.3") << "the parent returns when it serves";
    const auto pid = std::atoi(site.scratch.read("upsd.pid").c_str());
    ASSERT_GT(pid, 1);

    const auto again = site.finish("upsd", {"-u", "root"});
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_THAT(again.out,
                HasSubstr("Fatal error: A previous upsd instance is already running!\n"
                          "Either stop the previous instance first, or use the 'reload' command."));
    site.ups_conf(Site::dummy("one") + Site::dummy("two"));
    EXPECT_EQ(site.finish("upsd", {"-c", "reload"}).exit_code, 0);
    EXPECT_TRUE(site.answers("GET UPSDESC two", "UPSDESC two \"Unavailable\""));
    EXPECT_EQ(site.finish("upsd", {"-c", "stop"}).exit_code, 0);
    EXPECT_TRUE(eventually([&] { return is_gone(pid); }));
    EXPECT_FALSE(std::filesystem::exists(site.scratch.file("upsd.pid")));
}

TEST(UpsdProgram, Trap68StaysInTheForegroundWithOrWithoutAPidFile)
{
    const Site site;
    site.ups_conf(Site::dummy("one"));
    {
        const auto upsd = site.upsd({"-F"});
        EXPECT_FALSE(std::filesystem::exists(site.scratch.file("upsd.pid")));
        upsd->signal(SIGTERM);
        EXPECT_EQ(upsd->wait().exit_code, 0);
    }
    const auto upsd = site.upsd({"-FF"});
    EXPECT_TRUE(
        eventually([&] { return site.scratch.read("upsd.pid") == fmt::format("{}\n", upsd->pid()); }));
    upsd->signal(SIGINT);
    EXPECT_EQ(upsd->wait().exit_code, 0);
    EXPECT_FALSE(std::filesystem::exists(site.scratch.file("upsd.pid")));
}

TEST(UpsdProgram, Trap69FilesAreWhereTheEnvironmentSays)
{
    const Site site;
    const Scratch state;
    const Scratch pids;
    site.ups_conf("statepath = /nonexistent\n" + Site::dummy("one"));
    auto environment = site.scratch.environment();
    environment["NUT_STATEPATH"] = state.path();
    environment["NUT_ALTPIDPATH"] = pids.path();
    Process driver(site.command("dummy-ups", {"-a", "one", "-FF"}), environment);
    Process upsd(site.command("upsd", {"-u", "root", "-FF"}), environment);

    EXPECT_TRUE(site.has_status("one", "OL")) << driver.err() << upsd.err();
    EXPECT_TRUE(std::filesystem::exists(state.file("dummy-ups-one")));
    EXPECT_TRUE(std::filesystem::exists(pids.file("dummy-ups-one.pid")));
    EXPECT_TRUE(std::filesystem::exists(pids.file("upsd.pid")));
}

TEST(UpsdProgram, Trap80WorldReadableFilesAreWarnedAbout)
{
    const Site site;
    site.ups_conf(Site::dummy("one"));
    const auto warning = "WARNING: " + site.scratch.file("upsd.conf") + " is world readable";
    namespace fs = std::filesystem;
    fs::permissions(site.scratch.file("upsd.conf"), fs::perms::owner_read | fs::perms::others_read);
    EXPECT_THAT(site.upsd()->err(), HasSubstr(warning));

    fs::permissions(site.scratch.file("upsd.conf"), fs::perms::owner_read);
    EXPECT_THAT(site.upsd()->err(), Not(HasSubstr(warning)));
}

// The only test that gives up root; everybody else names root as the account, since the scratch is root's.
TEST(UpsdProgram, GivesUpRootAndStillServes)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "needs root to have something to give up";
    const Site site;
    namespace fs = std::filesystem;
    fs::permissions(site.scratch.path(), fs::perms::all);
    site.scratch.write("ups.conf", Site::dummy("one"));
    const auto driver = site.start("dummy-ups", {"-a", "one", "-F"});
    const auto upsd = site.start("upsd", {"-F"});
    EXPECT_TRUE(site.has_status("one", "OL")) << driver->err() << upsd->err();

    for (const auto* const process : {driver.get(), upsd.get()}) {
        std::string status;
        status.resize(4096);
        std::FILE* const file = std::fopen(fmt::format("/proc/{}/status", process->pid()).c_str(), "re");
        ASSERT_NE(file, nullptr);
        status.resize(std::fread(status.data(), 1, status.size(), file));
        std::fclose(file);
        EXPECT_THAT(status, Not(HasSubstr("\nUid:\t0\t")));
        EXPECT_THAT(status, Not(testing::ContainsRegex("\nUid:\t[0-9]+\t[0-9]*\t0\t"))) << "no saved root";
        EXPECT_THAT(status, Not(HasSubstr("\nGid:\t0\t")));
    }
    upsd->signal(SIGHUP);
    EXPECT_EQ(site.ask("GET VAR one ups.status"), "VAR one ups.status \"OL\"");
}

} // namespace
} // namespace upright::test
