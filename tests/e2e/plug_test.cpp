// The whole chain on a simulated device: upsim, nutdrv_qx, upsd, upsc. The plug is pulled, the line is
// spoilt.
#include "tests/e2e/site.hpp"
#include "tests/support/simulator.hpp"

#include <gmock/gmock.h>

#include <iostream>

namespace upright::test {
namespace {

using Clock = std::chrono::steady_clock;

class Plug : public testing::Test {
protected:
    Plug() : simulator({"--load", "300"})
    {
        site.upsd_conf("MAXAGE 5\n");
        site.ups_conf("[u]\ndriver = nutdrv_qx\nport = " + simulator.port() + "\n");
        driver = site.driver("u", "nutdrv_qx");
        upsd = site.upsd();
        EXPECT_TRUE(status_becomes("OL"));
    }

    std::string status() const
    {
        auto out = site.upsc({"u", "ups.status"}).out;
        return out.empty() ? "<none>" : out.substr(0, out.size() - 1);
    }
    // The status has all these words, and soon; none is FSD, ever.
    bool status_becomes(const std::string& words, std::chrono::milliseconds limit = 20s) const
    {
        return eventually(
            [&] {
                const auto now = " " + status() + " ";
                EXPECT_EQ(now.find("FSD"), std::string::npos) << now;
                bool all = true;
                for (std::size_t from = 0; from < words.size();) {
                    const auto to = std::min(words.find(' ', from), words.size());
                    all = all && now.find(" " + words.substr(from, to - from) + " ") != std::string::npos;
                    from = to + 1;
                }
                return all;
            },
            limit);
    }
    bool goes_stale() const { return site.answers("GET VAR u ups.status", "ERR DATA-STALE", 40s); }

    Simulator simulator;
    Site site;
    std::unique_ptr<Process> driver;
    std::unique_ptr<Process> upsd;
};

TEST_F(Plug, PulledIsSeenWithinSecondsAndForgottenWhenItIsBack)
{
    const auto pulled = Clock::now();
    simulator.ctl({"ups1", "mains", "off"});
    EXPECT_TRUE(status_becomes("OB", 5s)) << status();
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - pulled);
    std::cout << "mains off, upsc says OB after " << took.count() << " ms\n";

    simulator.ctl({"ups1", "battery", "15"});
    EXPECT_TRUE(status_becomes("OB LB", 5s)) << status();
    simulator.ctl({"ups1", "mains", "on"});
    EXPECT_TRUE(status_becomes("OL", 5s)) << status();
    simulator.ctl({"ups1", "battery", "80"});
    EXPECT_TRUE(eventually([&] { return status().find("LB") == std::string::npos; }, 5s)) << status();
}

class SpoiltLine : public Plug, public testing::WithParamInterface<const char*> {};

TEST_P(SpoiltLine, IsStaleAndRecoversAlone)
{
    simulator.ctl({"ups1", "fault", GetParam()});
    EXPECT_TRUE(goes_stale());
    EXPECT_EQ(site.socket("u", "nutdrv_qx")->ask("PING"), "PONG")
        << "Trap 38: the device does not keep it busy";
    EXPECT_EQ(site.upsc({"u"}).err, "Error: Data stale\n");
    simulator.ctl({"ups1", "fault", "none"});
    EXPECT_TRUE(status_becomes("OL")) << status();
}

INSTANTIATE_TEST_SUITE_P(Faults, SpoiltLine, testing::Values("garble", "mute"));

TEST_F(Plug, APulledCableIsOpenedAgain)
{
    simulator.ctl({"ups1", "fault", "drop"});
    simulator.ctl({"ups1", "mains", "off"});

    EXPECT_TRUE(status_becomes("OB")) << status();
    EXPECT_TRUE(driver->running());
}

TEST_F(Plug, ADeviceThatIsGoneIsStaleAndComesBackAlone)
{
    simulator.ctl({"quit"});
    EXPECT_EQ(simulator.process().wait().exit_code, 0);
    EXPECT_TRUE(goes_stale());

    Process again({program("upsim"), "run", "--dir", simulator.scratch().path()},
                  simulator.scratch().environment());
    EXPECT_TRUE(status_becomes("OL")) << status() << driver->err();
}

} // namespace
} // namespace upright::test
