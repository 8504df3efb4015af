// An installed tree works wherever it stands: programs find drivers, device files and descriptions in it.
#include "tests/support/process.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace upright::test {
namespace {

class Installed : public testing::Test {
protected:
    void SetUp() override
    {
        const auto done = run({UPRIGHT_CMAKE, "--install", UPRIGHT_STAGE, "--prefix", prefix_}, {}, 60s);
        ASSERT_EQ(done.exit_code, 0) << done.out << done.err;
    }

    void TearDown() override { run({prefix_ + "/sbin/upsdrvctl", "stop"}, scratch_.environment(), 60s); }

    std::string ask(const std::string& request) const
    {
        RawClient client(port_);
        return client.connected() ? client.ask(request) : "";
    }

    // Not the folder that was configured.
    Scratch scratch_;
    std::string prefix_ = scratch_.file("prefix");
    int port_ = free_port();
};

TEST_F(Installed, ChainRunsFromThere)
{
    const auto environment = scratch_.environment();
    Process upsim({prefix_ + "/bin/upsim", "run", "--dir", scratch_.file("sim")}, environment);
    const bool simulates = eventually([&] { return upsim.out().find("ready\n") != std::string::npos; });
    ASSERT_TRUE(simulates) << upsim.err();
    scratch_.write("ups.conf", fmt::format("user = root\n[desk]\ndriver = nutdrv_qx\nport = {}\n",
                                           scratch_.file("sim/ups1")));
    scratch_.write("upsd.conf", fmt::format("LISTEN 127.0.0.1 {}\n", port_));

    const auto started = run({prefix_ + "/sbin/upsdrvctl", "start"}, environment, 60s);
    Process upsd({prefix_ + "/sbin/upsd", "-F", "-u", "root"}, environment);

    ASSERT_EQ(started.exit_code, 0) << started.out << started.err;
    const bool serves =
        eventually([&] { return ask("GET VAR desk ups.status") == "VAR desk ups.status \"OL\""; });
    EXPECT_TRUE(serves) << upsd.err();
    EXPECT_EQ(ask("GET DESC desk ups.load"), "DESC desk ups.load \"Load, of what the UPS can carry (%)\"");
}

TEST_F(Installed, HoldsWhatThePagesPromise)
{
    for (const auto* const file : {"bin/upsc",
                                   "bin/upscmd",
                                   "bin/upslog",
                                   "bin/upsrw",
                                   "bin/upsim",
                                   "sbin/upsd",
                                   "sbin/upsdrvctl",
                                   "sbin/upsmon",
                                   "sbin/upssched",
                                   "libexec/upright/dummy-ups",
                                   "libexec/upright/nutdrv_qx",
                                   "libexec/upright/blazer_ser",
                                   "share/upright/cmdvartab",
                                   "share/upright/devices/megatec/megatec.toml",
                                   "share/upright/devices/usbhid/usages.toml",
                                   "share/upright/devices/usbhid/generic.toml",
                                   "lib/udev/rules.d/62-nut-usbups.rules",
                                   "lib/systemd/system-shutdown/upright-killpower",
                                   "share/upright/conf/ups.conf",
                                   "share/upright/conf/upsd.conf",
                                   "share/upright/conf/nut.conf"})
        EXPECT_TRUE(std::filesystem::exists(prefix_ + "/" + file)) << file;
}

} // namespace
} // namespace upright::test
