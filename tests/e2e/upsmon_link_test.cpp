// upsmon and its servers when these come and go, fall silent or move: no host goes down because of it, but
// one that is on battery does in time.
#include "tests/e2e/watched.hpp"
#include "tests/support/raw_server.hpp"

#include <atomic>

namespace upright::test {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr int kMany = 50;
const std::string kPatience = "DEADTIME 60\n"; // longer than any server here is away

class UpsmonLink : public Watched {
protected:
    void restart(int with)
    {
        upsd->signal(with);
        upsd->wait();
        upsd = site.upsd();
    }
};

TEST_F(UpsmonLink, ServerRestartsUnderManyClients)
{
    serve();
    std::vector<std::unique_ptr<Guard>> all;
    for (int i = 0; i < kMany; ++i)
        all.push_back(guard("u@$ 1 mon pw secondary", kPatience));
    ASSERT_TRUE(has_logins(kMany));

    restart(SIGKILL);
    EXPECT_TRUE(has_logins(kMany));
    set_status("OB");
    restart(SIGTERM);
    EXPECT_TRUE(has_logins(kMany));
    for (const auto& one : all)
        EXPECT_TRUE(one->writes("ONBATT u@$"));
    EXPECT_TRUE(site.has_status("u", "OB"));
    set_status("OL");

    for (const auto& one : all)
        EXPECT_TRUE(one->writes("ONLINE u@$"));
    for (const auto& one : all)
        one->process->signal(SIGTERM);
    for (const auto& one : all)
        expect_not_shut_down(*one);
}

TEST_F(UpsmonLink, FlapsInEachState)
{
    serve();
    const auto upsmon = guard("u@$ 1 mon pw primary", kPatience + "OFFDURATION 600\n");
    ASSERT_TRUE(upsmon->is_protected());
    int flaps = 0;
    for (const auto* const status : {"OL", "OB", "CAL OL", "ALARM OL", "BYPASS OL", "OFF"}) {
        SCOPED_TRACE(status);
        set_status(status);
        restart(SIGKILL);
        ++flaps;
        EXPECT_TRUE(upsmon->writes("COMMBAD u@$", flaps));
        EXPECT_TRUE(upsmon->writes("COMMOK u@$", flaps));
        EXPECT_TRUE(upsmon->is_protected());
    }
    EXPECT_TRUE(upsmon->writes("OFF u@$"));
    expect_not_shut_down(*upsmon);
}

TEST_F(UpsmonLink, SilentServerIsLost)
{
    const RawServer mute([](const std::string&) { return ""; }, RawServer::Starttls::as_answer);
    Guard upsmon(mute.address(), {});

    EXPECT_TRUE(upsmon.writes("COMMBAD u@$"));
    EXPECT_TRUE(eventually([&] { return upsmon.count("NOCOMM u@$") > 0; }, 30s));
    EXPECT_THAT(upsmon.upsmon({"--status"}).out, HasSubstr("it has never answered"));
    expect_not_shut_down(upsmon);
}

TEST_F(UpsmonLink, ServerThatFallsSilentOnBatteryIsFatal)
{
    serve({"u", "ol"});
    const auto on_line = guard("ol@$ 1 mon pw primary");
    const auto on_battery = guard();
    ASSERT_TRUE(on_line->is_protected());
    ASSERT_TRUE(on_battery->is_protected());
    set_status("OB");
    ASSERT_TRUE(on_battery->writes("ONBATT"));

    upsd->signal(SIGSTOP);

    EXPECT_TRUE(eventually([&] { return on_battery->count("shut down") > 0; }, 30s))
        << on_battery->process->err();
    EXPECT_TRUE(on_line->writes("COMMBAD"));
    expect_not_shut_down(*on_line);
}

TEST_F(UpsmonLink, DriverLostOnBatteryIsFatalOnLineNot) // Trap 83
{
    serve({"u", "ol"});
    const auto on_line = guard("ol@$ 1 mon pw primary");
    const auto on_battery = guard();
    ASSERT_TRUE(on_line->is_protected());
    ASSERT_TRUE(on_battery->is_protected());
    set_status("OB");
    ASSERT_TRUE(on_battery->writes("ONBATT"));

    for (const auto& [ups, driver] : drivers)
        driver->signal(SIGKILL);

    EXPECT_TRUE(on_battery->is_shut_down()) << on_battery->process->err();
    EXPECT_TRUE(on_line->writes("COMMBAD ol@$"));
    expect_not_shut_down(*on_line);
}

TEST_F(UpsmonLink, UpsThatLeavesItsServerMayComeBack)
{
    serve({"u", "v"});
    const auto upsmon = guard("u@$ 1 mon pw primary\nv@$ 1 mon pw primary");
    ASSERT_TRUE(upsmon->is_protected());

    define({"u"});
    upsd->signal(SIGHUP);
    EXPECT_TRUE(upsmon->writes("COMMBAD v@$"));
    EXPECT_TRUE(upsmon->logs("Poll UPS [v@$] failed - [v] does not exist on server 127.0.0.1"));
    define({"u", "v"});
    upsd->signal(SIGHUP);

    EXPECT_TRUE(upsmon->writes("COMMOK v@$"));
    EXPECT_TRUE(upsmon->is_protected());
    EXPECT_TRUE(has_logins(1, "v"));
    EXPECT_EQ(upsmon->count("COMMBAD u@$"), 0);
    expect_not_shut_down(*upsmon);
}

TEST_F(UpsmonLink, ForcedShutdownWaitsForALoginUnderWay)
{
    std::atomic<bool> may_answer{false};
    const RawServer server([&](const std::string& line) -> std::string {
        if (line.starts_with("PRIMARY"))
            eventually([&] { return may_answer.load(); });
        if (line.starts_with("SUBSCRIBE"))
            return "ERR UNKNOWN-COMMAND\n";
        if (line.starts_with("GET VAR u ups.status"))
            return "VAR u ups.status \"OL\"\n";
        if (line.starts_with("GET VAR"))
            return "ERR VAR-NOT-SUPPORTED\n";
        return line.starts_with("GET NUMLOGINS") ? "NUMLOGINS u 1\n" : "OK\n";
    });
    Guard upsmon(server.address(), {});
    ASSERT_TRUE(eventually([&] {
        const auto requests = server.requests();
        return std::find(requests.begin(), requests.end(), "PRIMARY u") != requests.end();
    }));

    EXPECT_EQ(upsmon.upsmon({"-c", "fsd"}).exit_code, 0);
    EXPECT_TRUE(upsmon.logs("User requested FSD"));
    may_answer = true;

    EXPECT_TRUE(upsmon.is_shut_down()) << upsmon.process->err();
    EXPECT_THAT(server.requests(), Contains("FSD u")); // or the secondaries would never know
}

TEST_F(UpsmonLink, NameThatIsGoneHoldsUpNobody)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "needs a mount namespace";
    serve({"u", "v"});
    const Scratch etc;
    const std::string known = "127.0.0.1 localhost upsd-of-test\n";
    etc.write("hosts", known);
    Guard::Wish wish;
    wish.monitor = fmt::format("u@upsd-of-test:{} 1 mon pw primary\nv@$ 1 mon pw primary", site.port);
    wish.before = {"/usr/bin/unshare",
                   "--mount",
                   "/bin/sh",
                   "-c",
                   "mount --bind " + etc.file("hosts") + " /etc/hosts && exec \"$@\"",
                   "sh"};
    const auto upsmon = guard(wish);
    ASSERT_TRUE(upsmon->is_protected()) << upsmon->process->err();

    etc.write("hosts", "127.0.0.1 localhost\n");
    restart(SIGKILL);
    EXPECT_TRUE(upsmon->writes("COMMBAD u@upsd-of-test"));
    EXPECT_TRUE(upsmon->writes("COMMOK v@$"));
    set_status("OB", "v");
    EXPECT_TRUE(upsmon->writes("ONBATT v@$")); // while the name is looked up
    set_status("OL", "v");
    EXPECT_EQ(upsmon->count("COMMOK u@upsd-of-test"), 0);
    EXPECT_THAT(upsmon->upsmon({"--status"}).out, HasSubstr("it does not answer: "));

    etc.write("hosts", known);
    EXPECT_TRUE(upsmon->writes("COMMOK u@upsd-of-test"));
    expect_not_shut_down(*upsmon);
}

TEST_F(UpsmonLink, Ipv6Only)
{
    const auto port = free_port();
    serve({"u"}, fmt::format("LISTEN ::1 {}\n", port));
    Guard number(fmt::format("[::1]:{}", port), {});
    EXPECT_TRUE(number.is_protected()) << number.process->err();
    Guard::Wish wish;
    wish.monitor = "u@$ 1 second pw secondary";
    wish.options = {"-F", "-u", "root", "-6"};
    Guard six(fmt::format("[::1]:{}", port), wish);
    EXPECT_TRUE(six.is_protected()) << six.process->err();
    EXPECT_TRUE(has_logins(2));

    wish.options.back() = "-4";
    Guard four(fmt::format("[::1]:{}", port), wish);
    EXPECT_TRUE(four.writes("COMMBAD"));
    EXPECT_TRUE(four.writes("NOCOMM"));
    expect_not_shut_down(four);
    EXPECT_EQ(number.upsmon({"-c", "fsd"}).exit_code, 0);
    EXPECT_TRUE(number.is_shut_down());
    EXPECT_TRUE(six.writes("FSD u@$ UPS u@$: forced shutdown in progress")) << six.process->err();
}

} // namespace
} // namespace upright::test
