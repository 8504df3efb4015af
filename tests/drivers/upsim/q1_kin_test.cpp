#include "drivers/upsim/dialects/qx_device.hpp"

#include <gmock/gmock.h>

#include <array>

namespace upright::upsim {
namespace {

std::string ask(Model& model, std::string_view command)
{
    return make_device("megatec", {})->answer(model, command).value_or("<silence>");
}

TEST(Q1Kin, AnswersTheQueries)
{
    Model model({}, 1);
    model.set_load(30);
    EXPECT_THAT(
        ask(model, "Q1"),
        testing::MatchesRegex("\\(2[23][0-9]\\.[0-9] 230\\.0 2[23][0-9]\\.[0-9] 030 (50\\.0|49\\.9|50\\.1) "
                              "27\\.[0-9] 2[12]\\.[0-9] 00001001\r"));
    EXPECT_EQ(ask(model, "Q1").size(), 47U);
    EXPECT_EQ(ask(model, "F"), "#230.0 004 24.00 50.0\r");
    EXPECT_EQ(ask(model, "I"), "#UPRIGHT         SIM        V1.00     \r");
}

TEST(Q1Kin, EchoesWhatItDoesNotKnow)
{
    Model model({}, 1);
    for (const auto* const command : {"", "QGS", "q1", "S", "S1", "S.5R", "S.5R00003", "S.5X0003", "S.55",
                                      "Sxx", "T00", "T1", "T100", "Txx", "QPI"})
        EXPECT_EQ(ask(model, command), std::string(command) + "\r");
}

TEST(Q1Kin, ObeysSilently)
{
    Model model({}, 1);
    struct Case {
        std::string_view command;
        double off_in;
    };
    constexpr std::array kCases{Case{"S.5R0003", 30}, Case{"S.2", 12}, Case{"S01R0000", 60}, Case{"S10", 600},
                                Case{"S00R0000", 0}};
    for (const auto& one : kCases) {
        EXPECT_EQ(ask(model, one.command), "<silence>");
        EXPECT_EQ(model.seconds_to_off(), one.off_in) << one.command;
        EXPECT_EQ(ask(model, "Q1").substr(44, 1), "1");
    }
    EXPECT_EQ(ask(model, "C"), "<silence>");
    EXPECT_EQ(model.seconds_to_off(), std::nullopt);
    for (const auto* const test : {"T", "TL", "T05"}) {
        EXPECT_EQ(ask(model, test), "<silence>");
        EXPECT_TRUE(model.testing());
        EXPECT_EQ(ask(model, "CT"), "<silence>");
        EXPECT_FALSE(model.testing());
    }
    EXPECT_EQ(ask(model, "Q"), "<silence>");
    EXPECT_FALSE(model.beeper());
}

TEST(Q1Kin, KeepsItsColumnsWhateverTheValues)
{
    Model model({.watts = 1e6, .volts = 480, .battery_volts = 240}, 1);
    model.set_load(200);
    for (const double volts : {0.0, 999.0, 480.0}) {
        model.set_mains(volts);
        EXPECT_EQ(ask(model, "Q1").size(), 47U) << ask(model, "Q1");
        EXPECT_EQ(ask(model, "F").size(), 22U) << ask(model, "F");
    }
}

} // namespace
} // namespace upright::upsim
