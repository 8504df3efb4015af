// The lines of .dev and .seq files.
#include "drivers/dummy/definition.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace upright::dummy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A step as one word or two, for comparing.
std::string shown(const Step& step)
{
    if (const auto* const set = std::get_if<SetTo>(&step))
        return fmt::format("{}={}", set->variable, set->value);
    if (const auto* const pause = std::get_if<Pause>(&step))
        return fmt::format("wait {}", pause->length.count());
    if (const auto* const alarm = std::get_if<AddAlarm>(&step))
        return "alarm " + alarm->text;
    return "clear";
}

struct Read {
    std::vector<std::string> steps;
    std::vector<std::string> problems;
};

Read read(std::string text)
{
    const auto loaded = parse_definition("x.dev", std::move(text));
    Read read;
    for (const auto& step : loaded.value)
        read.steps.push_back(shown(step));
    for (const auto& problem : loaded.problems)
        read.problems.push_back(to_string(problem));
    return read;
}

TEST(DummyDefinition, SetsVariablesFromLines)
{
    const auto got = read("ups.mfr: Some   Company Ltd.  \n"
                          "  ups.model:\tX1 # a comment\n"
                          "ups.serial: \"two  blanks\" \\# \\\"q\\\"\n"
                          "ups.firmware: ID=18 a = b a= b\n"
                          "ups.id:\n"
                          "ups.status: OL CHRG");

    EXPECT_THAT(got.problems, IsEmpty());
    EXPECT_THAT(got.steps,
                ElementsAre("ups.mfr=Some Company Ltd.", "ups.model=X1", "ups.serial=two  blanks # \"q\"",
                            "ups.firmware=ID=18 a = b a= b", "ups.id=", "ups.status=OL CHRG"));
}

TEST(DummyDefinition, TakesAQuoteThatNothingClosesAsItIs)
{
    const auto got = read("ups.mfr: \"Exide\n"
                          "ups.model: 19\" rack \"and more\n"
                          "ups.id: \"closed\" \"open \\\" \n"
                          "# it's \"open in a comment\n"
                          "ups.serial: \"joined \\\nlines\"\n"
                          "battery.type: \"");

    EXPECT_THAT(got.problems, IsEmpty());
    EXPECT_THAT(got.steps,
                ElementsAre("ups.mfr=\"Exide", "ups.model=19\" rack \"and more", "ups.id=closed \"open \"",
                            "ups.serial=joined lines", "battery.type=\""));
}

TEST(DummyDefinition, TellsTheTimeAndAlarms)
{
    EXPECT_THAT(read("TIMER 5\nALARM [Too hot]  now\nALARM\nTIMER 0\n").steps,
                ElementsAre("wait 5", "alarm [Too hot] now", "clear", "wait 0"));
}

TEST(DummyDefinition, LeavesOutAnotherDriversLines)
{
    const auto got = read("driver.name: blazer_usb\nDriver.Parameter.Port: auto\nups.load: 3\n");

    EXPECT_THAT(got.steps, ElementsAre("ups.load=3"));
    EXPECT_THAT(got.problems, IsEmpty());
}

TEST(DummyDefinition, PointsAtEachMistakeAndGoesOn) // D37
{
    const auto got = read("TIMER\n"
                          "TIMER soon\n"
                          "TIMER -1\n"
                          "TIMER 99999999999\n"
                          "no colon here\n"
                          "a/b: 1\n"
                          ": 1\n"
                          "\"x#y\" z: 1\n"
                          "ups.load: 3\n");

    EXPECT_THAT(got.steps, ElementsAre("ups.load=3"));
    EXPECT_THAT(got.problems,
                ElementsAre("x.dev:8:3: error: Unbalanced word due to unescaped # in quotes",
                            "x.dev:1:1: warning: TIMER needs whole seconds from 0 to 86400",
                            "x.dev:2:7: warning: TIMER needs whole seconds from 0 to 86400",
                            "x.dev:3:7: warning: TIMER needs whole seconds from 0 to 86400",
                            "x.dev:4:7: warning: TIMER needs whole seconds from 0 to 86400",
                            "x.dev:5:1: warning: expected \"name: value\", TIMER or ALARM, not \"no\"",
                            "x.dev:6:1: warning: expected \"name: value\", TIMER or ALARM, not \"a/b:\"",
                            "x.dev:7:1: warning: expected \"name: value\", TIMER or ALARM, not \":\""));
}

} // namespace
} // namespace upright::dummy
