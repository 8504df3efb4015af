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

Read read(std::string_view text)
{
    const auto loaded = parse_definition("x.dev", text);
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

// Dumps of real devices hold these; with the plain grammar the open quote of an Exide NetUPS swallows the
// lines behind it.
TEST(DummyDefinition, KeepsWhatDevicesSayAlthoughItHasAMeaningElsewhere)
{
    const auto got = read("ups.mfr: \"Exide\n"
                          "ups.load: 31\n"
                          "ups.id: \"two\" halves \"open # with comment\n"
                          "device.serial: ################\n"
                          "ups.model: \"Model #3\" # a comment\n"
                          "ups.alarm: # nothing\n"
                          "ups.firmware: first \\\n second\n"
                          "ups.type: end\\\\");

    EXPECT_THAT(got.problems, IsEmpty());
    EXPECT_THAT(got.steps, ElementsAre("ups.mfr=\"Exide", "ups.load=31", "ups.id=\"two\" halves \"open",
                                       "device.serial=################", "ups.model=Model #3",
                                       "ups.alarm=", "ups.firmware=first second", "ups.type=end\\"));
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
