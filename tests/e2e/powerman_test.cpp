// powerman-pdu under our upsd, with Debian's powermand, and with some that are none.
#include "tests/e2e/site.hpp"
#include "tests/interop/powermand.hpp"
#include "tests/support/fake_powermand.hpp"

#include <gmock/gmock.h>

namespace upright::test {
namespace {

constexpr const char* kDriver = "powerman-pdu";
constexpr const char* kStale = "ERR DATA-STALE";

class PowermanPdu : public testing::Test {
protected:
    PowermanPdu()
    {
        const auto path =
            site.scratch.write("upsd.users", "[admin]\npassword = pw\nactions = SET\ninstcmds = ALL\n");
        std::filesystem::permissions(path, std::filesystem::perms::owner_read);
    }

    void section(int port, int timeout) const
    {
        site.ups_conf(
            fmt::format("[pdu]\ndriver = {}\nport = 127.0.0.1:{}\ntimeout = {}\n", kDriver, port, timeout));
    }
    bool shows(const std::string& variable, const std::string& value) const
    {
        return site.answers("GET VAR pdu " + variable, fmt::format("VAR pdu {} \"{}\"", variable, value));
    }
    bool stale() const { return site.answers("GET VAR pdu device.type", kStale); }
    Finished command(std::vector<std::string> words) const
    {
        std::vector<std::string> all{"-w", "-u", "admin", "-p", "pw", "pdu" + site.at()};
        all.insert(all.end(), words.begin(), words.end());
        return site.finish("upscmd", all);
    }

    Site site;
};

TEST_F(PowermanPdu, ShowsEachOutletAndSwitchesIt)
{
    const Powermand powermand(site.scratch);
    section(powermand.port, 10);
    const auto driver = site.driver("pdu", kDriver);
    const auto upsd = site.upsd();

    ASSERT_TRUE(shows("outlet.count", "16"));
    EXPECT_TRUE(shows("device.type", "pdu"));
    EXPECT_TRUE(shows("outlet.3.desc", "t2"));
    EXPECT_TRUE(shows("outlet.3.status", "off"));
    for (const auto& [order, state] :
         {std::pair("on", "on"), std::pair("off", "off"), std::pair("cycle", "on")}) {
        SCOPED_TRACE(order);
        const auto done = command({fmt::format("outlet.3.load.{}", order)});
        EXPECT_EQ(done.exit_code, 0) << done.out << done.err << driver->err();
        EXPECT_EQ(powermand.state_of("t2"), state);
        EXPECT_TRUE(shows("outlet.3.status", state));
    }
    EXPECT_TRUE(shows("outlet.4.status", "off"));
    EXPECT_EQ(driver->err().find("does not"), std::string::npos) << driver->err();
}

TEST_F(PowermanPdu, RefusesWhatItDoesNotKnow)
{
    const Powermand powermand(site.scratch);
    section(powermand.port, 10);
    const auto driver = site.driver("pdu", kDriver);
    const auto socket = site.socket("pdu", kDriver);

    for (const auto* const order :
         {"outlet.17.load.on", "outlet.0.load.on", "outlet.3.load", "outlet.3.load.toggle"}) {
        SCOPED_TRACE(order);
        socket->send(fmt::format("INSTCMD {} TRACKING 1\n", order));
        EXPECT_EQ(hears(*socket, "TRACKING "), "TRACKING 1 1");
    }
    socket->send("INSTCMD outlet.3.load.off 60 TRACKING 2\n"); // no delay here: now would be wrong
    EXPECT_EQ(hears(*socket, "TRACKING "), "TRACKING 2 2");
}

TEST_F(PowermanPdu, ACommandHasFailedUnlessTheOutletObeys)
{
    const FakePowermand powermand; // says that everything is done
    section(powermand.port(), 1);
    const auto driver = site.driver("pdu", kDriver);
    const auto upsd = site.upsd();
    ASSERT_TRUE(shows("outlet.2.status", "off"));

    EXPECT_NE(command({"outlet.2.load.on"}).exit_code, 0);
    EXPECT_EQ(command({"outlet.1.load.on"}).exit_code, 0);
    EXPECT_NE(driver->err().find("the outlet is not on"), std::string::npos) << driver->err();
}

TEST_F(PowermanPdu, AnOutletThatCannotBeAskedIsUnknown)
{
    FakePowermand powermand([](const std::string& request) {
        return request == "status b" ? FakePowermand::Reply{"211 Query completed with errors\r\npowerman> "}
                                     : FakePowermand::sane(request);
    });
    section(powermand.port(), 1);
    const auto driver = site.driver("pdu", kDriver);
    const auto upsd = site.upsd();

    EXPECT_TRUE(shows("outlet.2.status", "unknown"));
    EXPECT_TRUE(shows("outlet.1.status", "on"));
    powermand.answer_by(FakePowermand::sane);
    EXPECT_TRUE(shows("outlet.2.status", "off"));
}

TEST_F(PowermanPdu, IsStaleWithoutPowermandAndFreshWhenThatIsBack)
{
    Powermand powermand(site.scratch);
    section(powermand.port, 10);
    const auto driver = site.driver("pdu", kDriver);
    const auto upsd = site.upsd();
    ASSERT_TRUE(shows("device.type", "pdu"));

    for (int i = 0; i < 2; ++i) {
        powermand.kill();
        EXPECT_TRUE(stale());
        powermand.start();
        EXPECT_TRUE(shows("device.type", "pdu")) << driver->err();
    }
    driver->signal(SIGTERM);
    EXPECT_EQ(driver->wait().exit_code, 0);
}

TEST_F(PowermanPdu, IsStaleWhilePowermandIsStopped)
{
    const Powermand powermand(site.scratch);
    section(powermand.port, 1);
    const auto driver = site.driver("pdu", kDriver);
    const auto upsd = site.upsd();
    ASSERT_TRUE(shows("device.type", "pdu"));

    const auto socket = site.socket("pdu", kDriver);
    socket->send("DUMPALL\n");

    powermand.stop();
    EXPECT_TRUE(stale());
    EXPECT_EQ(hears(*socket, "SETINFO driver.problem"),
              fmt::format("SETINFO driver.problem \"powermand at 127.0.0.1:{}: no answer within 1 s\"",
                          powermand.port));
    powermand.go_on();
    EXPECT_TRUE(shows("device.type", "pdu")) << driver->err();
}

TEST_F(PowermanPdu, EndsAtOnceWhileItWaits)
{
    const Powermand powermand(site.scratch);
    section(powermand.port, 120); // far more than the test would wait
    const auto driver = site.driver("pdu", kDriver);
    const auto socket = site.socket("pdu", kDriver);
    powermand.stop();
    socket->send("INSTCMD outlet.1.load.on TRACKING 1\n");
    ASSERT_TRUE(eventually([&] { return driver->err().find("outlet.1.load.on") != std::string::npos; }))
        << driver->err();

    driver->signal(SIGTERM);

    EXPECT_EQ(driver->wait().exit_code, 0);
    EXPECT_FALSE(std::filesystem::exists(site.scratch.file("powerman-pdu-pdu")));
}

// The process in which libpowerman runs; 0 if there is none.
pid_t talker_of(pid_t driver)
{
    for (const auto& thread : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", driver))) {
        pid_t child = 0;
        if (std::ifstream(thread.path() / "children") >> child)
            return child;
    }
    return 0;
}

TEST_F(PowermanPdu, LeavesNoProcessBehind)
{
    const Powermand powermand(site.scratch);
    section(powermand.port, 1);

    for (const bool busy : {false, true}) {
        SCOPED_TRACE(busy);
        const auto driver = site.driver("pdu", kDriver);
        const auto socket = site.socket("pdu", kDriver);
        if (busy) {
            powermand.stop();
            socket->send("INSTCMD outlet.1.load.on TRACKING 1\n");
            ASSERT_TRUE(
                eventually([&] { return driver->err().find("outlet.1.load.on") != std::string::npos; }));
        }
        pid_t talker = 0; // there is a new one now and then while powermand is stopped
        ASSERT_TRUE(eventually([&] { return (talker = talker_of(driver->pid())) > 0; }));

        driver->signal(SIGKILL);

        EXPECT_TRUE(eventually([&] { return is_gone(talker); }));
        powermand.go_on();
    }
}

TEST_F(PowermanPdu, SurvivesTheEndOfItsTalker)
{
    const Powermand powermand(site.scratch);
    section(powermand.port, 10);
    const auto driver = site.driver("pdu", kDriver);
    const auto upsd = site.upsd();
    ASSERT_TRUE(shows("device.type", "pdu"));

    ::kill(talker_of(driver->pid()), SIGKILL);

    EXPECT_TRUE(eventually([&] { return driver->err().find("re-established") != std::string::npos; }));
    EXPECT_TRUE(shows("device.type", "pdu")) << driver->err();
}

TEST_F(PowermanPdu, DoesNotStartWithoutPowermand)
{
    section(free_port(), 1);

    const auto ended = site.finish(kDriver, {"-a", "pdu", "-F"});

    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_NE(ended.err.find("powermand at 127.0.0.1:"), std::string::npos) << ended.err;
}

// What a server may do that is no powermand, or was taken over.
struct Hostile {
    const char* name;
    FakePowermand::Answer answer;
};

const FakePowermand::Reply kNothing{};
const FakePowermand::Reply kGarbage{std::string("\0\x1b[2J%s%n\r\n\xff\xfe", 13) + "\r\npowerman> "};

std::vector<Hostile> hostiles()
{
    using Reply = FakePowermand::Reply;
    const auto once = [](const std::string& when, Reply reply) {
        return [=](const std::string& request) {
            return request == when ? reply : FakePowermand::sane(request);
        };
    };
    const auto always = [](Reply reply) { return [=](const std::string&) { return reply; }; };
    const Reply endless{std::string(1 << 16, 'x'), true};
    const Reply lines{"307 node\r\n", true};
    const Reply long_name{"307 " + std::string(1 << 20, 'n') + "\r\n103 Query complete\r\npowerman> "};
    const Reply odd_name{"307 \x1b[2J\r\n103 Query complete\r\npowerman> "};
    const Reply cut{"307 a\r\n30", false, true};
    std::string many;
    for (int i = 0; i < 5000; ++i)
        many += fmt::format("307 n{}\r\n", i);
    return {{"silent", always(kNothing)},
            {"garbage", always(kGarbage)},
            {"garbage, then nothing", always({"\r\n\r\n"})},
            {"endless greeting", always(endless)},
            {"endless lines", once("nodes", lines)},
            {"endless line", once("nodes", endless)},
            {"a name longer than any buffer", once("nodes", long_name)},
            {"a name of control characters", once("nodes", odd_name)},
            {"hangs up", once("nodes", cut)},
            {"too many outlets", once("nodes", {many + "103 Query complete\r\npowerman> "})},
            {"hangs up at the greeting", always({"", false, true})}};
}

TEST_F(PowermanPdu, DoesNotStartOnWhatIsNoPowermand)
{
    for (const auto& hostile : hostiles()) {
        SCOPED_TRACE(hostile.name);
        const FakePowermand powermand(hostile.answer);
        section(powermand.port(), 1);

        const auto ended = site.finish(kDriver, {"-a", "pdu", "-F"});

        EXPECT_EQ(ended.exit_code, 1);
        EXPECT_NE(ended.err.find("powermand"), std::string::npos) << ended.err;
        EXPECT_EQ(ended.err.find('\x1b'), std::string::npos);
    }
}

TEST_F(PowermanPdu, SurvivesAPowermandThatTurnsHostile)
{
    FakePowermand powermand;
    section(powermand.port(), 1);
    const auto driver = site.driver("pdu", kDriver);
    const auto upsd = site.upsd();
    constexpr long kMuch = 64L << 10; // KiB

    for (const auto& hostile : hostiles()) {
        SCOPED_TRACE(hostile.name);
        ASSERT_TRUE(shows("outlet.1.status", "on")) << driver->err();
        powermand.answer_by([&](const std::string& request) {
            // Also on the connection there is.
            return request.starts_with("status") ? FakePowermand::Reply{"", false, true}
                                                 : hostile.answer(request);
        });
        EXPECT_TRUE(stale());
        EXPECT_TRUE(driver->running());
        powermand.answer_by(FakePowermand::sane);
    }
    EXPECT_TRUE(shows("outlet.2.status", "off")) << driver->err();
    EXPECT_TRUE(built_with_asan() || resident_kilobytes(driver->pid()) < kMuch);
}

TEST_F(PowermanPdu, SurvivesAStatusThatMakesNoSense)
{
    FakePowermand powermand;
    section(powermand.port(), 1);
    const auto driver = site.driver("pdu", kDriver);
    const auto upsd = site.upsd();

    for (const auto& reply : {kNothing, kGarbage, FakePowermand::Reply{std::string(1 << 16, '3'), true}}) {
        ASSERT_TRUE(shows("outlet.1.status", "on")) << driver->err();
        powermand.answer_by([&](const std::string& request) {
            return request.starts_with("status") ? reply : FakePowermand::sane(request);
        });
        EXPECT_TRUE(stale());
        powermand.answer_by(FakePowermand::sane);
    }
    EXPECT_TRUE(shows("outlet.2.status", "off")) << driver->err();
}

} // namespace
} // namespace upright::test
