// The frames and indices that the bridges put around commands and answers.
#include "drivers/megatec/bridges/packets.hpp"
#include "drivers/megatec/bridges/string_index.hpp"

#include <gmock/gmock.h>

namespace upright::megatec {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;

TEST(Sgs, CountsTheBytesOfEachReport)
{
    EXPECT_THAT(sgs_reports("Q1\r"), ElementsAre("\x03Q1\r\0\0\0\0"s));
    EXPECT_THAT(sgs_reports("S01R0003\r"), ElementsAre("\x07S01R000"s, "\x02"
                                                                       "3\r\0\0\0\0\0"s));
    EXPECT_THAT(sgs_reports(""), ElementsAre());

    EXPECT_EQ(sgs_payload("\x03(23xxxx"), "(23");
    EXPECT_EQ(sgs_payload("\xFF(230.0 9"), "(230.0 ");
    EXPECT_EQ(sgs_payload("\x05("), "(");
    EXPECT_EQ(sgs_payload("\0(230.0 "s), "");
    EXPECT_EQ(sgs_payload(""), "");
}

TEST(Armac, SendsThreeBytesAtATimeAndANul)
{
    EXPECT_THAT(armac_reports("Q1\r"), ElementsAre("\xA3Q1\r"s, "\xA1\0\0\0"s));
    EXPECT_THAT(armac_reports("F\r"), ElementsAre("\xA3"
                                                  "F\r\0"s));
    EXPECT_EQ(armac_packet("Q1\r"), "\xA3Q1\r");
}

TEST(Armac, CountsInTheLowBits)
{
    EXPECT_EQ(armac_payload("\x83(23.."), "(23");
    EXPECT_EQ(armac_payload("\xA3(23.."), "(23");
    EXPECT_EQ(armac_payload("\xBF(230."), "(230.");
    EXPECT_EQ(armac_payload("\xA0(230."), "");
    const auto large = "\x9E" + std::string(63, 'x');
    EXPECT_EQ(armac_payload(large), std::string(30, 'x'));
    EXPECT_EQ(armac_payload(""), "");
}

TEST(Armac, TakesNulAmongTheStatusBitsForZero)
{
    const auto frame = "(230.0 230.0 230.0 033 50.0 27.2 22.0 "s;

    EXPECT_EQ(armac_answer(frame + "\0\0001\0\0\0\0\0\r"s), frame + "00100000\r");
    EXPECT_EQ(armac_answer(frame + "00001000\r"), frame + "00001000\r");
    EXPECT_EQ(armac_answer("\0\0\0"s), std::nullopt);
    EXPECT_EQ(armac_answer(""), "");
}

TEST(Fuji, TakesCommandsOfThreeBytes)
{
    EXPECT_EQ(fuji_frame("Q1"), "\x80\x06\x03\x03Q1\0\x2F"s);
    EXPECT_EQ(fuji_frame("F"), "\x80\x06\x02\x03"
                               "F\0\0\x16"s);
    EXPECT_EQ(fuji_frame("I"), "\x80\x06\x02\x03I\0\0\x27"s);
    EXPECT_EQ(fuji_frame("S.5R0003"), "\x80\x06\x04\x03S.5\0"s);
    EXPECT_EQ(fuji_frame("QGS"), "\x80\x06\x04\x03QGS\0"s);
    EXPECT_EQ(fuji_frame("FW?1"), std::nullopt);
    EXPECT_EQ(fuji_frame(""), std::nullopt);
}

TEST(Ablerex, SendsOneLongReport)
{
    const auto report = ablerex_report("Q1");

    EXPECT_EQ(report.size(), 47U);
    EXPECT_EQ(report.substr(0, 7), "\x05\0\x03Q1\r\0"s);
}

TEST(StringIndex, OfEachCommand)
{
    EXPECT_EQ(string_command(krauler_commands(), "Q1")->index, 0x03);
    EXPECT_EQ(string_command(krauler_commands(), "I")->lead, '#');
    EXPECT_EQ(string_command(krauler_commands(), "CT")->index, 0x0B);
    EXPECT_EQ(string_command(krauler_commands(), "QGS"), std::nullopt);
    EXPECT_EQ(string_command(fabula_commands(), "C")->index, 0x0A);
    EXPECT_EQ(string_command(fabula_commands(), "BL"), std::nullopt);
    EXPECT_EQ(string_command(hunnox_commands(), "BL")->index, 0xF3);
    EXPECT_EQ(snr_commands().size(), 3U);
}

// As Debian's nutdrv_qx 2.8.0 was seen to send them.
TEST(StringIndex, OfAShutdownHoldsTheDelay)
{
    EXPECT_EQ(fabula_shutdown_index("S.2R0003"), 0x18);
    EXPECT_EQ(fabula_shutdown_index("S.5R0003"), 0x18);
    EXPECT_EQ(fabula_shutdown_index("S.5"), 0x18);
    EXPECT_EQ(fabula_shutdown_index("S.9R0003"), 0x58);
    EXPECT_EQ(fabula_shutdown_index("S01"), 0x68);
    EXPECT_EQ(fabula_shutdown_index("S10R0003"), 0xF8);
    EXPECT_EQ(fabula_shutdown_index("S99R0001"), 0xF8);
    EXPECT_EQ(fabula_shutdown_index("S.5R0000"), 0x10);
    EXPECT_EQ(fabula_shutdown_index("S00R0000"), 0x10);
    EXPECT_EQ(fabula_shutdown_index("S10R0000"), 0xF0);

    for (const auto* const none : {"S", "SON", "S.", "S.5R", "S.5Rx", "S-1", "Q1", ""})
        EXPECT_EQ(fabula_shutdown_index(none), std::nullopt) << none;
}

} // namespace
} // namespace upright::megatec
