// Users who control a UPS through upsd and a real driver, and what is told to those who listen.
#include "tests/e2e/site.hpp"

#include "common/password/password.hpp"

#include <csignal>
#include <gmock/gmock.h>

namespace upright::test {
namespace {

class UpsdControl : public testing::Test {
protected:
    UpsdControl()
    {
        site.scratch.write("rw.dev", "ups.status: OL\nups.id: first\nbattery.charge: 90\n");
        site.ups_conf(Site::dummy("u", "mode = dummy\n", "rw.dev") + Site::dummy("other"));
        users("[admin]\npassword = \"pass word\"\nactions = SET FSD\ninstcmds = ALL\n"
              "[mon]\npassword = pw\nupsmon primary\n[second]\npassword = pw\nupsmon secondary\n");
    }

    void users(std::string_view text) const
    {
        const auto path = site.scratch.write("upsd.users", text);
        std::filesystem::permissions(path, std::filesystem::perms::owner_read);
    }
    // A client that has said who it is.
    std::unique_ptr<RawClient> as(const std::string& user, const std::string& password) const
    {
        auto client = site.client();
        EXPECT_EQ(client->ask("USERNAME " + user), "OK");
        EXPECT_EQ(client->ask("PASSWORD " + password), "OK");
        return client;
    }
    void reload(const std::unique_ptr<Process>& upsd, int times = 1) const
    {
        upsd->signal(SIGHUP);
        EXPECT_TRUE(eventually([&] {
            const auto log = upsd->err();
            int found = 0;
            for (std::size_t at = 0; (at = log.find("reloading configuration", at)) != log.npos; ++at)
                ++found;
            return found >= times;
        }));
    }

    Site site;
};

TEST_F(UpsdControl, SetsAVariableAndFollowsWhatBecameOfIt)
{
    const auto driver = site.driver("u");
    const auto upsd = site.upsd();
    ASSERT_TRUE(site.has_status("u", "OL"));
    const auto admin = as("admin", "\"pass word\"");
    ASSERT_EQ(admin->ask("SET TRACKING ON"), "OK");

    const auto answer = admin->ask("SET VAR u ups.id \"a \\\"b\\\" \\# \\\\ c\"");
    ASSERT_TRUE(answer.starts_with("OK TRACKING ")) << answer;
    EXPECT_TRUE(eventually([&] { return admin->ask("GET TRACKING " + answer.substr(12)) == "SUCCESS"; }));
    EXPECT_TRUE(site.answers("GET VAR u ups.id", "VAR u ups.id \"a \\\"b\\\" \\# \\\\ c\""));
    EXPECT_THAT(upsd->err(),
                testing::HasSubstr("audit action=SET user=admin proven=yes from=127.0.0.1 tls=no ups=u "
                                   "what=ups.id value=\"a \\\"b\\\" \\# \\\\ c\""));
    EXPECT_TRUE(eventually([&] {
        return upsd->err().find("audit action=OUTCOME ups=u tracking=" + answer.substr(12)
                                + " result=SUCCESS")
               != std::string::npos;
    }));
}

TEST_F(UpsdControl, FailsWhatTheDriverTookToItsGrave) // D30
{
    auto driver = site.driver("u");
    const auto upsd = site.upsd();
    ASSERT_TRUE(site.has_status("u", "OL"));
    const auto admin = as("admin", "\"pass word\"");
    admin->ask("SET TRACKING ON");
    driver->signal(SIGSTOP);
    const auto answer = admin->ask("SET VAR u ups.id x");
    ASSERT_TRUE(answer.starts_with("OK TRACKING ")) << answer;
    EXPECT_EQ(admin->ask("GET TRACKING " + answer.substr(12)), "PENDING");

    driver.reset();
    EXPECT_TRUE(eventually([&] { return admin->ask("GET TRACKING " + answer.substr(12)) == "ERR FAILED"; }));
}

TEST_F(UpsdControl, CountsLoginsUntilTheClientIsGone) // Traps 11, 23
{
    const auto upsd = site.upsd(); // no driver yet
    auto primary = as("mon", "pw");
    auto second = as("second", "pw");
    EXPECT_EQ(primary->ask("LOGIN u"), "OK");
    EXPECT_EQ(second->ask("LOGIN U"), "OK");
    EXPECT_EQ(second->ask("PRIMARY u"), "ERR ACCESS-DENIED");
    EXPECT_THAT(site.list("LIST CLIENT u"), testing::ElementsAre("BEGIN LIST CLIENT u", "CLIENT u 127.0.0.1",
                                                                 "CLIENT u 127.0.0.1", "END LIST CLIENT u"));
    const auto driver = site.driver("u");
    EXPECT_TRUE(site.answers("GET NUMLOGINS u", "NUMLOGINS u 2"));

    second.reset(); // without a word
    EXPECT_TRUE(eventually([&] { return primary->ask("GET NUMLOGINS u") == "NUMLOGINS u 1"; }, 2s));
    EXPECT_EQ(primary->ask("LOGOUT"), "OK Goodbye");
    EXPECT_TRUE(primary->closed());
    EXPECT_TRUE(site.answers("GET NUMLOGINS u", "NUMLOGINS u 0"));
    EXPECT_THAT(upsd->err(), testing::HasSubstr("User mon@127.0.0.1 logged into UPS [u]\n"));
    EXPECT_THAT(upsd->err(), testing::HasSubstr("User mon@127.0.0.1 logged out from UPS [u]\n"));
}

TEST_F(UpsdControl, KeepsFsdThroughReloadAndANewDriver) // Trap 24
{
    auto driver = site.driver("u");
    const auto upsd = site.upsd();
    ASSERT_TRUE(site.has_status("u", "OL"));
    EXPECT_EQ(as("second", "pw")->ask("FSD u"), "ERR ACCESS-DENIED");
    EXPECT_EQ(as("mon", "pw")->ask("FSD u"), "OK FSD-SET");
    EXPECT_TRUE(site.has_status("u", "FSD OL"));

    reload(upsd);
    EXPECT_TRUE(site.has_status("u", "FSD OL"));
    driver.reset();
    EXPECT_TRUE(site.answers("GET VAR u ups.status", "ERR DRIVER-NOT-CONNECTED"));
    driver = site.driver("u");
    EXPECT_TRUE(site.has_status("u", "FSD OL"));
}

TEST_F(UpsdControl, DisconnectsWhoIsLoggedInToAUpsThatGoes) // Trap 32
{
    const auto upsd = site.upsd();
    auto gone = as("mon", "pw");
    auto stays = as("mon", "pw");
    EXPECT_EQ(gone->ask("LOGIN u"), "OK");
    EXPECT_EQ(stays->ask("LOGIN other"), "OK");

    site.ups_conf(Site::dummy("other"));
    reload(upsd);
    EXPECT_TRUE(gone->closed());
    EXPECT_EQ(stays->ask("PROTVER"), "1.3");
}

TEST_F(UpsdControl, KeepsItsUpsesWhenTheirFileIsDamaged)
{
    const auto upsd = site.upsd();
    const auto mon = as("mon", "pw");
    EXPECT_EQ(mon->ask("LOGIN u"), "OK");

    site.scratch.write("ups.conf", "user = root\n[u\ndriver = dummy-ups\nport = rw.dev\n"
                                   "[other]\nport = rw.dev\n[new]\ndriver = dummy-ups\nport = rw.dev\n");
    reload(upsd);
    EXPECT_TRUE(eventually([&] { return upsd->err().find("UPS [u] stays as it was") != std::string::npos; }));
    EXPECT_EQ(mon->ask("PRIMARY u"), "OK PRIMARY-GRANTED");
    EXPECT_EQ(site.ask("GET UPSDESC other"), "UPSDESC other \"Unavailable\"");
    EXPECT_EQ(site.ask("GET UPSDESC new"), "UPSDESC new \"Unavailable\"");
}

TEST_F(UpsdControl, DisconnectsWhomTheAccessListsRejectNow)
{
    const auto upsd = site.upsd();
    const auto client = site.client();
    EXPECT_EQ(client->ask("PROTVER"), "1.3");

    site.upsd_conf("ACL me 127.0.0.1\nREJECT me\n");
    upsd->signal(SIGHUP);
    EXPECT_TRUE(client->closed(10s));
    EXPECT_TRUE(site.client()->closed(10s));
}

TEST_F(UpsdControl, WritesNoMoreRefusalsThanAnybodyReads)
{
    const auto audit = site.scratch.file("audit.log");
    site.upsd_conf("AUDITLOG " + audit + "\n");
    const auto upsd = site.upsd();
    const auto nobody = as("nobody", "x");
    std::string flood;
    for (int i = 0; i < 3000; ++i)
        flood += "INSTCMD nosuch load.off\n";
    nobody->send(flood + "PROTVER\n");
    nobody->until("1.3", 20s);

    const auto text = site.scratch.read("audit.log");
    EXPECT_GT(text.size(), 0U);
    EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 1500);
    EXPECT_THAT(text, testing::HasSubstr("action=INSTCMD user=nobody proven=no"));
}

TEST_F(UpsdControl, TakesOverChangedUsers)
{
    const auto upsd = site.upsd();
    auto mon = as("mon", "pw");
    EXPECT_EQ(mon->ask("LOGIN u"), "OK");
    users("[mon]\npassword = changed\nupsmon primary\n");
    reload(upsd);

    EXPECT_EQ(mon->ask("PRIMARY u"), "ERR ACCESS-DENIED");
    EXPECT_EQ(as("mon", "changed")->ask("PRIMARY u"), "OK PRIMARY-GRANTED");
}

TEST_F(UpsdControl, RunsWithoutUsers) // D42
{
    std::filesystem::remove(site.scratch.file("upsd.users"));
    const auto upsd = site.upsd();

    EXPECT_EQ(as("mon", "pw")->ask("LOGIN u"), "ERR ACCESS-DENIED");
    EXPECT_THAT(upsd->err(), testing::HasSubstr("upsd.users"));
}

TEST_F(UpsdControl, ChecksHashedPasswordsBesideEverythingElse)
{
    const auto hash = password::hash("s3cret #1");
    ASSERT_TRUE(hash);
    users(fmt::format("[mon]\npassword_hash = \"{}\"\nupsmon primary\n", *hash));
    const auto upsd = site.upsd();

    std::vector<std::unique_ptr<RawClient>> wrong;
    for (int i = 0; i < 4; ++i)
        wrong.push_back(as("mon", "wrong"));
    for (const auto& client : wrong)
        client->send("LOGIN u\nPROTVER\n");
    const auto right = as("mon", "\"s3cret \\#1\"");
    EXPECT_EQ(right->ask("LOGIN u"), "OK");
    for (const auto& client : wrong) {
        EXPECT_EQ(client->line(), "ERR ACCESS-DENIED");
        EXPECT_EQ(client->line(), "1.3") << "what came behind waited its turn";
    }
    EXPECT_EQ(as("mon", "\"s3cret \\#1\"")->ask("LOGIN u"), "OK");
}

TEST_F(UpsdControl, LetsWhoGuessesWaitAndNobodyElse)
{
    const auto upsd = site.upsd();
    const auto before = as("mon", "pw");
    EXPECT_EQ(before->ask("LOGIN u"), "OK");
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(as("mon", "guess")->ask("LOGIN u"), "ERR ACCESS-DENIED");

    const auto guesser = as("mon", "guess");
    const auto start = std::chrono::steady_clock::now();
    guesser->send("LOGIN u\n");
    EXPECT_EQ(before->ask("PRIMARY u"), "OK PRIMARY-GRANTED");
    EXPECT_EQ(site.ask("PROTVER"), "1.3");
    EXPECT_EQ(guesser->line(), "ERR ACCESS-DENIED");
    EXPECT_GE(std::chrono::steady_clock::now() - start, 990ms);
}

TEST_F(UpsdControl, TellsSubscribersAtOnce)
{
    auto driver = site.driver("u");
    const auto upsd = site.upsd();
    ASSERT_TRUE(site.has_status("u", "OL"));
    const auto one = site.client();
    const auto all = site.client();
    one->send("SUBSCRIBE UPS u\n");
    EXPECT_EQ(one->until("END SUBSCRIBE UPS u").front(), "BEGIN SUBSCRIBE UPS u");
    all->send("SUBSCRIBE ALL\n");
    EXPECT_THAT(all->until("OK SUBSCRIBE ALL"), testing::Contains("STATE other DRIVER-NOT-CONNECTED"));

    EXPECT_EQ(as("admin", "\"pass word\"")->ask("SET VAR u ups.id pushed"), "OK");
    EXPECT_EQ(hears(*one, "NOTIFY VAR u ups.id"), "NOTIFY VAR u ups.id \"pushed\"");
    EXPECT_EQ(hears(*all, "NOTIFY VAR u ups.id"), "NOTIFY VAR u ups.id \"pushed\"");
    driver.reset();
    EXPECT_EQ(hears(*one, "NOTIFY STATE"), "NOTIFY STATE u DRIVER-NOT-CONNECTED");
    driver = site.driver("u");
    EXPECT_EQ(hears(*one, "NOTIFY STATE"), "NOTIFY STATE u OK");
    EXPECT_EQ(hears(*one, "NOTIFY VAR u ups.id"), "NOTIFY VAR u ups.id \"first\"");

    site.ups_conf(Site::dummy("other") + Site::dummy("third"));
    reload(upsd);
    EXPECT_EQ(hears(*one, "NOTIFY STATE"), "NOTIFY STATE u REMOVED");
    EXPECT_EQ(hears(*all, "NOTIFY STATE third"), "NOTIFY STATE third DRIVER-NOT-CONNECTED");
    EXPECT_EQ(one->ask("PROTVER"), "1.3");
}

} // namespace
} // namespace upright::test
