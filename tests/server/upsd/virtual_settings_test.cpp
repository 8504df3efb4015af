// Virtual UPSes of ups.conf: what is read, what is left out, and where each mistake is pointed at.
#include "server/upsd/virtual_settings.hpp"

#include <gmock/gmock.h>

namespace upright::upsd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

constexpr auto kReal =
    "[a]\ndriver = x\nport = 1\n[b]\ndriver = x\nport = 2\n[C]\ndriver = x\nport = 3\n"; // 9 lines

struct Read {
    std::vector<VirtualSettings> upses;
    std::vector<std::string> names;
    std::vector<std::string> problems;
};

Read read(const std::string& text)
{
    const auto conf = parse_ups_conf("ups.conf", kReal + text);
    EXPECT_THAT(conf.problems, IsEmpty());
    const auto loaded = virtual_upses(conf.value);
    Read result{loaded.value, {}, {}};
    for (const auto& ups : loaded.value)
        result.names.push_back(ups.name);
    for (const auto& problem : loaded.problems)
        result.problems.push_back(to_string(problem));
    return result;
}

TEST(VirtualSettings, OfAGroup)
{
    for (const auto* const of :
         {"of = a b c", "of = \"a b c\"", "of = a \"b c\"", "of = a, b, c", "of = \" a  b c \""}) {
        const auto conf =
            read(std::string("[rack]\ndriver = virtual\ndesc = \"Rack 1\"\n") + of + "\nneed = 2\n");
        EXPECT_THAT(conf.problems, IsEmpty()) << of;
        ASSERT_EQ(conf.upses.size(), 1U);
        EXPECT_EQ(conf.upses[0].name, "rack");
        EXPECT_THAT(conf.upses[0].of, ElementsAre("a", "b", "C"));
        EXPECT_EQ(conf.upses[0].need, 2);
        EXPECT_FALSE(conf.upses[0].stage);
    }
    EXPECT_EQ(read("[rack]\ndriver = virtual\nof = a b\n").upses.at(0).need, 1);
}

TEST(VirtualSettings, OfStages)
{
    const auto conf = read(
        "[one]\ndriver = virtual\nof = A\nstage = 1\nafter = 60\ncharge = 50.5\nruntime = 900\nlimit = 90\n"
        "[two]\ndriver = virtual\nport = none\nof = a\nstage = 2\ncharge = 0\n");

    EXPECT_THAT(conf.problems, IsEmpty());
    ASSERT_EQ(conf.upses.size(), 2U);
    const auto& one = conf.upses[0];
    EXPECT_THAT(one.of, ElementsAre("a"));
    EXPECT_EQ(one.stage, 1);
    EXPECT_EQ(one.after, 60s);
    EXPECT_EQ(one.charge, 50.5);
    EXPECT_EQ(one.runtime, 900s);
    EXPECT_EQ(one.limit, 90s);
    EXPECT_EQ(conf.upses[1].charge, 0.0);
    EXPECT_FALSE(conf.upses[1].after || conf.upses[1].runtime);
    EXPECT_EQ(conf.upses[1].limit, 300s);
}

TEST(VirtualSettings, PutEachBehindWhatItIsMadeOf)
{
    const auto conf = read("[stage]\ndriver = virtual\nof = both\nstage = 1\nafter = 1\n"
                           "[both]\ndriver = virtual\nof = rack c\n"
                           "[rack]\ndriver = virtual\nof = a b\n");

    EXPECT_THAT(conf.problems, IsEmpty());
    EXPECT_THAT(conf.names, ElementsAre("rack", "both", "stage"));
}

TEST(VirtualSettings, LeaveOutWhatCantBeServed)
{
    const auto conf = read("[none]\ndriver = virtual\n"
                           "[empty]\ndriver = virtual\nof = \"\"\n"
                           "[wrong]\ndriver = virtual\nof = a rak d\n"
                           "[twice]\ndriver = virtual\nof = a A\n"
                           "[many]\ndriver = virtual\nof = a b\nneed = 3\n"
                           "[zero]\ndriver = virtual\nof = a b\nneed = 0\n"
                           "[self]\ndriver = virtual\nof = self a\n"
                           "[x]\ndriver = virtual\nof = y\n[y]\ndriver = virtual\nof = x\n"
                           "[upon]\ndriver = virtual\nof = y\n"
                           "[one]\ndriver = virtual\nof = a b\nstage = 1\nafter = 5\n"
                           "[two]\ndriver = virtual\nof = a\nstage = first\nafter = 5\n"
                           "[three]\ndriver = virtual\nof = two\nstage = 2\nafter = 5\n"
                           "[rack]\ndriver = virtual\nof = a b\n");

    EXPECT_THAT(conf.names, ElementsAre("rack"));
    EXPECT_THAT(
        conf.problems,
        ElementsAre(
            "ups.conf:10:1: error: [none] is left out: of = names no UPS",
            "ups.conf:14:1: error: [empty] is left out: of = names no UPS",
            "ups.conf:17:8: error: [wrong] is left out: there is no UPS \"rak\" (did you mean \"rack\"?)",
            "ups.conf:17:12: error: [wrong] is left out: there is no UPS \"d\" (did you mean \"a\"?)",
            "ups.conf:20:8: error: [twice] is left out: a comes twice",
            "ups.conf:24:8: error: [many] is left out: need = is a number from 1 to 2",
            "ups.conf:28:8: error: [zero] is left out: need = is a number from 1 to 2",
            "ups.conf:43:6: error: [one] is left out: a stage is of one UPS; make a group of several",
            "ups.conf:49:9: error: stage = is a whole number from 0 to 1000",
            "ups.conf:53:6: error: [three] is left out: two is a stage, and feeds nobody",
            "ups.conf:29:1: error: [self] is left out: what it is made of is left out, or is made of it",
            "ups.conf:38:1: error: [upon] is left out: what it is made of is left out, or is made of it",
            "ups.conf:32:1: error: [x] is left out: what it is made of is left out, or is made of it",
            "ups.conf:35:1: error: [y] is left out: what it is made of is left out, or is made of it"));
}

TEST(VirtualSettings, KeepAStageWhoseTriggersHaveMistakes)
{
    const auto conf =
        read("[one]\ndriver = virtual\nof = a\nstage = 1\nafter = soon\ncharge = 101\nruntime = 0\n"
             "limit = -1\nneed = 1\nafterr = 5\n"
             "[rack]\ndriver = virtual\nof = a b\nafter = 5\nsdorder = 1\n");

    EXPECT_THAT(conf.names, ElementsAre("one", "rack"));
    EXPECT_FALSE(conf.upses[0].after || conf.upses[0].charge || conf.upses[0].runtime);
    EXPECT_THAT(
        conf.problems,
        ElementsAre("ups.conf:19:1: error: \"afterr\" is no key of a virtual UPS (did you mean \"after\"?)",
                    "ups.conf:18:1: error: need is for groups, and this is a stage",
                    "ups.conf:14:9: error: after = is a whole number from 0 to 1000000",
                    "ups.conf:16:11: error: runtime = is a whole number from 1 to 1000000",
                    "ups.conf:17:9: error: limit = is a whole number from 0 to 1000000",
                    "ups.conf:15:10: error: charge = is a percentage from 0 to 100",
                    "ups.conf:10:1: warning: [one] has none of after, charge and runtime: it is never due of "
                    "itself",
                    "ups.conf:24:1: error: \"sdorder\" is no key of a virtual UPS",
                    "ups.conf:23:1: error: after is for stages: stage = is missing"));
}

TEST(VirtualSettings, PointIntoAQuotedList)
{
    EXPECT_THAT(read("[r]\ndriver = virtual\nof = \"a xx b\" yy\n").problems,
                ElementsAre("ups.conf:12:9: error: [r] is left out: there is no UPS \"xx\"",
                            "ups.conf:12:15: error: [r] is left out: there is no UPS \"yy\""));
}

TEST(VirtualSettings, LeaveOtherSectionsAlone)
{
    const auto conf =
        parse_ups_conf("ups.conf", "[default]\ndriver = virtual\n[a]\ndriver = x\nport = 1\nof = b c\n");

    EXPECT_THAT(virtual_upses(conf.value).problems, IsEmpty());
    EXPECT_THAT(virtual_upses(conf.value).value, IsEmpty());
    ASSERT_EQ(conf.problems.size(), 1U);
    EXPECT_EQ(to_string(conf.problems[0]),
              "ups.conf:6:8: warning: only the first word counts as the value of of: put it in quotes");
}

} // namespace
} // namespace upright::upsd
