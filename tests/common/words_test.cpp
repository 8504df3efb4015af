#include "common/wire/quote.hpp"
#include "common/wire/words.hpp"
#include "tests/common/random_text.hpp"

#include <gmock/gmock.h>

namespace upright {
namespace {

using testing::ElementsAre;
using Texts = std::vector<std::string>;

// Every statement, empty ones included; an error as {"!", text}.
WordStream::Handler into(std::vector<Texts>& all)
{
    return [&all](Words words, const char* error) {
        if (error != nullptr)
            all.push_back({"!", error});
        else
            all.emplace_back(words.begin(), words.end());
        return true;
    };
}

std::vector<Texts> by_lexer(std::string_view text, LexLimits limits = {})
{
    std::vector<Texts> all;
    Lexer lexer(limits);
    for (const char c : text) {
        const auto event = lexer.feed(c);
        if (event == Lexer::Event::error)
            all.push_back({"!", lexer.error()});
        if (event != Lexer::Event::statement)
            continue;
        Texts words;
        for (const auto& word : lexer.words())
            words.push_back(word.text);
        all.push_back(words);
    }
    return all;
}

TEST(WordStream, EmptyAndCommentLinesAreStatementsWithoutWords)
{
    std::vector<Texts> all;
    WordStream stream;
    stream.feed("\n# c\n  \nPING\n", into(all));

    EXPECT_THAT(all, ElementsAre(Texts{}, Texts{}, Texts{}, Texts{"PING"}));
}

TEST(WordStream, StopsBehindTheLineThatTheHandlerStoppedAt)
{
    WordStream stream;
    const auto stop = [](Words, const char*) { return false; };

    EXPECT_EQ(stream.feed("STARTTLS\nPASSWORD x\n", stop), 9U);
    EXPECT_EQ(stream.feed("\"STARTTLS\"\nPASSWORD x\n", stop), 11U);
}

TEST(WordStream, FastPathAndLexerAgree) // Trap 29: any segmentation
{
    test::RandomText random(2);
    for (int i = 0; i < 70'000; ++i) { // of three lines each
        std::string text = random.line() + random.line() + random.line();
        const auto expected = by_lexer(text);
        std::vector<Texts> whole;
        std::vector<Texts> in_pieces;
        WordStream at_once;
        WordStream piecewise;
        at_once.feed(text, into(whole));
        for (std::string_view rest = text; !rest.empty();) {
            const auto piece = rest.substr(0, 1 + random.below(20));
            piecewise.feed(piece, into(in_pieces));
            rest.remove_prefix(piece.size());
        }
        ASSERT_EQ(whole, expected) << testing::PrintToString(text);
        ASSERT_EQ(in_pieces, expected) << testing::PrintToString(text);
    }
}

TEST(WordStream, FastPathCutsWhatTheLexerCuts)
{
    const LexLimits limits{.words = 3, .word_length = 4};
    for (const std::string text : {"abcdefgh x\n", "a b c d e\n", "a b c\n", "abcd\n"}) {
        std::vector<Texts> all;
        WordStream stream(limits);
        stream.feed(text, into(all));
        EXPECT_EQ(all, by_lexer(text, limits)) << text;
    }
}

TEST(WordStream, AnUnfinishedLineIsBounded)
{
    test::RandomText random(3);
    const LexLimits limits{.words = 8, .word_length = 64};
    // Words grow by doubling, so up to twice their length is held, and the vector of words likewise.
    const auto bound = sizeof(Lexer) + 2 * limits.words * (sizeof(Word) + 2 * limits.word_length);
    WordStream stream(limits);
    const auto ignore = [](Words, const char*) { return true; };
    for (int i = 0; i < 20'000; ++i) {
        auto text = random.line();
        std::erase(text, '\n');
        stream.feed(text, ignore);
        ASSERT_LE(stream.pending(), bound);
    }
    stream.reset();
    EXPECT_EQ(stream.pending(), 0U);
}

TEST(WordStream, HoldsNothingBetweenLines)
{
    WordStream stream;
    const auto ignore = [](Words, const char*) { return true; };
    stream.feed("VAR \"x y\"\nPING\n", ignore);

    EXPECT_EQ(stream.pending(), 0U);
}

TEST(Quote, PutsABackslashBeforeWhatWouldEndTheValue) // Trap 34
{
    EXPECT_EQ(quoted(R"(a"b\c#d)"), R"("a\"b\\c\#d")");
    EXPECT_EQ(quoted(""), "\"\"");
}

TEST(Quote, LeavesOutWhatWouldStartAnotherMessage) // D5
{
    EXPECT_EQ(quoted("a\nFSD ups\x80"), "\"aFSD ups\"");
}

TEST(Quote, WordsAreBareUnlessTheyMustNotBe)
{
    EXPECT_EQ(as_word("ups.status"), "ups.status");
    EXPECT_EQ(as_word(""), "\"\"");
    EXPECT_EQ(as_word("a b"), "\"a b\"");
    EXPECT_EQ(as_word("a=b"), "\"a=b\"");
    EXPECT_EQ(as_word("a#b"), "\"a\\#b\"");
}

TEST(Quote, LinesNeverExceed512BytesAndKeepTheirEnd) // Trap 31, D10
{
    for (std::size_t length = 400; length < 700; ++length) {
        std::string line;
        append_value_line(line, "VAR ups name", std::string(length, '"'));
        ASSERT_LE(line.size(), 512U);
        ASSERT_TRUE(line.ends_with("\"\n"));
        EXPECT_EQ(by_lexer(line).size(), 1U);
        EXPECT_EQ(by_lexer(line).front().size(), 4U);
    }
}

TEST(Quote, WhatIsQuotedIsReadBack)
{
    test::RandomText random(4);
    for (int i = 0; i < 50'000; ++i) {
        const auto value = random.printable(80);
        const auto back = by_lexer("x " + upright::quoted(value) + " " + as_word(value) + "\n");
        ASSERT_THAT(back, ElementsAre(Texts{"x", value, value}));
    }
}

} // namespace
} // namespace upright
