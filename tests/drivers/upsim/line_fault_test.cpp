#include "drivers/upsim/line_fault.hpp"

#include <gmock/gmock.h>

namespace upright::upsim {
namespace {

constexpr std::string_view kAnswer = "(229.9 230.0 229.9 030 50.0 27.2 22.0 00001001\r";

std::string spoil(Fault::Kind kind, std::uint64_t noise)
{
    return spoiled(kind, std::string(kAnswer), noise);
}

TEST(LineFault, SpoilsTheText)
{
    for (std::uint64_t noise = 0; noise < 200; ++noise) {
        const auto seed = noise * 0x9E3779B97F4A7C15ULL;
        const auto garbled = spoil(Fault::Kind::garble, seed);
        EXPECT_EQ(garbled.size(), kAnswer.size());
        EXPECT_NE(garbled, kAnswer);
        const auto truncated = spoil(Fault::Kind::truncate, seed);
        EXPECT_LT(truncated.size(), kAnswer.size());
        EXPECT_THAT(truncated, testing::EndsWith("\r"));
        EXPECT_TRUE(kAnswer.starts_with(truncated.substr(0, truncated.size() - 1)));
        const auto overlong = spoil(Fault::Kind::overlong, seed);
        EXPECT_GE(overlong.size(), kAnswer.size() + 8);
        EXPECT_THAT(overlong, testing::StartsWith(kAnswer.substr(0, kAnswer.size() - 1)));
        EXPECT_EQ(overlong.find('\r'), overlong.size() - 1);
    }
    EXPECT_EQ(spoil(Fault::Kind::twice, 1), std::string(kAnswer) + std::string(kAnswer));
    EXPECT_EQ(spoil(Fault::Kind::nonnumeric, 1), "(CCJ.J CDA.A CCJ.J ADA FA.A CH.C CC.A AAAABAAB\r");
    EXPECT_EQ(spoil(Fault::Kind::slow, 1), kAnswer);
}

TEST(LineFault, BearsAnAnswerOfItsCrAlone)
{
    std::uint64_t noise = 1;
    for (const auto kind : {Fault::Kind::garble, Fault::Kind::truncate, Fault::Kind::nonnumeric})
        EXPECT_EQ(spoiled(kind, "\r", noise), "\r");
    EXPECT_EQ(spoiled(Fault::Kind::twice, "", noise), "");
}

} // namespace
} // namespace upright::upsim
