// upsmon.conf: what each directive does, and where each mistake is pointed at.
#include "clients/upsmon/config.hpp"

#include "tests/support/process.hpp"

#include <gmock/gmock.h>

namespace upright::upsmon {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using T = NotifyType;

constexpr auto kMonitor = "MONITOR desk@localhost 1 mon secret primary\n";

class UpsmonConfig : public testing::Test {
protected:
    Config load(const std::string& text)
    {
        auto loaded = parse_config("upsmon.conf", text);
        problems_.clear();
        for (const auto& problem : loaded.problems)
            problems_.push_back(to_string(problem).substr(std::string("upsmon.conf:").size()));
        return loaded.value;
    }
    static const NotifySetting& setting(const Config& config, NotifyType type)
    {
        return config.notify[static_cast<std::size_t>(type)];
    }
    // SYSLOG+WALL, or whatever it is.
    static std::string flags(const Config& config, NotifyType type)
    {
        const auto& one = setting(config, type);
        std::string text;
        for (const auto& [set, name] : {std::pair{one.ignore, "IGNORE"},
                                        {one.syslog, "SYSLOG"},
                                        {one.wall, "WALL"},
                                        {one.exec, "EXEC"}})
            if (set)
                text += (text.empty() ? "" : "+") + std::string(name);
        return text;
    }

    std::vector<std::string> problems_;
};

TEST_F(UpsmonConfig, HasNutsDefaults)
{
    const auto config = load("");

    EXPECT_THAT(problems_, IsEmpty());
    EXPECT_EQ(config.policy, Policy());
    EXPECT_EQ(config.power_value(), 0);
    EXPECT_FALSE(config.shutdown_command || config.power_down_flag || config.run_as_user || config.cert_path
                 || config.cert_file || config.cert_ident || config.cert_verify || config.force_ssl
                 || config.debug_min || config.shutdown_duration || config.unusable);
    EXPECT_TRUE(config.notify_command.empty());
    for (const auto& row : notify_names()) {
        EXPECT_EQ(flags(config, row.type), "SYSLOG+WALL") << row.name;
        EXPECT_EQ(setting(config, row.type).text, row.text);
    }
}

TEST_F(UpsmonConfig, TakesEveryNumber)
{
    const auto policy = load("MINSUPPLIES 2\nPOLLFREQ 6\nPOLLFREQALERT 7\nPOLLFAIL_LOG_THROTTLE_MAX 8\n"
                             "HOSTSYNC 9\nDEADTIME 10\nOFFDURATION 11\nOVERDURATION 12\nOBLBDURATION 13\n"
                             "RBWARNTIME 14\nNOCOMMWARNTIME 15\nFINALDELAY 16\nALARMCRITICAL 0\n")
                            .policy;

    EXPECT_THAT(problems_, IsEmpty());
    EXPECT_EQ(policy.min_supplies, 2);
    EXPECT_EQ(policy.poll, 6s);
    EXPECT_EQ(policy.poll_alert, 7s);
    EXPECT_EQ(policy.poll_fail_log_throttle, 8);
    EXPECT_EQ(policy.host_sync, 9s);
    EXPECT_EQ(policy.dead_time, 10s);
    EXPECT_EQ(policy.off_duration, Duration(11s));
    EXPECT_EQ(policy.over_duration, Duration(12s));
    EXPECT_EQ(policy.oblb_duration, 13s);
    EXPECT_EQ(policy.rb_warn_time, 14s);
    EXPECT_EQ(policy.no_comm_warn_time, 15s);
    EXPECT_EQ(policy.final_delay, 16s);
    EXPECT_FALSE(policy.alarm_critical);
}

TEST_F(UpsmonConfig, TakesWhatIsNoNumber)
{
    const auto config = load("POWERDOWNFLAG /etc/killpower\nRUN_AS_USER nutmon\nCERTPATH /ca\n"
                             "CERTFILE \"/my pem\"\nCERTIDENT \"my name\" pw\nCERTVERIFY 1\nFORCESSL 0\n"
                             "CERTHOST ups.example sha256:00 1 -1\nCERTHOST other name 0 1\ndebug_min 3\n"
                             "SHUTDOWNDURATION 42.5\n");

    EXPECT_THAT(problems_, IsEmpty());
    EXPECT_EQ(config.power_down_flag, "/etc/killpower");
    EXPECT_EQ(config.run_as_user, "nutmon");
    EXPECT_EQ(config.cert_path, "/ca");
    EXPECT_EQ(config.cert_file, "/my pem");
    EXPECT_EQ(config.cert_ident->name + "|" + config.cert_ident->password, "my name|pw");
    EXPECT_EQ(config.cert_verify, true);
    EXPECT_EQ(config.force_ssl, false);
    ASSERT_EQ(config.cert_hosts.size(), 2U);
    EXPECT_EQ(config.cert_hosts[0].host + config.cert_hosts[0].cert_name, "ups.examplesha256:00");
    EXPECT_EQ(config.cert_hosts[0].verify, true);
    EXPECT_EQ(config.cert_hosts[0].force, std::nullopt);
    EXPECT_EQ(config.cert_hosts[1].verify, false);
    EXPECT_EQ(config.cert_hosts[1].force, true);
    EXPECT_EQ(config.debug_min, 3);
    EXPECT_EQ(config.shutdown_duration, 42.5);
}

TEST_F(UpsmonConfig, TakesMonitorLinesWithTheOldWordsToo)
{
    const auto config = load("MONITOR desk 1 mon \"a \\\"b\\\" \\# c\" MASTER\n"
                             "MONITOR rack@[::1]:3500 0 second pw slave\n");

    EXPECT_THAT(problems_, IsEmpty());
    EXPECT_THAT(config.policy.feeds,
                ElementsAre(Feed{"desk", 1, true, {}}, Feed{"rack@[::1]:3500", 0, false, {}}));
    ASSERT_EQ(config.accounts.size(), 2U);
    EXPECT_EQ(config.accounts[0].where.server, Server());
    EXPECT_EQ(config.accounts[0].user + " " + config.accounts[0].password, "mon a \"b\" # c");
    EXPECT_EQ(config.accounts[1].where.ups, "rack");
    EXPECT_EQ(config.accounts[1].where.server, (Server{"::1", 3500}));
    EXPECT_EQ(config.power_value(), 1);
    EXPECT_FALSE(config.unusable);
}

TEST_F(UpsmonConfig, TakesAnyOtherTypeAsSecondary)
{
    const auto config = load("MONITOR desk 1 mon pw primry\n");

    EXPECT_THAT(problems_, ElementsAre("1:23: warning: \"primry\" is taken as secondary (did you mean "
                                       "\"primary\"?)"));
    EXPECT_THAT(config.policy.feeds, ElementsAre(Feed{"desk", 1, false, {}}));
}

TEST_F(UpsmonConfig, IgnoresAUpsThatCameBefore)
{
    const auto config = load("MONITOR desk 1 mon pw primary\nMONITOR desk 2 other pw secondary\n");

    EXPECT_THAT(problems_, ElementsAre("2:9: warning: Warning: ignoring duplicate UPS [desk]"));
    EXPECT_THAT(config.policy.feeds, ElementsAre(Feed{"desk", 1, true, {}}));
    EXPECT_EQ(config.accounts.size(), 1U);
}

TEST_F(UpsmonConfig, IsUnusableWithAMonitorLineThatNamesNoUserOrNoUps)
{
    EXPECT_TRUE(load("MONITOR desk 1 pw primary\n").unusable);
    EXPECT_THAT(problems_,
                ElementsAre("1:9: error: Unable to use old-style MONITOR line without a username"));

    EXPECT_TRUE(load("MONITOR desk@host:x 1 mon pw primary\n").unusable);
    EXPECT_THAT(problems_, ElementsAre("1:9: error: \"desk@host:x\" is no UPS: expected "
                                       "<ups>[@<host>[:<port>]]"));

    EXPECT_FALSE(load("MONITOR desk 1 primary\n").unusable); // two short: NUT goes on, too
    EXPECT_THAT(problems_, ElementsAre("1:1: error: invalid directive MONITOR: expected MONITOR <system> "
                                       "<power value> <user> <password> <primary|secondary>"));
}

TEST_F(UpsmonConfig, LeavesOutAMonitorLineWithANegativePowerValue)
{
    EXPECT_THAT(load("MONITOR desk -1 mon pw primary\n").policy.feeds, IsEmpty());
    EXPECT_THAT(problems_, ElementsAre("1:14: error: Ignoring invalid MONITOR value: -1"));
}

TEST_F(UpsmonConfig, LetsNoByteIntoUserAndPasswordThatDoesNotPassTheNetwork)
{
    const auto config =
        load("MONITOR desk 1 m\xC3\xB6n p\xC3\xA4w primary\nNOTIFYMSG ONLINE \"\xC3\x96l %s\"\n");

    EXPECT_EQ(config.accounts.at(0).user + " " + config.accounts.at(0).password, "mn pw");
    EXPECT_EQ(setting(config, T::online).text, "\xC3\x96l %s");
}

TEST_F(UpsmonConfig, ReadsWrongNumbersAsNutDoes)
{
    const auto policy =
        load("POLLFREQ 7s\nDEADTIME soon\nHOSTSYNC -1\nFINALDELAY 99999999999\n"
             "OFFDURATION -2\nOBLBDURATION -2\nPOLLFAIL_LOG_THROTTLE_MAX -2\nMINSUPPLIES -1\n")
            .policy;

    EXPECT_EQ(policy.poll, 7s);
    EXPECT_EQ(policy.dead_time, 0s);
    EXPECT_EQ(policy.host_sync, 15s);
    EXPECT_EQ(policy.off_duration, std::nullopt);
    EXPECT_EQ(policy.oblb_duration, 0s);
    EXPECT_EQ(policy.poll_fail_log_throttle, -1);
    EXPECT_EQ(policy.min_supplies, 1);
    ASSERT_EQ(problems_.size(), 6U);
    EXPECT_EQ(problems_[0], "1:10: warning: POLLFREQ: \"7s\" is no whole number, and taken as 7");
    EXPECT_EQ(problems_[1], "2:10: error: DEADTIME: \"soon\" is no whole number, and taken as 0");
    EXPECT_EQ(problems_[2], "3:10: error: Ignoring invalid HOSTSYNC value: -1");
    EXPECT_EQ(problems_[3].substr(0, 18), "4:12: warning: FIN");
    EXPECT_EQ(problems_[4], "7:27: error: Ignoring invalid POLLFAIL_LOG_THROTTLE_MAX value: -2");
    EXPECT_EQ(problems_[5], "8:13: error: Ignoring invalid MINSUPPLIES value: -1");
}

TEST_F(UpsmonConfig, QuotesFurtherWordsOfTheShutdownCommandForTheShell)
{
    const auto command = [&](const std::string& line) { return *load(line).shutdown_command; };

    EXPECT_EQ(command("SHUTDOWNCMD \"/sbin/shutdown -h +0\"\n"), "/sbin/shutdown -h +0");
    EXPECT_EQ(command("SHUTDOWNCMD /sbin/shutdown -h \"it's $(time)\"\n"),
              "/sbin/shutdown '-h' 'it'\\''s $(time)'");
    EXPECT_THAT(problems_, IsEmpty());
}

TEST_F(UpsmonConfig, TakesEachFormOfShutdownExit)
{
    using Stay = std::optional<Duration>;
    const auto stay = [&](const std::string& word) {
        return load("SHUTDOWNEXIT " + word + "\n").policy.shutdown_exit;
    };

    EXPECT_EQ(stay("yes"), Stay(0s));
    EXPECT_EQ(stay("NO"), std::nullopt);
    EXPECT_EQ(stay("-1"), std::nullopt);
    EXPECT_EQ(stay("30"), Stay(30s));
    EXPECT_THAT(problems_, IsEmpty());
    EXPECT_EQ(load("SHUTDOWNEXIT no\nSHUTDOWNEXIT later\n").policy.shutdown_exit, Stay(0s));
    EXPECT_THAT(problems_, ElementsAre("2:14: warning: SHUTDOWNEXIT is yes, no or seconds: \"later\" is "
                                       "taken as yes"));
}

TEST_F(UpsmonConfig, TakesTextsAndFlagsOfEvents)
{
    const auto config = load("NOTIFYCMD /bin/tell -x \"a b\"\nNOTIFYMSG online \"%s: 100% back\"\n"
                             "NOTIFYFLAG ONLINE EXEC\nNOTIFYFLAG onbatt SYSLOG+WALL+EXEC\n"
                             "NOTIFYFLAG NOCOMM IGNORE+WALL\n");

    EXPECT_THAT(problems_, IsEmpty());
    EXPECT_THAT(config.notify_command, ElementsAre("/bin/tell", "-x", "a b"));
    EXPECT_EQ(setting(config, T::online).text, "%s: 100% back");
    EXPECT_EQ(flags(config, T::online), "EXEC");
    EXPECT_EQ(flags(config, T::onbatt), "SYSLOG+WALL+EXEC");
    EXPECT_EQ(flags(config, T::nocomm), "IGNORE+WALL");
    EXPECT_EQ(flags(config, T::lowbatt), "SYSLOG+WALL");
}

TEST_F(UpsmonConfig, SaysWhatIsWrongWithEvents)
{
    const auto config = load("NOTIFYMSG ONLIN x\nNOTIFYFLAG ONBAT EXEC\nNOTIFYFLAG ONBATT EXEC+wall+\n"
                             "NOTIFYCMD \"/bin/tell me\"\n");

    EXPECT_THAT(
        problems_,
        ElementsAre(
            "1:11: error: 'ONLIN' is not a valid notify event name (did you mean \"ONLINE\"?)",
            "2:12: error: Warning: invalid notify type [ONBAT] (did you mean \"ONBATT\"?)",
            "3:24: error: Invalid notify flag: [wall] (did you mean \"WALL\"?); Invalid notify flag: []",
            "4:11: warning: a program of this name, blanks and all, is run without a shell: words "
            "for it stand behind it, not in its quotes"));
    EXPECT_EQ(flags(config, T::onbatt), "EXEC");
    EXPECT_THAT(config.notify_command, ElementsAre("/bin/tell me"));
}

TEST_F(UpsmonConfig, TellsOfLostProtectionWhereItTellsOfLostCommunication)
{
    const auto silent = load("NOTIFYFLAG COMMBAD IGNORE\nNOTIFYFLAG COMMOK EXEC\n");
    EXPECT_EQ(flags(silent, T::unprotected), "IGNORE");
    EXPECT_EQ(flags(silent, T::protected_again), "EXEC");
    EXPECT_EQ(setting(silent, T::unprotected).text, notify_name(T::unprotected).text);

    const auto own = load("NOTIFYFLAG UNPROTECTED WALL\nNOTIFYFLAG COMMBAD IGNORE\n");
    EXPECT_EQ(flags(own, T::unprotected), "WALL");
}

TEST_F(UpsmonConfig, PutsConditionsToTheUpsesTheyName)
{
    const auto config = load("SHUTDOWNWHEN desk any onbattery 300 charge 30.5\n" + std::string(kMonitor)
                             + "MONITOR rack@far 1 mon pw secondary\n"
                               "SHUTDOWNWHEN * all runtime 600 lowbattery 0\n");

    using Of = Limit::Of;
    const ShutdownRule any{{{Of::on_battery, 300}, {Of::charge, 30.5}}, false};
    const ShutdownRule all{{{Of::runtime, 600}, {Of::low_battery, 0}}, true};
    EXPECT_THAT(problems_, IsEmpty());
    EXPECT_THAT(config.policy.feeds[0].rules, ElementsAre(any, all));
    EXPECT_THAT(config.policy.feeds[1].rules, ElementsAre(all));
    ASSERT_EQ(config.shutdown_when.size(), 2U);
    EXPECT_EQ(config.shutdown_when[1].conditions[1].column, 32);
}

TEST_F(UpsmonConfig, LeavesOutALineWithAWrongCondition)
{
    const auto config =
        load(kMonitor
             + std::string("SHUTDOWNWHEN * charg 30\nSHUTDOWNWHEN * any runtime\n"
                           "SHUTDOWNWHEN * charge 101\nSHUTDOWNWHEN * charge 30%\n"
                           "SHUTDOWNWHEN * onbattery -1\nSHUTDOWNWHEN * charge 30 runtime nan\n"
                           "SHUTDOWNWHEN desk@localhos charge 30\nSHUTDOWNDURATION -1\nSHUTDOWNWHEN *\n"));

    EXPECT_THAT(config.policy.feeds[0].rules, IsEmpty());
    EXPECT_FALSE(config.shutdown_duration);
    EXPECT_THAT(
        problems_,
        ElementsAre("2:16: error: \"charg\" is no condition (did you mean \"charge\"?)",
                    "3:20: error: runtime needs a number of seconds",
                    "4:23: error: \"101\" is no number of percent from 0 to 100",
                    "5:23: error: \"30%\" is no number of percent from 0 to 100",
                    "6:26: error: \"-1\" is no number of seconds",
                    "7:34: error: \"nan\" is no number of seconds",
                    "9:18: error: \"-1\" is no number of seconds",
                    "10:1: error: invalid directive SHUTDOWNWHEN: expected SHUTDOWNWHEN <system|*> [any|all] "
                    "<condition>…",
                    "8:14: error: no MONITOR line has \"desk@localhos\" (did you mean \"desk@localhost\"?)"));
}

TEST_F(UpsmonConfig, PointsAtEveryOtherMistakeAndGoesOn)
{
    const auto config = load("pollfreq 3\nPOLLFRQ 3\nPOLLFREQ\nCERTVERIFY maybe\nCERTHOST h n 1 x\n"
                             "CERTHOST h n 1\nDEBUG_MIN -1\nALARMCRITICAL x\nPOLLFREQ 4\n");

    EXPECT_THAT(problems_,
                ElementsAre("1:1: error: invalid directive pollfreq (did you mean \"POLLFREQ\"?)",
                            "2:1: error: invalid directive POLLFRQ (did you mean \"POLLFREQ\"?)",
                            "3:1: error: invalid directive POLLFREQ: expected POLLFREQ <seconds>",
                            "4:12: error: CERTVERIFY has non numeric and non boolean value (maybe)!",
                            "5:16: error: CERTHOST has non numeric and non boolean value (x)!",
                            "6:1: error: invalid directive CERTHOST: expected CERTHOST <host> <name> "
                            "<verify> <force>",
                            "7:11: error: Ignoring invalid DEBUG_MIN value: -1",
                            "8:15: error: ALARMCRITICAL has non numeric and non boolean value (x)!"));
    EXPECT_EQ(config.policy.poll, 4s);
    EXPECT_TRUE(config.cert_hosts.empty());
    EXPECT_TRUE(config.policy.alarm_critical);
    EXPECT_FALSE(config.debug_min);
}

TEST_F(UpsmonConfig, IsReadFromTheFolderOrWhereItIsSaid)
{
    test::Scratch scratch;
    scratch.write("upsmon.conf", "POLLFREQ 1\n");
    const auto other = scratch.write("other", "POLLFREQ 2\n");
    ::setenv("NUT_CONFPATH", scratch.path().c_str(), 1); // NOLINT(concurrency-mt-unsafe)

    EXPECT_EQ(load_config(std::nullopt)->value.policy.poll, 1s);
    EXPECT_EQ(load_config(other)->value.policy.poll, 2s);
    EXPECT_EQ(load_config("/nowhere/x").error().what, "Can't open /nowhere/x");

    ::unsetenv("NUT_CONFPATH"); // NOLINT(concurrency-mt-unsafe)
}

} // namespace
} // namespace upright::upsmon
