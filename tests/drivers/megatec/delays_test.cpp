#include "drivers/megatec/delays.hpp"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace upright::megatec {
namespace {

TEST(Delays, AreEncodedInTenthsAndMinutes)
{
    using Case = std::pair<int, const char*>;
    constexpr std::array kCases{Case{12, ".2"}, Case{30, ".5"},  Case{54, ".9"},  Case{59, ".9"},
                                Case{60, "01"}, Case{119, "01"}, Case{600, "10"}, Case{5940, "99"}};
    for (const auto& [seconds, text] : kCases)
        EXPECT_EQ(encoded_offdelay(seconds), text) << seconds;
}

TEST(Delays, AreRoundedDown)
{
    EXPECT_EQ(tenths_then_minutes(35), 30);
    EXPECT_EQ(tenths_then_minutes(12), 12);
    EXPECT_EQ(tenths_then_minutes(59), 54);
    EXPECT_EQ(tenths_then_minutes(60), 60);
    EXPECT_EQ(tenths_then_minutes(599), 540);
    EXPECT_EQ(whole_minutes(59), 0);
    EXPECT_EQ(whole_minutes(599940), 599940);
}

TEST(Delays, FillTheCommands)
{
    const std::string seven = "7";
    const auto reading = [&seven](std::string_view variable) {
        return variable == "ups.id" ? &seven : nullptr;
    };
    EXPECT_EQ(filled("S{offdelay}R{ondelay}\r", {.off = 30, .on = 180}, reading), "S.5R0003\r");
    EXPECT_EQ(filled("S{offdelay}R{ondelay}\r", {.off = 600, .on = 599940}, reading), "S10R9999\r");
    EXPECT_EQ(filled("T{minutes}\r", {.test = 5940}, reading), "T99\r");
    EXPECT_EQ(filled("T{test}\r", {.test = 54}, reading), "T.9\r");
    EXPECT_EQ(filled("GS,{ups.id:02}\r", {}, reading), "GS,07\r");
    EXPECT_EQ(filled("GS,{ups.id}\r", {}, reading), "GS,7\r");
    EXPECT_EQ(filled("GS,{ups.other}\r", {}, reading), std::nullopt);
    EXPECT_EQ(filled("{other} {", {}, reading), "{other} {");
    EXPECT_EQ(unknown_placeholder("S{offdelay}R{on}\r"), "{on}");
    EXPECT_EQ(unknown_placeholder("S{ups.id:0x}\r"), "{ups.id:0x}");
    EXPECT_EQ(unknown_placeholder("S{offdelay}{ups.id:02}\r"), "");
}

} // namespace
} // namespace upright::megatec
