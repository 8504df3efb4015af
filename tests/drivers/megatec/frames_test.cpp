#include "drivers/megatec/frames.hpp"

#include <gmock/gmock.h>

#include <random>

namespace upright::megatec {
namespace {

using namespace std::string_literals;

TEST(Checksum, IsTheOneThatAxpertInvertersSend)
{
    EXPECT_EQ(with_checksum("QPI\r"), "QPI\xbe\xac\r");
    EXPECT_EQ(with_checksum("QPIGS\r"), "QPIGS\xb7\xa9\r");
    EXPECT_EQ(with_checksum("QMOD\r"), "QMOD\x49\xc1\r");
}

TEST(Checksum, IsTakenOffAnAnswerOnlyIfItIsRight)
{
    const auto whole = with_checksum("(PI30\r");
    const auto answer = whole.substr(0, whole.size() - 1);

    EXPECT_EQ(without_checksum(answer), "(PI30");
    for (std::size_t i = 0; i < answer.size(); ++i) {
        auto damaged = answer;
        damaged[i] = static_cast<char>(damaged[i] ^ 1);
        EXPECT_EQ(without_checksum(damaged), std::nullopt) << i;
        EXPECT_EQ(without_checksum(answer.substr(0, i)), std::nullopt) << i;
    }
    EXPECT_EQ(without_checksum(""), std::nullopt);
}

// Each of them would end or begin a frame.
TEST(Checksum, NeverHoldsAnEndOrALead)
{
    for (int i = 0; i < 100'000; ++i) {
        const auto text = with_checksum("(" + std::to_string(i) + "\r");
        const auto sum = text.substr(text.size() - 3, 2);
        EXPECT_EQ(sum.find_first_of("\r\n("), sum.npos) << i;
        EXPECT_EQ(without_checksum(text.substr(0, text.size() - 1)), "(" + std::to_string(i));
    }
}

TEST(EscapedWords, AreReadWithTheirEscapesUndone)
{
    EXPECT_EQ(escaped_words_in_hex("#\x6c\x01 \x35 \x6c\x01 \x35 \x03 \x51\x9a (\x02\x12\xd0 \xe6 \x1e \x09"),
              "#6C01 35 6C01 35 03 519A 1312D0 E6 1E 00001001");
    EXPECT_EQ(escaped_words_in_hex("#(\0(\1 (\2 (\3(\4 \x35 \x03 \x51\x9a \x01\x12\xd0 \xe6 \x1e \x09 \x5a"s),
              "#0D11 13 0A20 35 03 519A 0112D0 E6 1E 00001001 01011010");
}

TEST(EscapedWords, AreRefusedUnlessAllOfThemAreThere)
{
    const auto whole = "#\x6c\x01 \x35 \x6c\x01 \x35 \x03 \x51\x9a (\x02\x12\xd0 \xe6 \x1e \x09"s;
    for (std::size_t n = 0; n < whole.size(); ++n)
        EXPECT_EQ(escaped_words_in_hex(whole.substr(0, n)), std::nullopt) << n;
    EXPECT_EQ(escaped_words_in_hex(whole + " \x01 \x02"), std::nullopt);
    EXPECT_EQ(escaped_words_in_hex("(" + whole.substr(1)), std::nullopt);
    EXPECT_EQ(escaped_words_in_hex("#(\x05" + whole.substr(3))->substr(0, 5), "#2805") << "no escape";
}

TEST(EscapedWords, SurviveAnyBytes)
{
    std::mt19937 random(20261121);
    for (int round = 0; round < 100'000; ++round) {
        std::string bytes = "#";
        for (auto length = random() % 30; length > 0; --length)
            bytes += static_cast<char>(random() % (round % 2 == 0 ? 256 : 48));
        const auto text = escaped_words_in_hex(bytes);
        EXPECT_TRUE(!text || text->size() >= 46) << *text;
        EXPECT_EQ(bytes_in_hex(bytes)->size(), 2 * bytes.size());
    }
}

} // namespace
} // namespace upright::megatec
