#include "drivers/megatec/answer.hpp"
#include "tests/drivers/megatec/fixture.hpp"

#include <random>

namespace upright::megatec {
namespace {

using test::dialect;
using testing::ElementsAre;
using testing::IsEmpty;

const HasFlag kNoFlags = [](std::string_view) { return false; };
constexpr std::string_view kWhole = "(226.0 195.0 226.0 014 49.0 27.5 30.0 00001000";

struct Answer : testing::Test {
    Dialect megatec = dialect("megatec");
    const Query& q1 = *megatec.query("Q1");

    Result<Readings> q1_with(std::size_t column, std::string_view text) const
    {
        std::string answer(kWhole);
        answer.replace(column, text.size(), text);
        return read_answer(q1, answer, {}, kNoFlags);
    }
    std::string status_of(std::string_view in, std::string_view out, std::string_view bits) const
    {
        const auto read =
            read_answer(q1, fmt::format("({} 195.0 {} 014 49.0 27.5 30.0 {}", in, out, bits), {}, kNoFlags);
        return read ? read->status.joined() : "<refused>";
    }
};

TEST_F(Answer, ReadsEveryField)
{
    const auto read = read_answer(q1, kWhole, {}, kNoFlags);

    ASSERT_TRUE(read);
    EXPECT_THAT(
        read->values,
        ElementsAre(testing::Pair("battery.voltage", "27.50"), testing::Pair("input.frequency", "49.0"),
                    testing::Pair("input.voltage", "226.0"), testing::Pair("input.voltage.fault", "195.0"),
                    testing::Pair("output.voltage", "226.0"), testing::Pair("ups.beeper.status", "disabled"),
                    testing::Pair("ups.load", "14"), testing::Pair("ups.temperature", "30.0"),
                    testing::Pair("ups.type", "offline / line interactive")));
    EXPECT_EQ(read->status.joined(), "OL");
    EXPECT_THAT(read->alarms, IsEmpty());
}

TEST_F(Answer, TakesEachStatusBit)
{
    struct Case {
        std::string_view bits, status;
    };
    constexpr std::array kCases{Case{"00000000", "OL"},     Case{"10000000", "OB"},
                                Case{"11000000", "OB LB"},  Case{"01000000", "OL LB"},
                                Case{"00000100", "OL CAL"}, Case{"10000010", "OB FSD"}};
    for (const auto& one : kCases) {
        SCOPED_TRACE(one.bits);
        EXPECT_EQ(status_of("226.0", "226.0", one.bits), one.status);
    }
    const auto failed = q1_with(41, "1");
    ASSERT_TRUE(failed);
    EXPECT_THAT(failed->alarms, ElementsAre("UPS selftest failed!"));
}

TEST_F(Answer, DerivesRegulationFromTheVoltages)
{
    struct Case {
        std::string_view in, out, status;
    };
    constexpr std::array kCases{Case{"230.0", "230.0", "OL BYPASS"}, Case{"200.0", "230.0", "OL BOOST"},
                                Case{"260.0", "230.0", "OL TRIM"},   Case{"200.0", "190.0", "OL BYPASS"},
                                Case{"200.0", "210.0", "OL BOOST"},  Case{"200.0", "189.9", "OL TRIM"},
                                Case{"200.0", "100.0", "OL TRIM"},   Case{"200.0", "099.9", "<refused>"},
                                Case{"200.0", "300.0", "<refused>"}, Case{"---.-", "230.0", "<refused>"},
                                Case{"000.0", "230.0", "<refused>"}};
    for (const auto& one : kCases) {
        SCOPED_TRACE(fmt::format("{} -> {}", one.in, one.out));
        EXPECT_EQ(status_of(one.in, one.out, "00100000"), one.status);
    }
}

TEST_F(Answer, IgnoresTheShutdownBitIfToldSo)
{
    const auto ignoresab = [](std::string_view option) { return option == "ignoresab"; };

    const auto read = read_answer(q1, "(226.0 195.0 226.0 014 49.0 27.5 30.0 00001010", {}, ignoresab);

    ASSERT_TRUE(read);
    EXPECT_EQ(read->status.joined(), "OL");
}

// Half an update is worse than none.
TEST_F(Answer, RefusesEveryTruncation)
{
    for (const auto& [name, whole] : {std::pair{"Q1", std::string(kWhole)},
                                      {"F", std::string("#220.0 000 024.0 50.0")},
                                      {"I", std::string("#MAKER           MODEL      V1.00     ")}}) {
        const auto& query = *megatec.query(name);
        EXPECT_TRUE(read_answer(query, whole, {}, kNoFlags)) << name;
        for (std::size_t n = 0; n < query.length; ++n) {
            SCOPED_TRACE(fmt::format("{} cut to {}", name, n));
            EXPECT_FALSE(read_answer(query, whole.substr(0, n), {}, kNoFlags));
        }
    }
}

TEST_F(Answer, RefusesAWrongBeginningAndTheEcho)
{
    for (const char lead : std::string_view("#)0 Q\x01")) {
        SCOPED_TRACE(lead);
        EXPECT_FALSE(q1_with(0, std::string_view(&lead, 1)));
    }
    const auto echo = read_answer(q1, "Q1", {}, kNoFlags);
    ASSERT_FALSE(echo);
    EXPECT_EQ(echo.error().what, "Q1 is not supported");
    EXPECT_TRUE(echo.error().is(Errc::bad_reply));
}

TEST_F(Answer, RefusesTheWholeAnswerForOneBadStatus)
{
    for (const std::size_t column : {38U, 39U, 40U, 41U, 43U, 44U})
        for (const auto* const bad : {"2", " ", "-", "a", "@"}) {
            SCOPED_TRACE(fmt::format("'{}' in {}", bad, column));
            EXPECT_FALSE(q1_with(column, bad));
        }
}

TEST_F(Answer, LeavesOutOneBadNumber)
{
    struct Case {
        std::size_t column;
        std::string_view text, variable;
    };
    constexpr std::array kCases{Case{1, "---.-", "input.voltage"},
                                Case{7, "     ", "input.voltage.fault"},
                                Case{19, "-14", "ups.load"},
                                Case{23, "4 .0", "input.frequency"},
                                Case{28, "2..5", "battery.voltage"},
                                Case{33, "@@.@", "ups.temperature"},
                                Case{19, "1e2", "ups.load"},
                                Case{45, "x", "ups.beeper.status"},
                                Case{42, "?", "ups.type"}};
    for (const auto& one : kCases) {
        SCOPED_TRACE(one.variable);
        const auto read = q1_with(one.column, one.text);
        ASSERT_TRUE(read);
        EXPECT_EQ(read->values.count(std::string(one.variable)), 0U);
        EXPECT_EQ(read->values.size(), 8U);
        EXPECT_EQ(read->status.joined(), "OL");
    }
}

TEST_F(Answer, SplitsTheIdentityAsTheUnitMeansIt)
{
    const auto& i = *megatec.query("I");
    const auto plain = read_answer(i, "#CPS PowerSource UPS1000VA  VER01.00  ", {}, kNoFlags);
    const auto split = read_answer(i, "#MEGATEC05120042 SX-9K  900 V3.10", {}, kNoFlags);
    const auto short_one = read_answer(i, "#MEGATEC05120042 SX-9K  900 V3.10     ", {}, kNoFlags);
    const auto blank = read_answer(i, "####            #                     ", {}, kNoFlags);

    ASSERT_TRUE(plain && short_one && blank);
    EXPECT_THAT(plain->values, ElementsAre(testing::Pair("device.mfr", "CPS PowerSource"),
                                           testing::Pair("device.model", "UPS1000VA"),
                                           testing::Pair("ups.firmware", "VER01.00")));
    EXPECT_FALSE(split); // 33 characters
    EXPECT_THAT(short_one->values,
                ElementsAre(testing::Pair("device.mfr", "MEGATEC"), testing::Pair("device.model", "SX-9K"),
                            testing::Pair("ups.firmware", "V3.10"), testing::Pair("ups.serial", "05120042")));
    EXPECT_THAT(blank->values, IsEmpty());
}

TEST(AnswerOfALists, IsSplitAtItsSeparator)
{
    const auto loaded = parse_dialect("list.toml", R"(name = "list"
probe = 1
claim = ["ID"]
[[query]]
ask = "ID\r"
length = 10
separator = ","
rows = [
    { variable = "ups.power.nominal", field = 1, as = "number" },
    { variable = "battery.runtime", field = 3, as = "number", factor = 60 },
    { variable = "ups.model", field = 0, as = "word", words = { FOR = "Fortress" } },
]
)");
    ASSERT_THAT(test::texts(loaded.problems), IsEmpty());

    const auto read = read_answer(loaded.value.queries[0], "FOR,750,120,12.5", {}, kNoFlags);
    const auto shorter = read_answer(loaded.value.queries[0], "XXX,750,120", {}, kNoFlags);

    ASSERT_TRUE(read && shorter);
    EXPECT_THAT(read->values,
                ElementsAre(testing::Pair("battery.runtime", "750"), testing::Pair("ups.model", "Fortress"),
                            testing::Pair("ups.power.nominal", "750")));
    EXPECT_THAT(shorter->values, ElementsAre(testing::Pair("ups.power.nominal", "750")));
}

// Whatever a device sends: no crash, and what is accepted has a mains state and no control bytes.
TEST_F(Answer, SurvivesAnyGarbage)
{
    std::mt19937 random(20261121);
    const auto any = [&random](std::size_t below) { return static_cast<std::size_t>(random()) % below; };
    constexpr std::array kSeeds{kWhole, std::string_view("#220.0 000 024.0 50.0"),
                                std::string_view("#MEGATEC05120042 SX-9K  900 V3.10     ")};
    int accepted = 0;
    for (int round = 0; round < 250'000; ++round) {
        std::string answer(kSeeds[any(kSeeds.size())]);
        for (auto changes = any(4) + 1; changes > 0 && !answer.empty(); --changes) {
            switch (any(4)) {
            case 0: answer[any(answer.size())] = static_cast<char>(any(256)); break;
            case 1: answer.erase(any(answer.size()), any(5)); break;
            case 2: answer.insert(any(answer.size()), any(20), static_cast<char>(any(256))); break;
            default: answer[any(answer.size())] = "0123456789.- @("[any(15)]; break;
            }
        }
        for (const auto& query : megatec.queries) {
            const auto read = read_answer(query, answer, {}, kNoFlags);
            if (!read)
                continue;
            ++accepted;
            if (query.name == "Q1") {
                ASSERT_NE(read->status.has("OL"), read->status.has("OB"));
            }
            for (const auto& [variable, value] : read->values)
                for (const char c : value)
                    ASSERT_TRUE(c >= 0x20 && c <= 0x7E) << variable;
        }
    }
    EXPECT_GT(accepted, 1000); // the mutations are not all hopeless
}

} // namespace
} // namespace upright::megatec
