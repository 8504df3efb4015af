#include "clients/upssched/config.hpp"

#include "clients/notify_types/notify_types.hpp"
#include "clients/upssched/check.hpp"

#include <gmock/gmock.h>

namespace upright::upssched {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kHead = "CMDSCRIPT /bin/echo\nPIPEFN /p\nLOCKFN /l\n";

std::vector<std::string> texts(const std::vector<Diagnostic>& problems)
{
    std::vector<std::string> all;
    for (const auto& problem : problems)
        all.push_back(to_string(problem));
    return all;
}

Loaded<Config> parsed(const std::string& text) { return parse_config("f", text); }

// Behind the lines that every file needs.
Loaded<Config> parsed_rules(const std::string& rules) { return parsed(std::string(kHead) + rules); }

std::vector<std::string> warnings(const std::string& rules)
{
    const auto loaded = parsed_rules(rules);
    EXPECT_THAT(texts(loaded.problems), IsEmpty());
    return texts(check_rules("f", loaded.value));
}

TEST(UpsschedConf, HoldsWhatTheFileSays)
{
    const auto loaded =
        parsed("CMDSCRIPT /bin/prog \"a b\" c\nPIPEFN /run/p # here\nLOCKFN /run/l\ndebug_min 3\n"
               "AT onbatt desk@h START-TIMER mail 30\n"
               "AT ONBATT * START-TIMER-SHARED all 5 more\n"
               "AT ONLINE * CANCEL-TIMER mail\n"
               "AT ONLINE * CANCEL-TIMER-MATCHED all back\n"
               "AT LOWBATT * EXECUTE \"shut down\" more\n");

    EXPECT_THAT(loaded.problems, IsEmpty());
    const auto& config = loaded.value;
    EXPECT_THAT(script_command(config), ElementsAre("/bin/prog", "a b", "c"));
    EXPECT_EQ(config.pipe->text, "/run/p");
    EXPECT_EQ(config.lock->text, "/run/l");
    EXPECT_EQ(config.debug_min, 3);
    EXPECT_EQ(config.missing, std::nullopt);
    ASSERT_EQ(config.rules.size(), 5U);
    EXPECT_EQ(config.rules[0].type.text, "onbatt");
    EXPECT_EQ(config.rules[0].ups.text, "desk@h");
    EXPECT_EQ(config.rules[0].action, Action::start_timer);
    EXPECT_EQ(config.rules[0].name.text, "mail");
    EXPECT_EQ(config.rules[0].seconds, 30);
    EXPECT_EQ(config.rules[1].action, Action::start_timer_shared);
    EXPECT_EQ(config.rules[2].action, Action::cancel_timer);
    EXPECT_EQ(config.rules[2].command, "");
    EXPECT_EQ(config.rules[3].action, Action::cancel_timer_matched);
    EXPECT_EQ(config.rules[3].command, "back");
    EXPECT_EQ(config.rules[4].action, Action::execute);
    EXPECT_EQ(config.rules[4].name.text, "shut down");
    EXPECT_EQ(config.rules[4].command, "");
}

TEST(UpsschedConf, PointsAtEveryMistakeAndTakesTheRest)
{
    const auto loaded = parsed_rules("AT ONBATT * START-TIMER t -1\nAT ONBATT * START-TIMER t x\n"
                                     "AT ONBATT * START-TIMER t\nAT ONBATT * START-TIMR t 1\n"
                                     "AT ONBATT * execute t\nAT ONBATT * EXECUTE \"\"\nAT ONBATT * EXECUTE\n"
                                     "DEBUG_MIN x\nPIPEFN \"\"\nNONSENSE 1\nAT ONBATT * START-TIMER t 30s\n"
                                     "AT ONBATT * EXECUTE right\n");

    EXPECT_THAT(texts(loaded.problems),
                ElementsAre("f:4:27: error: bogus offset for timer, ignoring",
                            "f:5:27: error: START-TIMER has non numeric time (x)!",
                            "f:6:13: error: expected START-TIMER <name> <seconds>",
                            "f:7:13: error: Invalid command: START-TIMR (did you mean \"START-TIMER\"?)",
                            "f:8:13: error: Invalid command: execute (did you mean \"EXECUTE\"?)",
                            "f:9:21: error: Empty EXECUTE command argument",
                            "f:10:1: error: invalid directive AT: expected AT <type> <ups> <command> <name> "
                            "[<argument>]",
                            "f:11:11: error: DEBUG_MIN has non numeric value (x)!",
                            "f:12:8: error: the name of a file is needed",
                            "f:13:1: error: invalid directive NONSENSE",
                            "f:14:27: warning: \"30s\" is taken for 30 seconds"));
    ASSERT_EQ(loaded.value.rules.size(), 2U);
    EXPECT_EQ(loaded.value.rules[0].seconds, 30);
    EXPECT_EQ(loaded.value.rules[1].name.text, "right");
}

TEST(UpsschedConf, TellsWhatMustStandInFrontOfTheFirstAt)
{
    const std::string at = "AT ONBATT * EXECUTE x\n";
    EXPECT_EQ(parsed(at).value.missing, "CMDSCRIPT");
    EXPECT_EQ(parsed("CMDSCRIPT a\n" + at).value.missing, "PIPEFN");
    EXPECT_EQ(parsed("CMDSCRIPT a\nPIPEFN b\n" + at).value.missing, "LOCKFN");
    EXPECT_EQ(parsed("CMDSCRIPT a\nPIPEFN b\n" + at + "LOCKFN c\n" + at).value.missing, "LOCKFN");
    EXPECT_EQ(parsed("CMDSCRIPT a\nPIPEFN b\nLOCKFN c\n" + at).value.missing, std::nullopt);
    EXPECT_EQ(parsed("").value.missing, std::nullopt);
    EXPECT_THAT(texts(parsed(at + at).problems),
                ElementsAre("f:1:4: error: CMDSCRIPT must be set before any ATs in the config file!"));
}

TEST(UpsschedConf, TakesOneWordWithBlanksApart)
{
    EXPECT_THAT(script_command(parsed("CMDSCRIPT \"/bin/sudo /bin/x  -a\"\n").value),
                ElementsAre("/bin/sudo", "/bin/x", "-a"));
    EXPECT_THAT(script_command(parsed("CMDSCRIPT \"/bin/my prog\" x\n").value),
                ElementsAre("/bin/my prog", "x"));
}

TEST(UpsschedCheck, FindsATimerThatNothingCancels)
{
    EXPECT_THAT(warnings("AT ONBATT * START-TIMER off 1\n"),
                ElementsAre("f:4:25: warning: timer off of any UPS is not cancelled when ONBATT is over: "
                            "\"AT ONLINE * CANCEL-TIMER off\" is missing"));
    EXPECT_THAT(warnings("AT onbatt a START-TIMER off 1\nAT COMMOK a CANCEL-TIMER off\n"),
                ElementsAre("f:4:25: warning: timer off of a is not cancelled when onbatt is over: "
                            "\"AT ONLINE a CANCEL-TIMER off\" is missing"));
    EXPECT_THAT(warnings("AT REPLBATT * START-TIMER-SHARED new 1\n"),
                ElementsAre("f:4:34: warning: timer new of any UPS is never cancelled"));
    // Cancelled for one UPS of all:
    EXPECT_THAT(warnings("AT ONBATT * START-TIMER off 1\nAT ONLINE a CANCEL-TIMER off\n").size(), 1U);
    // In another spelling:
    EXPECT_THAT(warnings("AT ONBATT * START-TIMER off 1\nAT ONLINE * CANCEL-TIMER Off\n").size(), 2U);
}

TEST(UpsschedCheck, IsContentWithTimersThatAreCancelled)
{
    EXPECT_THAT(warnings("AT ONBATT * START-TIMER off 1\nAT online * CANCEL-TIMER off\n"), IsEmpty());
    EXPECT_THAT(warnings("AT ONBATT a START-TIMER off 1\nAT ONLINE * CANCEL-TIMER off cmd\n"), IsEmpty());
    EXPECT_THAT(warnings("AT COMMBAD a START-TIMER-SHARED off 1\nAT NOCOMM a START-TIMER off 2\n"
                         "AT COMMOK a CANCEL-TIMER-MATCHED off\n"),
                IsEmpty());
    EXPECT_THAT(warnings("AT FSD * START-TIMER off 1\nAT SHUTDOWN * START-TIMER off 1\n"), IsEmpty());
    EXPECT_THAT(warnings("AT REPLBATT * START-TIMER new 1\nAT ONLINE * CANCEL-TIMER new\n"), IsEmpty());
    EXPECT_THAT(warnings("AT UNPROTECTED * START-TIMER tell 1\nAT PROTECTED * CANCEL-TIMER tell\n"),
                IsEmpty());
}

TEST(UpsschedCheck, FindsWhatIsMisspelt)
{
    EXPECT_THAT(
        warnings("AT ONBATT * START-TIMER mail 1\nAT ONLINE * CANCEL-TIMER mail\n"
                 "AT ONLINE * CANCEL-TIMER mial\n"),
        ElementsAre("f:6:26: warning: timer mial of any UPS is never started (did you mean \"mail\"?)"));
    EXPECT_THAT(warnings("AT ONBAT * EXECUTE x\nAT onbatt * EXECUTE x\nAT NEVER-HEARD-OF * EXECUTE x\n"),
                ElementsAre("f:4:4: warning: upsmon has no notification ONBAT (did you mean \"ONBATT\"?)",
                            "f:6:4: warning: upsmon has no notification NEVER-HEARD-OF"));
    EXPECT_THAT(warnings("AT ONBATT a START-TIMER off 1\nAT ONLINE a CANCEL-TIMER off\n"
                         "AT ONLINE b CANCEL-TIMER off\n"),
                ElementsAre("f:6:26: warning: timer off of b is never started"));
}

TEST(NotifyTypes, AreFoundInAnyCase)
{
    EXPECT_EQ(find_notify_type("onbatt"), NotifyType::onbatt);
    EXPECT_EQ(find_notify_type("Suspend_TimeJump_Unexpected"), NotifyType::suspend_timejump_unexpected);
    EXPECT_EQ(find_notify_type("ONBAT"), std::nullopt);
    EXPECT_EQ(find_notify_type(""), std::nullopt);
    EXPECT_EQ(notify_types().size(), 34U);
    for (const auto name : notify_types())
        EXPECT_EQ(notify_name(*find_notify_type(name)).name, name);
}

} // namespace
} // namespace upright::upssched
