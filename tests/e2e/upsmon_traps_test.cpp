// What sites have come to rely on in upsmon, each by its number in the list of such traps:
//
//     11  LogsInBeforeTheDriverIsThere            88  DropsItsLoginOnlyOnceShutdowncmdHasBegun,
//     23  DeadSecondaryIsNotWaitedFor                 ShutdownexitNoKeepsTheLogin
//     81  FirstContactOnLineIsSilent              89  CalibrationIsNoShutdownUntilItIsLost
//     82  FirstFailureIsCommbadTheSecondNocomm    90  LostOnBypassOrInAlarmIsCritical
//     83  LostOnBatteryShutsDownLostOnLineNever   91  OffForLongIsCritical
//     84  PrimaryActsAtOnceSecondaryAfterHostsync 92  NotifycmdGetsOneArgumentAndItsVariables
//     85  FsdOfTheDriverShutsDown, FsdOfTheServer 93  ShutdownIsToldBeforeFinaldelay
//     86  OneOfTwoSuppliesIsEnough                94  FlagIsThereBeforeShutdowncmd
//     87  PrimaryWaitsForItsSecondary             95  OnlyUnknownWordsAreOther
//
// Those of its command line, 66 to 70, stand in upsmon_options_test.cpp.
#include "tests/e2e/watched.hpp"

namespace upright::test {
namespace {

using testing::ElementsAre;
using testing::IsSupersetOf;
using testing::UnorderedElementsAre;

const std::string kSecondary = "u@$ 1 second pw secondary";
const std::string kDown = "shut down";
const std::string kGoing = "SHUTDOWN  Auto logout and shutdown proceeding";

class UpsmonTraps : public Watched {};

TEST_F(UpsmonTraps, LogsInBeforeTheDriverIsThere) // 11
{
    define({"u"});
    upsd = site.upsd();
    const auto upsmon = guard();
    EXPECT_TRUE(upsmon->writes("NOCOMM u@$"));
    EXPECT_EQ(site.list("LIST CLIENT u").size(), 3U);

    drivers["u"] = site.driver("u");

    EXPECT_TRUE(upsmon->writes("COMMOK u@$ Communications with UPS u@$ established"));
    EXPECT_TRUE(has_logins(1));
}

TEST_F(UpsmonTraps, DeadSecondaryIsNotWaitedFor) // 23
{
    serve();
    const auto primary = guard("u@$ 1 mon pw primary", "HOSTSYNC 600\n");
    const auto second = guard(kSecondary, "HOSTSYNC 600\nFINALDELAY 600\n");
    ASSERT_TRUE(has_logins(2));
    set_status("OB LB");
    ASSERT_TRUE(primary->writes("SHUTDOWN_HOSTSYNC"));
    ASSERT_TRUE(second->writes("SHUTDOWN "));
    EXPECT_EQ(primary->count(kDown), 0);

    ::kill(second->child(), SIGKILL);

    EXPECT_TRUE(primary->is_shut_down()) << primary->process->err();
}

TEST_F(UpsmonTraps, FirstContactOnLineIsSilent) // 81
{
    serve({"ol", "ob"});
    set_status("OB", "ob");
    const auto upsmon = guard("ol@$ 1 mon pw primary\nob@$ 1 mon pw primary");

    EXPECT_TRUE(upsmon->is_protected());
    EXPECT_TRUE(upsmon->writes("ONBATT"));
    EXPECT_EQ(upsmon->stop(), 0);
    EXPECT_THAT(upsmon->journal(), ElementsAre("ONBATT ob@$ UPS ob@$ on battery"));
}

TEST_F(UpsmonTraps, FirstFailureIsCommbadTheSecondNocomm) // 82
{
    const auto upsmon = guard();

    EXPECT_TRUE(upsmon->logs("Poll UPS [u@$] failed - ", 1));
    EXPECT_TRUE(upsmon->writes("COMMBAD u@$ Communications with UPS u@$ lost"));
    EXPECT_TRUE(upsmon->logs("Poll UPS [u@$] failed - ", 2));
    EXPECT_TRUE(upsmon->writes("NOCOMM u@$ UPS u@$ is unavailable"));
    EXPECT_TRUE(upsmon->logs("Poll UPS [u@$] failed - ", 4));
    EXPECT_EQ(upsmon->stop(), 0);
    EXPECT_THAT(upsmon->journal(), ElementsAre("COMMBAD u@$ Communications with UPS u@$ lost",
                                               "NOCOMM u@$ UPS u@$ is unavailable"));
}

TEST_F(UpsmonTraps, LostOnBatteryShutsDownLostOnLineNever) // 83
{
    serve({"u", "ol"});
    const auto on_line = guard("ol@$ 1 mon pw primary");
    ASSERT_TRUE(on_line->is_protected());
    set_status("OB");
    const auto on_battery = guard();
    ASSERT_TRUE(on_battery->is_protected());
    ASSERT_TRUE(on_battery->writes("ONBATT"));

    const auto began = std::chrono::steady_clock::now();
    lose_server();

    EXPECT_TRUE(on_battery->is_shut_down()) << on_battery->process->err();
    EXPECT_GE(std::chrono::steady_clock::now() - began,
              500ms); // DEADTIME 2, the last good answer is of before
    EXPECT_TRUE(on_line->writes("COMMBAD ol@$"));
    expect_not_shut_down(*on_line);
}

TEST_F(UpsmonTraps, PrimaryActsAtOnceSecondaryAfterHostsync) // 84
{
    serve({"u", "alone"});
    const auto primary = guard();
    const auto secondary = guard("alone@$ 1 second pw secondary", "HOSTSYNC 2\n");
    ASSERT_TRUE(primary->is_protected());
    ASSERT_TRUE(secondary->is_protected());

    set_status("OB LB");
    EXPECT_TRUE(primary->is_shut_down()) << primary->process->err();
    EXPECT_EQ(site.ask("GET VAR u ups.status"), "VAR u ups.status \"FSD OB LB\"");

    const auto began = std::chrono::steady_clock::now();
    set_status("OB LB", "alone");
    EXPECT_TRUE(secondary->is_shut_down()) << secondary->process->err();
    EXPECT_GE(std::chrono::steady_clock::now() - began, 2s);
    EXPECT_TRUE(secondary->logs("Giving up on the primary for UPS [alone@$]"));
    EXPECT_EQ(site.ask("GET VAR alone ups.status"), "VAR alone ups.status \"OB LB\"");
}

TEST_F(UpsmonTraps, FsdOfTheDriverShutsDown) // 85
{
    serve();
    const auto primary = guard();
    const auto secondary = guard(kSecondary, "HOSTSYNC 600\n");
    ASSERT_TRUE(has_logins(2));

    set_status("FSD OL");

    EXPECT_TRUE(primary->is_shut_down()) << primary->process->err();
    EXPECT_TRUE(secondary->is_shut_down()) << secondary->process->err();
}

TEST_F(UpsmonTraps, FsdOfTheServerShutsDown) // 85
{
    serve({"u", "v"});
    const auto both = guard("u@$ 1 second pw secondary\nv@$ 1 second pw secondary");
    const auto one = guard(kSecondary, "HOSTSYNC 600\n");
    ASSERT_TRUE(has_logins(2));
    const auto client = site.client();
    client->ask("USERNAME mon");
    client->ask("PASSWORD pw");
    ASSERT_EQ(client->ask("FSD u"), "OK FSD-SET");

    EXPECT_TRUE(one->is_shut_down()) << one->process->err();
    EXPECT_TRUE(both->writes("FSD u@$ UPS u@$: forced shutdown in progress"));
    expect_not_shut_down(*both); // it has enough power without that one
}

TEST_F(UpsmonTraps, OneOfTwoSuppliesIsEnough) // 86
{
    serve({"u", "v"});
    const auto upsmon = guard("u@$ 1 mon pw primary\nv@$ 1 mon pw primary");
    ASSERT_TRUE(upsmon->is_protected());

    set_status("OB LB");
    EXPECT_TRUE(upsmon->logs("UPS [u@$] is critical"));
    EXPECT_EQ(upsmon->count("SHUTDOWN"), 0);
    set_status("OB LB", "v");
    EXPECT_TRUE(upsmon->is_shut_down()) << upsmon->process->err();
}

TEST_F(UpsmonTraps, PrimaryWaitsForItsSecondary) // 87
{
    serve();
    auto second = site.client();
    second->ask("USERNAME second");
    second->ask("PASSWORD pw");
    ASSERT_EQ(second->ask("LOGIN u"), "OK");
    const auto patient = guard("u@$ 1 mon pw primary", "HOSTSYNC 600\n");
    ASSERT_TRUE(has_logins(2));

    set_status("OB LB");
    EXPECT_TRUE(patient->writes("SHUTDOWN_HOSTSYNC  Shutdown initiated; primary system is waiting"));
    EXPECT_EQ(patient->count("SHUTDOWN "), 0);
    second.reset();
    EXPECT_TRUE(patient->is_shut_down()) << patient->process->err();
}

TEST_F(UpsmonTraps, PrimaryWaitsNoLongerThanHostsync) // 87
{
    serve();
    const auto second = site.client();
    second->ask("USERNAME second");
    second->ask("PASSWORD pw");
    ASSERT_EQ(second->ask("LOGIN u"), "OK");
    const auto primary = guard();
    ASSERT_TRUE(has_logins(2));

    set_status("OB LB");

    EXPECT_TRUE(primary->is_shut_down()) << primary->process->err();
    EXPECT_TRUE(primary->logs("Host sync timer expired, forcing shutdown"));
}

TEST_F(UpsmonTraps, DropsItsLoginOnlyOnceShutdowncmdHasBegun) // 88
{
    serve();
    const auto upsmon = guard(kSecondary, "SHUTDOWNEXIT yes\n");
    ASSERT_TRUE(has_logins(1));
    upsmon->process->signal(SIGSTOP); // the process that is to run SHUTDOWNCMD
    set_status("FSD OB LB");
    ASSERT_TRUE(upsmon->logs("Shutting down because:"));

    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(site.ask("GET NUMLOGINS u"), "NUMLOGINS u 1");
    upsmon->process->signal(SIGCONT);

    EXPECT_TRUE(upsmon->is_shut_down());
    EXPECT_TRUE(has_logins(0));
    EXPECT_EQ(upsmon->process->wait().exit_code, 0);
}

TEST_F(UpsmonTraps, ShutdownexitNoKeepsTheLogin) // 88
{
    serve();
    const auto stays = guard(kSecondary, "SHUTDOWNEXIT no\n");
    const auto a_while = guard(kSecondary, "SHUTDOWNEXIT 2\n");
    ASSERT_TRUE(has_logins(2));
    const auto began = std::chrono::steady_clock::now();
    set_status("FSD OB LB");
    ASSERT_TRUE(stays->is_shut_down());
    ASSERT_TRUE(a_while->is_shut_down());

    EXPECT_EQ(a_while->process->wait().exit_code, 0);
    EXPECT_GE(std::chrono::steady_clock::now() - began, 2s);
    EXPECT_TRUE(has_logins(1));
    EXPECT_TRUE(stays->process->running());
    EXPECT_EQ(stays->stop(), 0);
    EXPECT_TRUE(has_logins(0));
    EXPECT_EQ(stays->count(kDown), 1);
}

TEST_F(UpsmonTraps, CalibrationIsNoShutdownUntilItIsLost) // 89
{
    serve();
    const auto upsmon = guard();
    ASSERT_TRUE(upsmon->is_protected());

    set_status("CAL OB LB");
    EXPECT_TRUE(upsmon->writes("LOWBATT"));
    EXPECT_TRUE(upsmon->writes("CAL u@$ UPS u@$: calibration in progress"));
    set_status("OL");
    EXPECT_TRUE(upsmon->writes("NOTCAL u@$ UPS u@$: calibration finished"));
    EXPECT_EQ(upsmon->count("SHUTDOWN"), 0);
    set_status("CAL OL");
    EXPECT_TRUE(upsmon->writes("CAL ", 2));
    lose_server();
    EXPECT_TRUE(upsmon->is_shut_down()) << upsmon->process->err();
}

TEST_F(UpsmonTraps, LostOnBypassOrInAlarmIsCritical) // 90
{
    serve({"bypass", "alarm"});
    const auto bypass = guard("bypass@$ 1 mon pw primary");
    const auto alarm = guard("alarm@$ 1 mon pw primary");
    const auto calm = guard("alarm@$ 1 mon pw primary", "ALARMCRITICAL 0\n");
    for (const auto* const one : {&bypass, &alarm, &calm})
        ASSERT_TRUE((*one)->is_protected());
    set_status("BYPASS OL", "bypass");
    set_status("ALARM OL", "alarm");
    ASSERT_TRUE(bypass->writes("BYPASS bypass@$ UPS bypass@$: on bypass (powered, not protecting)"));
    for (const auto* const one : {&alarm, &calm})
        ASSERT_TRUE((*one)->writes("ALARM alarm@$ UPS alarm@$: one or more active alarms: [Fan]"))
            << testing::PrintToString((*one)->journal());
    for (const auto* const one : {&bypass, &alarm, &calm})
        EXPECT_EQ((*one)->count("SHUTDOWN"), 0);

    lose_server();

    EXPECT_TRUE(bypass->is_shut_down()) << bypass->process->err();
    EXPECT_TRUE(alarm->is_shut_down()) << alarm->process->err();
    EXPECT_TRUE(calm->writes("COMMBAD"));
    expect_not_shut_down(*calm);
}

TEST_F(UpsmonTraps, OffForLongIsCritical) // 91
{
    serve();
    const auto soon = guard("u@$ 1 second pw secondary", "OFFDURATION 1\n");
    const auto lost = guard("u@$ 1 second pw secondary", "OFFDURATION 600\n");
    const auto never = guard("u@$ 1 second pw secondary", "OFFDURATION -1\n");
    ASSERT_TRUE(has_logins(3));

    set_status("OFF");

    EXPECT_TRUE(soon->is_shut_down()) << soon->process->err();
    EXPECT_TRUE(lost->writes("OFF u@$ UPS u@$: administratively OFF or asleep"));
    EXPECT_EQ(lost->count("SHUTDOWN"), 0);
    lose_server();
    EXPECT_TRUE(lost->is_shut_down()) << lost->process->err();
    expect_not_shut_down(*never);
}

TEST_F(UpsmonTraps, NotifycmdGetsOneArgumentAndItsVariables) // 92
{
    serve();
    Guard::Wish wish;
    wish.notify = R"(printf '%s\n' "$#|$1|$NOTIFYTYPE|$UPSNAME" >> "$JOURNAL")";
    wish.more = "NOTIFYMSG ONBATT \"100% \\\"%s\\\" $(id) %d\"\n";
    const auto upsmon = guard(wish);
    ASSERT_TRUE(upsmon->is_protected());

    set_status("OB");
    EXPECT_TRUE(upsmon->writes("1|100% \"u@$\" $(id) %d|ONBATT|u@$"));
    EXPECT_EQ(upsmon->upsmon({"-c", "fsd"}).exit_code, 0);
    EXPECT_TRUE(upsmon->is_shut_down());
    EXPECT_TRUE(upsmon->writes("1|Auto logout and shutdown proceeding|SHUTDOWN|"));
    EXPECT_THAT(upsmon->journal(), testing::Contains("1|Auto logout and shutdown proceeding|SHUTDOWN|"));
}

TEST_F(UpsmonTraps, ShutdownIsToldBeforeFinaldelay) // 93
{
    serve();
    const auto upsmon = guard("u@$ 1 mon pw primary", "FINALDELAY 2\n");
    ASSERT_TRUE(upsmon->is_protected());

    set_status("OB LB");

    ASSERT_TRUE(upsmon->writes(kGoing));
    const auto told = std::chrono::steady_clock::now();
    ASSERT_TRUE(upsmon->is_shut_down());
    EXPECT_GE(std::chrono::steady_clock::now() - told, 1s);
    EXPECT_EQ(upsmon->journal().back(), kDown);
}

TEST_F(UpsmonTraps, FlagIsThereBeforeShutdowncmd) // 94
{
    serve();
    Guard::Wish wish;
    wish.shut_down =
        R"(cp "${JOURNAL%journal}killpower" "${JOURNAL%journal}seen"; echo "shut down" >> "$JOURNAL")";
    const auto upsmon = guard(wish);
    ASSERT_TRUE(upsmon->is_protected());
    ASSERT_EQ(upsmon->upsmon({"-c", "fsd"}).exit_code, 0);
    ASSERT_TRUE(upsmon->is_shut_down());
    EXPECT_TRUE(upsmon->scratch.read("seen").starts_with("upsmon-shutdown-file"))
        << upsmon->scratch.read("seen");
    EXPECT_EQ(upsmon->process->wait().exit_code, 0);
    EXPECT_EQ(upsmon->upsmon({"-K"}).exit_code, 0);

    lose_server(); // which keeps FSD
    upsmon->start();

    EXPECT_TRUE(upsmon->writes("COMMBAD"));
    EXPECT_FALSE(std::filesystem::exists(upsmon->scratch.file("killpower")));
    EXPECT_EQ(upsmon->upsmon({"-K"}).exit_code, 1);
}

TEST_F(UpsmonTraps, OnlyUnknownWordsAreOther) // 95
{
    serve();
    const auto upsmon = guard();
    ASSERT_TRUE(upsmon->is_protected());

    const std::vector<std::string> steps{"OL CHRG HB",   "OL DISCHRG",   "OL TEST",
                                         "OL TEST CHRG", "OL TEST XOFF", "OB"};
    for (const auto& words : steps)
        set_status(words);

    EXPECT_TRUE(upsmon->writes("ONBATT"));
    EXPECT_EQ(upsmon->stop(), 0);
    EXPECT_TRUE(upsmon->writes("NOTOTHER"));
    EXPECT_THAT(
        upsmon->journal(),
        UnorderedElementsAre("OTHER u@$ UPS u@$: has at least one unclassified status token: [TEST]",
                             "OTHER u@$ UPS u@$: has at least one unclassified status token: [TEST XOFF]",
                             "NOTOTHER u@$ UPS u@$ has no unclassified status tokens anymore",
                             "ONBATT u@$ UPS u@$ on battery"));
}

} // namespace
} // namespace upright::test
