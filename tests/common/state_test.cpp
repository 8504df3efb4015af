#include "common/state/snapshot.hpp"
#include "common/state/state.hpp"
#include "tests/common/random_text.hpp"

#include <gmock/gmock.h>

namespace upright {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Texts = std::vector<std::string>;

Texts as_texts(const std::vector<Change>& changes)
{
    Texts texts;
    for (const auto& change : changes)
        texts.push_back(to_string(change));
    return texts;
}

State state_of(const State::Variables& variables, const State::Commands& commands = {})
{
    State state;
    for (const auto& change : differences(state, variables, commands))
        state.apply(change);
    return state;
}

TEST(State, OnlySetValueCreatesAVariable)
{
    State state;

    EXPECT_FALSE(state.apply(AddEnum{"a.b", "x"}));
    EXPECT_FALSE(state.apply(SetFlags{"a.b", {.rw = true}}));
    EXPECT_FALSE(state.apply(SetMaxLength{"a.b", 5}));
    EXPECT_FALSE(state.apply(AddRange{"a.b", {1, 2}}));
    EXPECT_FALSE(state.apply(RemoveVariable{"a.b"}));
    EXPECT_TRUE(state.apply(SetValue{"a.b", ""}));
    EXPECT_NE(state.find("a.b"), nullptr);
}

TEST(State, SaysOnlyRealChanges)
{
    State state;
    state.apply(SetValue{"ups.mfr", "Eaton"});

    EXPECT_FALSE(state.apply(SetValue{"UPS.MFR", "Eaton"}));
    EXPECT_TRUE(state.apply(SetValue{"ups.mfr", "EATON"})); // D6: values compare exactly
    EXPECT_TRUE(state.apply(SetFresh{true}));
    EXPECT_FALSE(state.apply(SetFresh{true}));
    EXPECT_TRUE(state.apply(AddCommand{"load.off"}));
    EXPECT_FALSE(state.apply(AddCommand{"LOAD.OFF"}));
}

TEST(State, NamesAreFoundInAnyCaseAndSortedWithoutIt) // Traps 2 and 6
{
    State state;
    for (const auto* const name : {"b.x", "A.x", "C.x"})
        state.apply(SetValue{name, "1"});

    Texts names;
    for (const auto& [name, variable] : state.variables())
        names.push_back(name);
    EXPECT_THAT(names, ElementsAre("A.x", "b.x", "C.x"));
    EXPECT_EQ(state.value("B.X"), "1");
}

TEST(State, EnumsKeepTheirOrderAndTakeNoDuplicates)
{
    State state;
    state.apply(SetValue{"v", "1"});

    EXPECT_TRUE(state.apply(AddEnum{"v", "103"}));
    EXPECT_TRUE(state.apply(AddEnum{"v", "100"}));
    EXPECT_FALSE(state.apply(AddEnum{"v", "103"}));
    EXPECT_THAT(state.find("v")->enums, ElementsAre("103", "100"));
    EXPECT_TRUE(state.apply(RemoveEnum{"v", "103"}));
    EXPECT_THAT(state.find("v")->enums, ElementsAre("100"));
}

TEST(State, RangesCompareByBothBounds) // D7
{
    State state;
    state.apply(SetValue{"v", "1"});
    state.apply(AddRange{"v", {1, 10}});

    EXPECT_TRUE(state.apply(AddRange{"v", {1, 20}}));
    EXPECT_FALSE(state.apply(RemoveRange{"v", {1, 30}}));
    EXPECT_TRUE(state.apply(RemoveRange{"v", {1, 10}}));
    EXPECT_THAT(state.find("v")->ranges, ElementsAre(Range{1, 20}));
    EXPECT_TRUE(state.find("v")->flags.number);
}

TEST(State, FlagsReplace) // Trap 37
{
    State state;
    state.apply(SetValue{"v", "1"});
    state.apply(SetFlags{"v", {.rw = true, .text = true}});
    state.apply(SetFlags{"v", {.number = true}});

    EXPECT_EQ(state.find("v")->flags, (Flags{.number = true}));
}

TEST(State, RemovingAVariableRemovesWhatBelongsToIt)
{
    State state;
    state.apply(SetValue{"v", "1"});
    state.apply(AddEnum{"v", "x"});
    state.apply(RemoveVariable{"V"});
    state.apply(SetValue{"v", "1"});

    EXPECT_TRUE(state.find("v")->enums.empty());
}

TEST(State, DumpHasTheValueFirst) // Trap 36
{
    State state;
    state.apply(SetValue{"v", "1"});
    state.apply(SetFlags{"v", {.rw = true, .text = true}});
    state.apply(SetMaxLength{"v", 8});
    state.apply(AddEnum{"v", "x"});
    state.apply(AddCommand{"load.off"});

    EXPECT_THAT(as_texts(state.as_changes()), ElementsAre("set v=1", "add enum v x", "max length v 8",
                                                          "flags v RW STRING", "add command load.off"));
}

TEST(Differences, NothingForTheSameReading)
{
    const State::Variables reading{{"a", Variable{"1", {.rw = true, .text = true}, 5, {"1", "2"}, {}}}};

    EXPECT_THAT(differences(state_of(reading), reading, {}), IsEmpty());
}

TEST(Differences, SayWhatChanged)
{
    const auto last = state_of({{"a", Variable{"1"}}, {"b", Variable{"2"}}}, {"load.on"});

    EXPECT_THAT(
        as_texts(differences(last, {{"b", Variable{"3"}}, {"c", Variable{"4"}}}, {"load.off"})),
        ElementsAre("remove a", "set b=3", "set c=4", "remove command load.on", "add command load.off"));
}

TEST(Differences, RangesMakeANumberOnce)
{
    const State::Variables reading{{"v", Variable{"1", {.rw = true}, 0, {}, {{1, 9}}}}};
    State state;
    state.apply(SetValue{"v", "1"});

    const auto first = differences(state, reading, {});
    for (const auto& change : first)
        state.apply(change);

    // SETFLAGS is said, because not every receiver concludes NUMBER from a range.
    EXPECT_THAT(as_texts(first), ElementsAre("add range v 1..9", "flags v RW NUMBER"));
    EXPECT_THAT(differences(state, reading, {}), IsEmpty());
}

TEST(Differences, KeepTheOrderOfEnums)
{
    const auto last = state_of({{"v", Variable{"1", {}, 0, {"a", "b", "c"}, {}}}});
    const State::Variables next{{"v", Variable{"1", {}, 0, {"c", "a"}, {}}}};
    auto state = last;
    for (const auto& change : differences(last, next, {}))
        state.apply(change);

    EXPECT_THAT(state.find("v")->enums, ElementsAre("c", "a"));
}

TEST(Differences, ADoubledEnumIsNotAnnouncedForEver)
{
    const State::Variables reading{{"v", Variable{"1", {}, 0, {"a", "a"}, {{1, 2}, {1, 2}}}}};

    EXPECT_THAT(differences(state_of(reading), reading, {}), IsEmpty());
}

Variable random_variable(test::RandomText& random)
{
    Variable variable{random.printable(3)};
    variable.flags = {
        .rw = random.below(2) == 0, .text = random.below(2) == 0, .number = random.below(2) == 0};
    variable.max_length = static_cast<int>(random.below(3));
    for (auto left = random.below(4); left > 0; --left)
        if (const auto value = std::string(1, "abc"[random.below(3)]);
            std::find(variable.enums.begin(), variable.enums.end(), value) == variable.enums.end())
            variable.enums.push_back(value);
    for (auto left = random.below(3); left > 0; --left)
        if (const Range range{static_cast<int>(random.below(2)), 1 + static_cast<int>(random.below(2))};
            std::find(variable.ranges.begin(), variable.ranges.end(), range) == variable.ranges.end())
            variable.ranges.push_back(range);
    variable.flags.number = variable.flags.number || !variable.ranges.empty();
    return variable;
}

TEST(Differences, TurnAnyReadingIntoAnyOther)
{
    test::RandomText random(5);
    State state;
    for (int i = 0; i < 20'000; ++i) {
        State::Variables next;
        State::Commands commands;
        for (const auto* const name : {"a", "b", "c"})
            if (random.below(3) != 0)
                next[name] = random_variable(random);
        for (const auto* const name : {"x", "y"})
            if (random.below(2) == 0)
                commands.insert(name);

        for (const auto& change : differences(state, next, commands))
            ASSERT_TRUE(state.apply(change) || std::holds_alternative<SetFlags>(change)) << to_string(change);

        ASSERT_EQ(state.variables(), next);
        ASSERT_EQ(state.commands(), commands);
    }
}

TEST(WordList, HoldsEachWordOnceInOrder) // Trap 50
{
    WordList words{"OL", "CHRG", "OL"};
    words.add("");

    EXPECT_EQ(words.joined(), "OL CHRG");
    EXPECT_EQ(parse_words("  OB  LB OB ").joined(), "OB LB");
    EXPECT_EQ(parse_words("").joined(), "");
}

} // namespace
} // namespace upright
