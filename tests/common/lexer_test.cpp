// The grammar of configuration files and both protocols, rule by rule (docs/configuration.md).
#include "common/lex/lexer.hpp"
#include "tests/common/random_text.hpp"

#include <gmock/gmock.h>

namespace upright {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Texts = std::vector<std::string>;

// Each statement's words; an error stands as {"!", its text, "line:column"}.
std::vector<Texts> read(Lexer& lexer, std::string_view text)
{
    std::vector<Texts> all;
    const auto take = [&](Lexer::Event event) {
        if (event == Lexer::Event::error)
            all.push_back({"!", lexer.error(),
                           std::to_string(lexer.error_line()) + ":" + std::to_string(lexer.error_column())});
        if (event != Lexer::Event::statement || lexer.words().empty())
            return;
        Texts words;
        for (const auto& word : lexer.words())
            words.push_back(word.text);
        all.push_back(words);
    };
    for (const char c : text)
        take(lexer.feed(c));
    take(lexer.finish());
    return all;
}

std::vector<Texts> read(std::string_view text, LexLimits limits = {})
{
    Lexer lexer(limits);
    return read(lexer, text);
}

TEST(Lexer, L1BlanksSeparateAndLinesEndStatements)
{
    EXPECT_THAT(read("  a\tb \r\n\n\v c\f\n"), ElementsAre(Texts{"a", "b"}, Texts{"c"}));
}

TEST(Lexer, L2QuotesGroupAndTheClosingOneEndsTheWord)
{
    EXPECT_THAT(read("\"a b\"c \"\" d\n"), ElementsAre(Texts{"a b", "c", "", "d"}));
}

TEST(Lexer, L3BackslashTakesTheNextCharacterLiterally)
{
    EXPECT_THAT(read(R"(a\ b "c\"d" \#e \\ \n)"
                     "\n"),
                ElementsAre(Texts{"a b", "c\"d", "#e", "\\", "n"}));
}

TEST(Lexer, L3BackslashJoinsLines)
{
    EXPECT_THAT(read("ab\\\ncd \"e\\\nf\"\n"), ElementsAre(Texts{"abcd", "ef"}));
}

TEST(Lexer, L3JoiningBetweenBlanksMakesNoEmptyWord) // FIX
{
    EXPECT_THAT(read("a \\\n b\n"), ElementsAre(Texts{"a", "b"}));
}

TEST(Lexer, L4NumberSignStartsACommentEvenInAWord)
{
    EXPECT_THAT(read("# all\nabc#def\n"), ElementsAre(Texts{"abc"}));
}

TEST(Lexer, L4BareNumberSignInQuotesSpoilsTheLineOnly) // FIX
{
    EXPECT_THAT(
        read("a \"b#c\" d\ne f\n"),
        ElementsAre(Texts{"!", "Unbalanced word due to unescaped # in quotes", "1:5"}, Texts{"e", "f"}));
}

TEST(Lexer, L4aQuoteInsideAWordIsOrdinary)
{
    EXPECT_THAT(read("a\"b c\"\n"), ElementsAre(Texts{"a\"b", "c\""}));
}

TEST(Lexer, L5NewlineInQuotesIsDropped)
{
    EXPECT_THAT(read("\"ab\ncd\" e\n"), ElementsAre(Texts{"abcd", "e"}));
}

TEST(Lexer, L6EqualsSignIsAWordOfItsOwn)
{
    EXPECT_THAT(
        read("a=b\nc = d\ne =f\ng\\=h \"=\"\n"),
        ElementsAre(Texts{"a", "=", "b"}, Texts{"c", "=", "d"}, Texts{"e", "=", "f"}, Texts{"g=h", "="}));
}

TEST(Lexer, L7BracketsAreOrdinary)
{
    EXPECT_THAT(read("[ups] [ x ]\n"), ElementsAre(Texts{"[ups]", "[", "x", "]"}));
}

TEST(Lexer, L8ExcessIsDroppedAndSaid) // FIX
{
    Lexer words;
    std::string line;
    for (int i = 0; i < 40; ++i)
        line += "w ";
    EXPECT_EQ(read(words, line + "\n").front().size(), 32U);
    EXPECT_TRUE(words.dropped_words());

    Lexer characters;
    EXPECT_EQ(read(characters, std::string(600, 'x') + "\n").front().front().size(), 512U);
    EXPECT_TRUE(characters.dropped_characters());
}

TEST(Lexer, L9BytesThatNoPeerTakesAreDroppedUnlessKept) // FIX
{
    Lexer lexer;
    EXPECT_THAT(read(lexer, "a\x01"
                            "b\xc3\xa4"
                            "c\n"),
                ElementsAre(Texts{"abc"}));
    EXPECT_TRUE(lexer.dropped_bytes());
    EXPECT_THAT(read("\xc3\xa4\n", {.keep_high_bytes = true}), ElementsAre(Texts{"\xc3\xa4"}));
}

TEST(Lexer, L9HighBytesInCommentsAreFine)
{
    Lexer lexer;
    EXPECT_THAT(read(lexer, "# gr\xc3\xbc\xc3\x9f\na\n"), ElementsAre(Texts{"a"}));
    EXPECT_FALSE(lexer.dropped_bytes());
}

TEST(Lexer, L9EscapesAndDroppedBytesDoNotMix)
{
    EXPECT_THAT(read("a\\\x01"
                     "b c\n"),
                ElementsAre(Texts{"ab", "c"}));
}

TEST(Lexer, L10LastLineNeedsNoNewline) // FIX
{
    EXPECT_THAT(read("a b\nword"), ElementsAre(Texts{"a", "b"}, Texts{"word"}));
    EXPECT_THAT(read("a b"), ElementsAre(Texts{"a", "b"}));
}

TEST(Lexer, L11OpenQuoteAtTheEndIsAnError) // FIX
{
    EXPECT_THAT(read("a b\nc \"d"),
                ElementsAre(Texts{"a", "b"}, Texts{"!", "the text ends inside quotes", "2:3"}));
}

TEST(Lexer, L12ReadingGoesOnBehindAnError)
{
    EXPECT_THAT(read("\"#\n\"#\na\n"),
                ElementsAre(Texts{"!", "Unbalanced word due to unescaped # in quotes", "1:2"},
                            Texts{"!", "Unbalanced word due to unescaped # in quotes", "2:2"}, Texts{"a"}));
}

TEST(Lexer, L13LinesArePhysicalLinesOfTheFirstWord) // FIX
{
    Lexer lexer;
    std::vector<int> lines;
    for (const char c : std::string_view("# c\na \\\n b\n\n\nd \"e\nf\"\ng\n"))
        if (lexer.feed(c) == Lexer::Event::statement && !lexer.words().empty())
            lines.push_back(lexer.line());

    EXPECT_THAT(lines, ElementsAre(2, 6, 8));
}

TEST(Lexer, WordsKnowTheirPlace)
{
    Lexer lexer;
    for (const char c : std::string_view("ab \"c\"d\n"))
        lexer.feed(c);
    const auto& words = lexer.words();

    ASSERT_EQ(words.size(), 3U);
    EXPECT_EQ(words[0].column, 1);
    EXPECT_EQ(words[1].column, 4);
    EXPECT_TRUE(words[1].quoted);
    EXPECT_FALSE(words[1].glued);
    EXPECT_EQ(words[2].column, 7);
    EXPECT_TRUE(words[2].glued);
}

TEST(Lexer, IsIdleOnlyBetweenStatements)
{
    Lexer lexer;
    EXPECT_TRUE(lexer.idle());
    lexer.feed('a');
    EXPECT_FALSE(lexer.idle());
    lexer.feed('\n');
    lexer.feed(' ');
    EXPECT_TRUE(lexer.idle());
    lexer.feed('#');
    EXPECT_FALSE(lexer.idle());
    lexer.reset();
    EXPECT_TRUE(lexer.idle());
}

TEST(Lexer, HoldsNoMoreThanItsLimitsWhateverComes)
{
    test::RandomText random(1);
    const LexLimits limits{.words = 4, .word_length = 8};
    Lexer lexer(limits);
    for (int i = 0; i < 200'000; ++i)
        for (const char c : random.line()) {
            lexer.feed(c);
            ASSERT_LE(lexer.words().size(), limits.words);
            for (const auto& word : lexer.words())
                ASSERT_LE(word.text.size(), limits.word_length);
        }
}

} // namespace
} // namespace upright
