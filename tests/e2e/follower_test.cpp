// Following a real upsd: told at once, across restarts of everything.
#include "tests/e2e/site.hpp"
#include "tests/support/heard.hpp"

#include <csignal>
#include <gmock/gmock.h>

namespace upright::test {
namespace {

TEST(Following, SurvivesTheDriverAndTheServer)
{
    Site site;
    site.ups_conf(Site::dummy("u") + Site::dummy("v"));
    auto driver = site.driver("u");
    auto upsd = site.upsd();
    ASSERT_TRUE(site.has_status("u", "OL"));
    Follower::Settings settings{.server = {"127.0.0.1", static_cast<std::uint16_t>(site.port)}, .ups = {}};
    settings.poll = 200ms;
    settings.first_delay = 10ms;
    settings.longest_delay = 100ms;
    Heard heard(settings);

    EXPECT_TRUE(heard.hears("connected"));
    EXPECT_EQ(heard.upses().at("u").values.at("battery.charge"), "90");
    EXPECT_EQ(heard.upses().at("u").values.at("ups.serial"), "a \"q\" \\ b # c");
    EXPECT_EQ(heard.upses().at("v").why_not, Errc::driver_not_connected);

    driver.reset();
    EXPECT_TRUE(heard.hears("u driver not connected"));
    EXPECT_TRUE(heard.upses().at("u").values.empty());
    driver = site.driver("u");
    EXPECT_TRUE(heard.hears("u battery.charge=90"));

    upsd->signal(SIGKILL);
    upsd.reset();
    EXPECT_TRUE(heard.hears("lost"));
    EXPECT_EQ(heard.upses().at("u").values.at("battery.charge"), "90") << "what it said last";
    upsd = site.upsd();
    EXPECT_TRUE(heard.hears("connected"));

    upsd->signal(SIGSTOP); // neither dead nor alive: the heartbeat finds out
    EXPECT_TRUE(heard.hears("lost"));
    upsd->signal(SIGCONT);
    EXPECT_TRUE(heard.hears("connected"));
}

} // namespace
} // namespace upright::test
