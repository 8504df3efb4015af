#include "clients/upsmon/record/recording.hpp"

#include "tests/common/random_text.hpp"

#include <gtest/gtest.h>

#include <random>

namespace upright::upsmon {
namespace {

constexpr std::string_view kPolicy = "policy\n"
                                     "    MONITOR desk@localhost 1 - - primary\n"
                                     "    MONITOR \"rack(b)@[::1]\" 0 - - secondary\n"
                                     "end\n";

std::vector<std::string> problems_of(std::string_view text)
{
    std::vector<std::string> out;
    for (const auto& problem : parse_recording("f", text).problems)
        out.push_back(to_string(problem));
    return out;
}

std::vector<std::string> problems_behind_policy(std::string_view text)
{
    return problems_of(std::string(kPolicy) + std::string(text));
}

// The recording as it is written again.
std::string again(std::string_view text)
{
    const auto recording = parse_recording("f", text);
    std::string out;
    Policy policy;
    for (const auto& problem : recording.problems)
        out += to_string(problem) + '\n';
    for (const auto& part : recording.value.parts)
        if (const auto* const of = std::get_if<Policy>(&part)) {
            policy = *of;
        } else {
            const auto& entry = std::get<Entry>(part);
            out += to_text(entry.observation, policy);
            for (const auto& [action, line] : entry.actions)
                out += to_text(action, policy);
        }
    return out;
}

TEST(Recording, WritesWhatItReads)
{
    constexpr std::string_view lines =
        "0.000 desk@localhost reads \"OL CHRG\" charge 97.5 runtime 1800\n"
        "0.000 desk@localhost reads \"ALARM OL\" alarm \"a \\\"b\\\" \\\\ \\# ü\" modes \":ECO\"\n"
        "0.001 \"rack(b)@[::1]\" silent \"Data stale\"\n"
        "> notify COMMBAD \"rack(b)@[::1]\"\n"
        "> notify OTHER desk@localhost \"X Y\"\n"
        "> log info \"a\"\n"
        "> log notice \"b\"\n"
        "> log warning \"c\"\n"
        "> log error \"d\" to-all\n"
        "1.000 desk@localhost logged-in\n"
        "1.000 desk@localhost login-refused \"Access denied\"\n"
        "1.000 desk@localhost fsd-set\n"
        "1.000 desk@localhost fsd-failed \"why\"\n"
        "1.000 desk@localhost logins 2\n"
        "1.000 desk@localhost logins unknown\n"
        "2.000 - tick\n"
        "> notify SHUTDOWN -\n"
        "> set-fsd desk@localhost\n"
        "> ask-logins desk@localhost\n"
        "> tell-who desk@localhost\n"
        "> shut-down \"so\"\n"
        "> end\n"
        "2.000 - wants-shutdown\n"
        "2.000 - going-to-sleep\n"
        "2.000 - woken 37.250 announced\n"
        "> reload\n"
        "2.000 - woken 5.000 unannounced\n"
        "1000000.000 - parent-gone\n";
    EXPECT_EQ(again(std::string(kPolicy) + std::string(lines)), lines);
}

TEST(Recording, TakesWhatPeopleWrite)
{
    EXPECT_EQ(again("# an outage\n"
                    "policy # of ours\n"
                    "    MONITOR desk 1 - - primary\n"
                    "end\n"
                    "\n"
                    "  3 desk reads OL charge 97  # fine\n"
                    "  3.1 desk silent timeout\n"),
              "3.000 desk reads \"OL\" charge 97\n"
              "3.100 desk silent \"timeout\"\n");
}

TEST(Recording, ControlBytesBecomeQuestionMarks)
{
    Policy policy;
    policy.feeds.push_back({"desk", 1, true, {}});
    EXPECT_EQ(to_text(Observation{Instant(1), 0, Silence{"a\nb\x01\x7f\tc"}}, policy),
              "0.001 desk silent \"a?b??\tc\"\n");
}

TEST(Recording, KnowsWhetherItsTicksStandInIt)
{
    const auto with = parse_recording("f", std::string(kTicksStandInIt) + std::string(kPolicy));
    EXPECT_TRUE(with.clean());
    EXPECT_TRUE(with.value.ticks_stand_in_it);
    EXPECT_FALSE(parse_recording("f", kPolicy).value.ticks_stand_in_it);
}

TEST(Recording, PointsAtEveryMistake)
{
    using Lines = std::vector<std::string>;
    EXPECT_EQ(problems_behind_policy("x desk@localhost logged-in\n"
                                     "1 nobody logged-in\n"
                                     "1 desk@localhost sleeps\n"
                                     "1 - logged-in\n"
                                     "1 desk@localhost tick\n"
                                     "1 desk@localhost reads\n"
                                     "1 desk@localhost reads \"\"\n"
                                     "1 desk@localhost reads OL charge much\n"
                                     "1 desk@localhost reads OL load 5\n"),
              (Lines{"f:5:1: error: \"x\" is no time in seconds",
                     "f:6:3: error: no MONITOR line of the policy has \"nobody\"",
                     "f:7:18: error: \"sleeps\" is nothing that is observed of a UPS",
                     "f:8:5: error: \"logged-in\" is nothing that is observed of this host",
                     "f:9:18: error: \"tick\" is nothing that is observed of a UPS",
                     "f:10:18: error: expected a status behind it",
                     "f:11:24: error: a status has words; without any it would be silence",
                     "f:12:34: error: \"much\" is no number of percent",
                     "f:13:27: error: \"load\" is too much here"}));
    EXPECT_EQ(problems_behind_policy("1 desk@localhost logins -1\n"
                                     "1 - woken 3\n"
                                     "1 - woken 1e3 announced\n"
                                     "1 - woken 20000000000 announced\n"
                                     "1 - tick tock\n"
                                     "1 - tick\n"
                                     "0.9 - tick\n"
                                     "1 desk@localhost\n"
                                     "1\n"),
              (Lines{"f:5:25: error: \"-1\" is no number of clients",
                     "f:6:11: error: expected announced or unannounced behind it",
                     "f:7:11: error: \"1e3\" is no time in seconds",
                     "f:8:11: error: \"20000000000\" is no time in seconds",
                     "f:9:10: error: \"tock\" is too much here", "f:11:1: error: time goes back",
                     "f:12:3: error: expected what was observed behind it",
                     "f:13:1: error: expected a UPS behind it"}));
    EXPECT_EQ(
        problems_behind_policy("> end\n"
                               "1 - tick\n"
                               ">\n"
                               "> fly\n"
                               "> notify BANG -\n"
                               "> notify ONLINE\n"
                               "> log loud \"x\"\n"
                               "> set-fsd nobody\n"
                               "> end now\n"
                               "1 - \"tick\n"),
        (Lines{"f:5:1: error: no observation is before this action",
               "f:7:1: error: expected an action behind it", "f:8:3: error: \"fly\" is no action",
               "f:9:10: error: \"BANG\" is no event", "f:10:10: error: expected a UPS, or - behind it",
               "f:11:7: error: \"loud\" is no level: info, notice, warning, error",
               "f:12:11: error: no MONITOR line of the policy has \"nobody\"",
               "f:13:7: error: \"now\" is too much here", "f:14:5: error: the text ends inside quotes"}));
}

TEST(Recording, NeedsAPolicyThatCanBeUsed)
{
    using Lines = std::vector<std::string>;
    EXPECT_EQ(problems_of(""), Lines{"f:1:1: error: no policy: this is no recording"});
    EXPECT_EQ(problems_of("1 - tick\n"), Lines{"f:1:1: error: a recording begins with a policy"});
    EXPECT_EQ(problems_of("\npolicy\nMONITOR a 1 - - primary\n"),
              Lines{"f:2:1: error: this policy has no end"});
    EXPECT_EQ(problems_of("policy\n  NONSENSE 1\nend\n").front().substr(0, 12), "f:2:3: error");
    EXPECT_EQ(problems_of("policy\nMONITOR a 1 - - primary\nMINSUPPLIES 2\nend\n"),
              Lines{"f:1:1: error: its MONITOR lines do not come to MINSUPPLIES"});
}

TEST(Recording, SaysSoIfAWordIsTooLong)
{
    const auto longest = std::string(65536, 'x');
    EXPECT_TRUE(problems_behind_policy("1 desk@localhost silent " + longest + "\n").empty());
    EXPECT_EQ(problems_behind_policy("1 desk@localhost silent x" + longest + "\n"),
              std::vector<std::string>{"f:5:1: error: too long, or with control characters"});
}

TEST(Recording, GivesUpOnWhatIsNone)
{
    std::string text(kPolicy);
    for (int i = 0; i < 1000; ++i)
        text += "nonsense\n";
    EXPECT_EQ(problems_of(text).size(), 20U);
}

// Whatever is in the file: it is refused with a place, or it is written again as it was read.
TEST(Recording, ReadsMutilatedFilesWholeOrNotAtAll)
{
    const std::string good =
        std::string(kPolicy)
        + "0 desk@localhost reads \"OL CHRG\" charge 97 alarm \"a\"\n"
          "  > notify ALARM desk@localhost \"a\"\n"
          "1.5 - woken 3 announced\n"
          "  > reload\n"
          "policy\n MONITOR x 1 - - secondary\n SHUTDOWNWHEN * all charge 4 onbattery 5\nend\n"
          "2 x login-refused \"no \\# way\"\n";
    test::RandomText random(1);
    int read = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto text = random.mutated(good);
        SCOPED_TRACE(text);
        const auto recording = parse_recording("f", text);
        for (const auto& problem : recording.problems)
            ASSERT_GE(problem.line, 1);
        if (!recording.clean())
            continue;
        ++read;
        std::string once;
        Policy policy;
        for (const auto& part : recording.value.parts)
            if (const auto* const of = std::get_if<Policy>(&part)) {
                policy = *of;
                once += to_text(policy);
            } else {
                once += to_text(std::get<Entry>(part).observation, policy);
                for (const auto& [action, line] : std::get<Entry>(part).actions)
                    once += to_text(action, policy);
            }
        const auto twice = parse_recording("f", once);
        ASSERT_TRUE(twice.clean()) << to_string(twice.problems.front()) << '\n' << once;
        ASSERT_EQ(twice.value.parts.size(), recording.value.parts.size());
        for (std::size_t part = 0; part < twice.value.parts.size(); ++part)
            if (const auto* const entry = std::get_if<Entry>(&twice.value.parts[part]))
                ASSERT_EQ(entry->observation, std::get<Entry>(recording.value.parts[part]).observation);
            else
                ASSERT_EQ(std::get<Policy>(twice.value.parts[part]),
                          std::get<Policy>(recording.value.parts[part]));
    }
    EXPECT_GT(read, 20);
}

// ---- policies ------------------------------------------------------------------------------------------

class RandomPolicy {
public:
    explicit RandomPolicy(unsigned seed) : engine_(seed) {}

    Policy policy()
    {
        Policy policy;
        for (int feed = 0; feed <= below(4); ++feed)
            policy.feeds.push_back(
                {"ups" + std::to_string(feed) + "@h", 1 + below(3), below(2) == 0, rules()});
        policy.min_supplies = below(2);
        for (auto* const time :
             {&policy.poll, &policy.poll_alert, &policy.host_sync, &policy.dead_time, &policy.oblb_duration,
              &policy.rb_warn_time, &policy.no_comm_warn_time, &policy.final_delay})
            *time = seconds();
        for (auto* const time : {&policy.off_duration, &policy.over_duration, &policy.shutdown_exit})
            *time = below(3) == 0 ? std::nullopt : std::optional(seconds());
        policy.alarm_critical = below(2) == 0;
        policy.poll_fail_log_throttle = below(5) - 1;
        return policy;
    }

private:
    int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(engine_); }
    Duration seconds() { return std::chrono::seconds(below(100'000)); }

    std::vector<ShutdownRule> rules()
    {
        std::vector<ShutdownRule> rules;
        for (int rule = below(4); rule > 0; --rule) {
            rules.push_back({{}, below(2) == 0});
            for (int limit = 0; limit <= below(4); ++limit)
                rules.back().limits.push_back({static_cast<Limit::Of>(below(4)), below(1000) / 10.0});
        }
        return rules;
    }

    std::mt19937 engine_;
};

TEST(Recording, ReadsEveryPolicyAsItWasWritten)
{
    for (unsigned seed = 0; seed < 1000; ++seed) {
        SCOPED_TRACE(seed);
        const auto policy = RandomPolicy(seed).policy();
        const auto recording = parse_recording("f", to_text(policy));
        for (const auto& problem : recording.problems)
            FAIL() << to_string(problem) << '\n' << to_text(policy);
        ASSERT_EQ(std::get<Policy>(recording.value.parts.at(0)), policy) << to_text(policy);
    }
}

TEST(Recording, WritesRulesOnceForAUpsThatIsSpeltInTwoWays)
{
    Policy policy;
    const std::vector<ShutdownRule> rules{{{{Limit::Of::charge, 40}}, false}};
    policy.feeds = {{"a@h", 1, true, rules}, {"A@h:3493", 1, true, rules}};
    const auto recording = parse_recording("f", to_text(policy));
    ASSERT_TRUE(recording.clean());
    EXPECT_EQ(std::get<Policy>(recording.value.parts.at(0)), policy);
}

} // namespace
} // namespace upright::upsmon
