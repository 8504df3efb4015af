// The frames of each dialect, byte by byte, for one state of the model.
#include "drivers/upsim/dialects/axpert_crc.hpp"
#include "drivers/upsim/dialects/hex_status.hpp"
#include "tests/drivers/upsim/one_ups.hpp"

#include <gmock/gmock.h>

#include <array>

namespace upright::upsim {
namespace {

using namespace std::string_literals;

struct Frame {
    std::string_view dialect;
    std::string_view query;
    std::string_view answer; // without its CR
};

// clang-format off
constexpr std::array kFrames{
    Frame{"megatec",       "Q1",      "(229.9 230.0 229.9 030 50.0 27.2 22.0 00001001"},
    Frame{"megatec",       "F",       "#230.0 004 24.00 50.0"},
    Frame{"megatec",       "I",       "#UPRIGHT         SIM        V1.00     "},
    Frame{"megatec-old",   "D",       "(229.9 230.0 229.9 030 50.0 27.2 22.0 00001001"},
    Frame{"mustek",        "QS",      "(229.9 230.0 229.9 030 50.0 27.2 22.0 00001001"},
    Frame{"mecer",         "Q1",      "(229.9 230.0 229.9 030 50.0 2.27 22.0 00000001"},
    Frame{"mecer",         "QPI",     "(PI98"},
    Frame{"zinto",         "FW?",     "#UPRIGHT         SIM        V1.00     "},
    Frame{"hunnox",        "BL",      "BL100"},
    Frame{"innovatae",     "I",       "#UPRIGHT         SIM        V1.00     "},
    Frame{"voltronic-qs",  "M",       "V"},
    Frame{"voltronic-qs",  "QI",      "(100 01191 50.0 001.2 166 294 0 0000000000000000"},
    Frame{"voltronic",     "QPI",     "(PI01"},
    Frame{"voltronic",     "QGS",     "(229.9 50.0 229.9 50.0 001.2 030 371.0 372.0 027.2 ---.- 022.0 010000000000"},
    Frame{"voltronic",     "QMOD",    "(L"},
    Frame{"voltronic",     "QRI",     "(230.0 004 024.0 50.0"},
    Frame{"voltronic",     "F",       "#230.0 004 024.0 50.0"},
    Frame{"voltronic",     "QMD",     "(############SIM ####900 99 1/1 230 230 02 12.0"},
    Frame{"voltronic",     "QMF",     "(UPRIGHT        "},
    Frame{"voltronic",     "QVFW",    "(VERFW:00322.02"},
    Frame{"voltronic",     "QID",     "(0123456789"},
    Frame{"voltronic",     "QBV",     "(027.2 02 01 100 020"},
    Frame{"voltronic",     "QLDL",    "(005 105"},
    Frame{"voltronic",     "QFS",     "(OK"},
    Frame{"voltronic",     "QFLAG",   "(EpbrascdjlDovegfnqw"},
    Frame{"voltronic",     "QPAR",    "(001"},
    Frame{"voltronic",     "RE0",     "#20"},
    Frame{"voltronic",     "QSK1",    "(1"},
    Frame{"voltronic",     "QSKT1",   "(008"},
    Frame{"voltronic",     "QHE",     "(242 218"},
    Frame{"voltronic",     "QFRE",    "(53.0 47.0"},
    Frame{"voltronic",     "QBYV",    "(264 170"},
    Frame{"voltronic",     "QBYF",    "(54.0 46.0"},
    Frame{"voltronic",     "QPD",     "(000 000"},
    Frame{"voltronic-p10", "Q3PV",    "(229.9 229.9 229.9 398.1 398.1 398.1"},
    Frame{"voltronic-p10", "Q3OC",    "(000 000 000"},
    Frame{"voltronic-p10", "Q3LD",    "(030 030 030"},
    Frame{"voltronic-p31", "QBT",     "(01"},
    Frame{"bestups",       "Q1",      "(229.9 230.0 229.9 030 50.0 27.2 22.0 00001000"},
    Frame{"bestups",       "ID",      "AX1,900,230,230,20.0,27.6"},
    Frame{"bestups",       "RT",      "020"},
    Frame{"bestups",       "M",       "7"},
    Frame{"masterguard",   "WH",      "(00 05.00 05.00 A  900-19                        230 50.00 012 02.00 028:48 014:24 008 00 40 166 294 48.00 52.00"},
    Frame{"masterguard",   "Q3",      "(00 229.9 230.0 229.9 030 50.0 02.27 22.0 019:50 100 00000001 00000000"},
    Frame{"masterguard",   "GS,00",   "(00 00 1 1"},
    Frame{"masterguard",   "GBS,00",  "(00 100 000000000 1.00 000000000 100 00.00"},
    Frame{"masterguard",   "GSN,00",  "(00 000 6SB1-230    0123"},
    Frame{"masterguard",   "DRC,00",  "(00 0000:00:00:00"},
    Frame{"masterguard",   "PNV",     "(PNV 230"},
    Frame{"q2",            "Q2",      "(229.9 229.9 229.9 230.0 229.9 229.9 229.9 030 030 030 50.0 027.2 22.0 00000000 019.84 100 00000001 00000000 00000011"},
    Frame{"q2",            "WA",      "(000.1 000.1 000.1 000.1 000.1 000.1 000.3 000.3 000.4 000.4 000.4 030 00000001"},
    Frame{"q6",            "Q6",      "(229.9 229.9 229.9 50.0 229.9 229.9 229.9 50.0 030 030 030 027.2 027.2 22.0 01191 100 00000001 00000000 00011"},
    Frame{"innovart31",    "Q6",      "(229.9 229.9 229.9 50.0 229.9 000.0 000.0 50.0 030 000 000 027.2 027.2 22.0 01191 100 00000001 00000000 00011"},
    Frame{"innovart31",    "WA",      "(000.3 000.0 000.0 000.3 000.0 000.0 000.3 000.3 001.2 000.0 000.0 030 00000001"},
    Frame{"innovart33",    "BPS",     "(229.9 229.9 229.9 50.0"},
    Frame{"innovart33",    "SASV07?", "SASV07:0123456789          "},
    Frame{"gtec",          "Q4",      "(229.9 294.4 165.6 230.0 229.9 001 030 50.0 371 372 027.2 22.0 IM"},
    Frame{"omron",         "Bl ?",    "100"},
    Frame{"omron",         "RTS",     "020"},
    Frame{"omron",         "TPb",     "+022"},
    Frame{"omron",         "FWV",     "M:1.00(S:1.00)"},
    Frame{"omron",         "UN",      "0900W/0900VA/024V/160W/020W"},
};
// clang-format on

TEST(DialectFrames, AreWhatThatUpsSays)
{
    for (const auto& frame : kFrames) {
        OneUps ups(frame.dialect);
        EXPECT_EQ(ups.ask(frame.query), std::string(frame.answer) + '\r')
            << frame.dialect << ' ' << frame.query;
    }
}

TEST(DialectFrames, KeepTheirColumnsWhateverTheValues)
{
    for (const auto& frame : kFrames) {
        OneUps ups(frame.dialect);
        ups.model.set_leaping(true);
        const auto leaping = ups.ask(frame.query);
        ups.model.set_leaping(false);
        ups.model.set_mains(999);
        ups.model.set_load(200);
        const auto high = ups.ask(frame.query);
        if (frame.query != "Q4") { // as many letters as there is to tell
            EXPECT_EQ(leaping.size(), frame.answer.size() + 1) << frame.dialect << ' ' << leaping;
            EXPECT_EQ(high.size(), frame.answer.size() + 1) << frame.dialect << ' ' << high;
        }
    }
}

TEST(DialectFrames, LeapToNoBatteryAndALoadThatCannotBe)
{
    OneUps ups("megatec");
    ups.model.set_leaping(true);
    EXPECT_EQ(ups.ask("Q1"), "(229.9 230.0 229.9 999 50.0 00.0 22.0 00001001\r");
    ups.model.set_leaping(false);
    EXPECT_EQ(ups.ask("Q1"), "(229.9 230.0 229.9 030 50.0 27.2 22.0 00001001\r");
}

TEST(DialectFrames, EachTellsOfThePowerFailure)
{
    struct Case {
        std::string_view dialect;
        std::string_view query;
        std::size_t at;
        std::string_view before;
        std::string_view after;
    };
    // clang-format off
    constexpr std::array kCases{
        Case{"q1", "Q1", 38, "00001001", "10001001"},          Case{"voltronic", "QGS", 63, "0100000", "0110000"},
        Case{"voltronic", "QMOD", 1, "L", "B"},                Case{"masterguard", "Q3", 53, "00000001", "10000001"},
        Case{"gtec", "Q4", 63, "IM\r", "IA\r"},                Case{"omron", "Q1", 38, "0", "1"},
        Case{"innovart33", "Q1", 38, "00000001", "10000001"},  Case{"voltronic-qs", "QS", 38, "0", "1"},
    };
    // clang-format on
    for (const auto& one : kCases) {
        OneUps ups(one.dialect);
        EXPECT_EQ(ups.ask(one.query).substr(one.at, one.before.size()), one.before) << one.dialect;
        ups.model.set_mains(0);
        EXPECT_EQ(ups.ask(one.query).substr(one.at, one.after.size()), one.after) << one.dialect;
    }
}

TEST(DialectFrames, AxpertsEndWithTheirCrc)
{
    OneUps ups("voltronic-axpert");
    // The bytes that the maker's own programs send and get.
    EXPECT_EQ(ups.ask("QPI\xBE\xAC"), "(PI30\x9A\x0B\r");
    EXPECT_EQ(ups.ask("QMOD\x49\xC1"), "(L\x06\x07\r");
    EXPECT_EQ(ups.ask("QPI"), "(NAKss\r");
    EXPECT_EQ(ups.ask("QPI\xBE\xAD"), "(NAKss\r");
    const auto status = ups.ask("QPIGS\xB7\xA9");
    EXPECT_EQ(status.size(), 110U);
    EXPECT_EQ(without_crc(std::string_view(status).substr(0, status.size() - 1)),
              "(229.9 50.0 229.9 50.0 0270 0270 030 371 27.20 000 100 0022 0000 000.0 00.00 00000 00010000 "
              "00 00 00000 010");
    const auto ratings = ups.ask("QPIRI\xF8\x54");
    EXPECT_EQ(without_crc(std::string_view(ratings).substr(0, ratings.size() - 1)),
              "(230.0 03.9 230.0 50.0 03.9 0900 0900 24.0 23.0 21.0 28.2 27.0 0 30 060 0 0 0 1 10 0 0 27.0 0 "
              "1 000");
}

TEST(DialectFrames, ACrcNeverEndsTheLine)
{
    for (int i = 0; i < 65536; ++i) {
        const auto frame = with_crc(std::to_string(i));
        const auto crc = frame.substr(frame.size() - 2);
        ASSERT_EQ(crc.find_first_of("\r\n("), std::string::npos) << i;
    }
}

TEST(DialectFrames, BinaryStatusIsEscaped)
{
    const HexReading reading{
        .input = 112.238, .output = 112.238, .load = 3, .hertz = 59.837, .battery = 13.529, .bits = 9};
    EXPECT_EQ(hex_status(reading), "#\x6C\x01 5 \x6C\x01 5 \x03 \x51\x9A (\x02\x12\xD0 \xE6 \x1E \x09\r");
    for (int tenths = 0; tenths < 3000; ++tenths) {
        auto other = reading;
        other.input = tenths / 10.0;
        other.load = tenths % 256;
        const auto frame = hex_status(other);
        ASSERT_EQ(frame.find_first_of("\r\n\x11\x13"), frame.size() - 1);
        ASSERT_EQ(std::count(frame.begin(), frame.end(), ' '), 9) << tenths;
    }
}

TEST(DialectFrames, AblerexHasBinaryWords)
{
    OneUps ups("ablerex");
    EXPECT_EQ(ups.ask("Q5"), "(\x01\xF4\0\0\0\0\x05\x50\x05\x64\0\0\0\0\0\x0C\0\0\0\0\r"s);
    EXPECT_EQ(ups.ask("At"), "(\0\0\x04\xA6\r"s);
    EXPECT_EQ(ups.ask("TR"), "#PASS\r");
}

} // namespace
} // namespace upright::upsim
