// Virtual UPSes in a running upsd: groups, and stages that shut down in order.
#include "tests/e2e/site.hpp"

#include <csignal>
#include <gmock/gmock.h>

namespace upright::test {
namespace {

class VirtualUps : public testing::Test {
protected:
    VirtualUps() { site.scratch.write("upsd.users", "[mon]\npassword = pw\nupsmon primary\n"); }

    void status(const std::string& ups, const std::string& words) const
    {
        site.scratch.write(ups + ".dev",
                           "ups.status: " + words + "\nbattery.charge: 80\nbattery.runtime: 900\n");
    }
    void start(const std::vector<std::string>& real, const std::string& virtual_sections)
    {
        std::string sections;
        for (const auto& ups : real) {
            status(ups, "OL");
            sections += Site::dummy(ups, "", ups + ".dev");
        }
        site.ups_conf(sections + virtual_sections);
        for (const auto& ups : real)
            drivers.push_back(site.driver(ups));
        upsd = site.upsd();
        for (const auto& ups : real)
            ASSERT_TRUE(site.has_status(ups, "OL"));
    }
    std::unique_ptr<RawClient> login(const std::string& ups) const
    {
        auto client = site.client();
        client->ask("USERNAME mon");
        client->ask("PASSWORD pw");
        EXPECT_EQ(client->ask("LOGIN " + ups), "OK");
        return client;
    }

    Site site;
    std::vector<std::unique_ptr<Process>> drivers;
    std::unique_ptr<Process> upsd;
};

TEST_F(VirtualUps, GroupHoldsWhileEnoughOfItsMembersDo)
{
    start({"a", "b"}, "[rack]\ndriver = virtual\nof = a b\ndesc = \"Rack 7\"\n");
    EXPECT_TRUE(site.has_status("rack", "OL"));
    EXPECT_EQ(site.ask("GET UPSDESC rack"), "UPSDESC rack \"Rack 7\"");
    EXPECT_EQ(site.ask("GET VAR rack driver.name"), "VAR rack driver.name \"virtual\"");

    status("a", "OB");
    EXPECT_TRUE(site.has_status("a", "OB"));
    EXPECT_TRUE(site.has_status("rack", "OL"));
    status("b", "OB");
    EXPECT_TRUE(site.has_status("rack", "OB"));
    status("a", "OB LB");
    status("b", "OB LB");
    EXPECT_TRUE(site.has_status("rack", "OB LB"));
    const auto feeds = login("rack");
    EXPECT_TRUE(site.answers("GET NUMLOGINS a", "NUMLOGINS a 1")) << "it feeds the rack's host, too";
}

TEST_F(VirtualUps, StagesShutDownOneAfterTheOther)
{
    start({"u"}, "[first]\ndriver = virtual\nof = u\nstage = 1\nafter = 1\n"
                 "[second]\ndriver = virtual\nof = u\nstage = 2\nafter = 1\nlimit = 600\n");
    ASSERT_TRUE(site.has_status("second", "OL"));
    auto host = login("first");
    const auto listener = site.client();
    listener->send("SUBSCRIBE UPS second\n");
    listener->until("END SUBSCRIBE");

    status("u", "OB");
    EXPECT_TRUE(site.has_status("first", "FSD OB"));
    EXPECT_TRUE(site.has_status("second", "OB")) << "its turn has not come";
    EXPECT_TRUE(site.answers("GET VAR second ups.stage.state", "VAR second ups.stage.state \"waiting\""));
    host.reset(); // the first host is down
    EXPECT_EQ(hears(*listener, "NOTIFY VAR second ups.status \"FSD"),
              "NOTIFY VAR second ups.status \"FSD OB\"");
    EXPECT_TRUE(site.has_status("u", "OB")) << "the others stay up";

    upsd->signal(SIGHUP);
    EXPECT_TRUE(eventually([&] { return upsd->err().find("SIGHUP") != std::string::npos; }));
    EXPECT_TRUE(site.has_status("first", "FSD OB"));
}

TEST_F(VirtualUps, StageNeverFiresWhenMainsComeBackInTime)
{
    start({"u"}, "[late]\ndriver = virtual\nof = u\nstage = 1\nafter = 600\n");
    status("u", "OB");
    EXPECT_TRUE(site.has_status("late", "OB"));
    status("u", "OL");
    EXPECT_TRUE(site.has_status("late", "OL"));
    drivers.clear();
    EXPECT_TRUE(site.answers("GET VAR late ups.status", "ERR DATA-STALE"));
}

TEST_F(VirtualUps, WithoutItsMembersIsNotServed)
{
    start({"u"}, "[lost]\ndriver = virtual\nof = nosuch\n");

    EXPECT_EQ(site.ask("GET VAR lost ups.status"), "ERR UNKNOWN-UPS");
    EXPECT_THAT(upsd->err(), testing::HasSubstr("nosuch"));
}

} // namespace
} // namespace upright::test
