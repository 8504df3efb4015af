// What each dialect answers and what not, what it obeys, what it keeps, and how it refuses.
#include "tests/drivers/upsim/one_ups.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>

namespace upright::upsim {
namespace {

struct Manner {
    std::string_view dialect;
    std::string_view answers; // of what drivers ask to find out the dialect
    std::string_view obeyed;  // blank: silence
    std::string_view refused; // blank: echo
};

// clang-format off
constexpr std::array kManners{
    Manner{"megatec",          "Q1 I F",                     "",     ""},
    Manner{"megatec-old",      "D I F",                      "",     ""},
    Manner{"mustek",           "QS I F",                     "",     ""},
    Manner{"q1",               "Q1",                         "",     ""},
    Manner{"zinto",            "Q1 FW? F",                   "",     ""},
    Manner{"hunnox",           "Q1 FW? F BL",                "",     "UPS No Ack"},
    Manner{"mecer",            "QPI Q1 I F",                 "(ACK", "(NAK"},
    Manner{"innovatae",        "Q1 I F",                     "ACK",  "NAK"},
    Manner{"voltronic-qs",     "M QS F",                     "",     ""},
    Manner{"voltronic-qs-hex", "M QS",                       "",     "N"},
    Manner{"voltronic",        "QGS QPI I F",                "(ACK", "(NAK"},
    Manner{"bestups",          "M Q1 ID",                    "",     ""},
    Manner{"masterguard",      "WH",                         "",     "NAK"},
    Manner{"ablerex",          "Q1 I F Q5 At TR",            "",     ""},
    Manner{"q2",               "Q1 Q2 WA",                   "",     ""},
    Manner{"q6",               "Q1 Q6 WA",                   "",     ""},
    Manner{"innovart31",       "Q1 FW? Q6 WA BPS SASV07? F", "ACK",  "NAK"},
    Manner{"innovart33",       "Q1 FW? Q6 WA BPS SASV07? F", "ACK",  "NAK"},
    Manner{"gtec",             "I Q4 F",                     "",     ""},
    Manner{"omron",            "Q1",                         "OK T", "NAK"},
};

constexpr std::array<std::string_view, 22> kQueries{
    "QGS", "QPI", "M", "QS", "D", "Q1", "ID", "I", "FW?", "WH", "Q2", "Q6", "WA", "BPS", "SASV07?", "Q4", "F", "BL",
    "Q5", "At", "TR", "XYZ"};
// clang-format on

TEST(DialectManners, AreToldApartByWhatTheyDoNotAnswer)
{
    for (const auto& manner : kManners) {
        OneUps ups(manner.dialect);
        for (const auto query : kQueries) {
            const bool answers =
                (' ' + std::string(manner.answers) + ' ').find(' ' + std::string(query) + ' ')
                != std::string::npos;
            const auto refusal = std::string(manner.refused.empty() ? query : manner.refused) + '\r';
            EXPECT_EQ(ups.ask(query) != refusal, answers) << manner.dialect << ' ' << query;
        }
    }
}

TEST(DialectManners, SayWhenTheyObey)
{
    for (const auto& manner : kManners) {
        OneUps ups(manner.dialect);
        const auto obeyed = manner.obeyed.empty() ? "<silence>" : std::string(manner.obeyed) + '\r';
        EXPECT_EQ(ups.ask("T"), obeyed) << manner.dialect;
        EXPECT_TRUE(ups.model.testing()) << manner.dialect;
    }
}

TEST(DialectManners, HaveAllNamesInTheTable)
{
    EXPECT_EQ(make_device("megatecc", {}), nullptr);
    for (const auto name : dialects())
        EXPECT_NE(make_device(name, {}), nullptr) << name;
}

struct Shutdown {
    std::string_view dialect;
    std::string_view command;
    double off_in;
    bool stays_off;
    std::string_view cancel;
};

// clang-format off
constexpr std::array kShutdowns{
    Shutdown{"q1",               "S.5R0003", 30,   false, "C"},
    Shutdown{"voltronic",        "S99R0000", 5940, true,  "CS"},
    Shutdown{"voltronic",        "SOFF",     0,    true,  "SON"},
    Shutdown{"voltronic-qs",     "S.2",      12,   false, "C"},
    Shutdown{"voltronic-qs-hex", "S00R0000", 0,    true,  "C"},
    Shutdown{"bestups",          "S99",      5940, true,  "C"},
    Shutdown{"bestups",          "S01R0001", 60,   false, "C"},
    Shutdown{"masterguard",      "S.0",      0,    false, "C"},
    Shutdown{"masterguard",      "S10R0005", 600,  false, "C"},
    Shutdown{"ablerex",          "S.2",      12,   false, "C"},
    Shutdown{"q6",               "S02R0003", 120,  false, "C"},
    Shutdown{"innovart33",       "S02R0000", 120,  true,  "C"},
    Shutdown{"gtec",             "S.9",      54,   false, "C"},
    Shutdown{"omron",            "S.5",      30,   false, "C"},
    Shutdown{"omron",            "Sf05",     300,  true,  "C"},
};
// clang-format on

TEST(DialectManners, ShutDownAndTakeItBack)
{
    for (const auto& one : kShutdowns) {
        SCOPED_TRACE(std::string(one.dialect) + ' ' + std::string(one.command));
        OneUps ups(one.dialect);
        ups.ask(one.command);
        EXPECT_EQ(ups.model.seconds_to_off(), one.off_in);
        ups.ask(one.cancel);
        EXPECT_EQ(ups.model.seconds_to_off(), std::nullopt);

        ups.ask(one.command);
        ups.model.advance(one.off_in + 1);
        EXPECT_NE(ups.model.output(), Output::on);
        ups.model.advance(one.off_in + 10000);
        EXPECT_EQ(ups.model.output() == Output::on, !one.stays_off);
        ups.ask(one.cancel);
        EXPECT_EQ(ups.model.output(), Output::on);
    }
}

TEST(DialectManners, ComeBackOnlyIfToldSo) // Omron
{
    OneUps ups("omron");
    EXPECT_EQ(ups.ask("Af"), "OK Af\r");
    EXPECT_EQ(ups.ask("S.2"), "OK S.2\r");
    ups.model.advance(10000);
    EXPECT_EQ(ups.model.output(), Output::off);
    EXPECT_EQ(ups.ask("Q"), "NAK\r");
}

struct Kept {
    std::string_view dialect;
    std::string_view set;
    std::string_view answer;
    std::string_view query;
    std::string_view after;
};

// clang-format off
constexpr std::array kKept{
    Kept{"voltronic",     "HEH250",     "(ACK",      "QHE",    "(250 218"},
    Kept{"voltronic",     "HEL210",     "(ACK",      "QHE",    "(242 210"},
    Kept{"voltronic",     "HEH999",     "(NAK",      "QHE",    "(242 218"},
    Kept{"voltronic",     "HEH25",      "(NAK",      "QHE",    "(242 218"},
    Kept{"voltronic",     "FREH54.0",   "(ACK",      "QFRE",   "(54.0 47.0"},
    Kept{"voltronic",     "PSF40.0",    "(ACK",      "QBYF",   "(54.0 40.0"},
    Kept{"voltronic",     "PLV149",     "(ACK",      "QBYV",   "(264 149"},
    Kept{"voltronic",     "PSK1012",    "(ACK",      "QSKT1",  "(012"},
    Kept{"voltronic",     "PSK3012",    "(NAK",      "QSKT3",  "(NAK"},
    Kept{"voltronic",     "SKOFF2",     "(ACK",      "QSK2",   "(0"},
    Kept{"voltronic",     "BATN4",      "(ACK",      "QBV",    "(027.2 04 01 100 020"},
    Kept{"voltronic",     "BATGN12",    "(ACK",      "QBV",    "(027.2 02 12 100 020"},
    Kept{"voltronic",     "PPD240",     "(ACK",      "QPD",    "(000 240"},
    Kept{"voltronic",     "W0E24",      "(ACK",      "RE0",    "#24"},
    Kept{"voltronic",     "PEE",        "(ACK",      "QMOD",   "(E"},
    Kept{"voltronic",     "PDP",        "(ACK",      "QFLAG",  "(EbrascdjlDpovegfnqw"},
    Kept{"voltronic",     "PEY",        "(NAK",      "QFLAG",  "(EpbrascdjlDovegfnqw"},
    Kept{"voltronic",     "PBT00",      "(NAK",      "QBT",    "(NAK"},
    Kept{"voltronic-p31", "PBT00",      "(ACK",      "QBT",    "(00"},
    Kept{"voltronic",     "BZOFF",      "(ACK",      "QGS",    "(229.9 50.0 229.9 50.0 001.2 030 371.0 372.0 027.2 ---.- 022.0 010000000100"},
    Kept{"bestups",       "BP4",        "<silence>", "BP?",    "04"},
    Kept{"bestups",       "BP6",        "BP6",       "BP?",    "01"},
    Kept{"bestups",       "SS6",        "<silence>", "SS?",    "6"},
    Kept{"masterguard",   "SS--3-,00",  "<silence>", "GS,00",  "(00 00 3 1"},
    Kept{"masterguard",   "SS---0,00",  "<silence>", "GS,00",  "(00 00 1 0"},
    Kept{"masterguard",   "SS07--,00",  "<silence>", "GS,07",  "(07 07 1 1"},
    Kept{"masterguard",   "SS--3-,01",  "<silence>", "GS,00",  "(00 00 1 1"},
    Kept{"masterguard",   "GS",         "NAK",       "GS,01",  "<silence>"},
    Kept{"masterguard",   "PNV=240",    "<silence>", "PNV",    "(PNV 240"},
    Kept{"masterguard",   "PNV=110",    "NAK",       "PNV",    "(PNV 230"},
    Kept{"masterguard",   "SRC0012:05:00:00,00", "<silence>", "DRC,00", "(00 0012:05:00:00"},
};
// clang-format on

std::string as_asked(std::string_view answer)
{
    return answer == "<silence>" ? std::string(answer) : std::string(answer) + '\r';
}

TEST(DialectManners, KeepWhatTheyAreSetTo)
{
    for (const auto& one : kKept) {
        OneUps ups(one.dialect);
        EXPECT_EQ(ups.ask(one.set), as_asked(one.answer)) << one.dialect << ' ' << one.set;
        EXPECT_EQ(ups.ask(one.query), as_asked(one.after)) << one.dialect << ' ' << one.set;
    }
}

TEST(DialectManners, ResetTheirFlags)
{
    OneUps ups("voltronic");
    const auto flags = ups.ask("QFLAG");
    EXPECT_EQ(ups.ask("PDB"), "(ACK\r");
    EXPECT_EQ(ups.ask("PEG"), "(ACK\r");
    EXPECT_NE(ups.ask("QFLAG"), flags);
    EXPECT_EQ(ups.ask("PF"), "(ACK\r");
    EXPECT_EQ(ups.ask("QFLAG"), flags);
}

TEST(DialectManners, TellOfAFailedTest)
{
    OneUps ups("voltronic");
    ups.model.set_bad_battery(true);
    EXPECT_EQ(ups.ask("T.2"), "(ACK\r");
    EXPECT_EQ(ups.ask("QMOD"), "(T\r");
    ups.model.advance(13);
    EXPECT_THAT(ups.ask("QFS"), testing::StartsWith("(28 "));
    EXPECT_EQ(ups.ask("QWS").substr(1 + 55, 1), "1");
}

// Every command, cut anywhere, with one byte changed or with more behind it.
TEST(DialectManners, BearAnyCommand)
{
    std::vector<std::string> commands{"S.5R0003", "S10", "SRC0012:05:00:00,00", "FLT,00", "T.5",
                                      "T10",      "Bl ?"};
    for (const auto query : kQueries)
        commands.emplace_back(query);
    for (const auto& one : kKept)
        for (const auto text : {one.set, one.query})
            commands.emplace_back(text);
    for (const auto dialect : dialects()) {
        OneUps ups(dialect);
        for (const auto& command : commands) {
            for (std::size_t i = 0; i <= command.size(); ++i) {
                auto changed = command;
                changed.insert(i, 1, static_cast<char>(i * 37));
                const std::vector<std::string> asked{command.substr(0, i), command.substr(i),
                                                     command + command.substr(0, i), changed};
                for (const auto& text : asked) {
                    const auto answer = ups.device->answer(ups.model, text);
                    EXPECT_TRUE(!answer || answer->ends_with('\r')) << dialect << ' ' << text;
                    EXPECT_LE(answer.value_or("").size(), 130U);
                }
            }
        }
    }
}

} // namespace
} // namespace upright::upsim
