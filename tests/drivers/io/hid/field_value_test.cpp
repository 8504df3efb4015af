#include "drivers/io/hid/field_value.hpp"

#include <gtest/gtest.h>

using namespace upright;

namespace {

constexpr std::uint32_t kVolt = 0x00F0D121;
constexpr std::uint32_t kWatt = 0x0000D121;
constexpr std::uint32_t kSecond = 0x00001001;

hid::Field field(unsigned offset, unsigned size, hid::Limits logical)
{
    hid::Field made;
    made.offset = offset;
    made.size = size;
    made.logical = logical;
    return made;
}

std::optional<std::int64_t> read(const hid::Field& of, std::string_view report, bool ids = true)
{
    return hid::logical_value(of, report, ids);
}

TEST(FieldValue, LiesBehindTheIdIfThereIsOne)
{
    const std::string report("\x07\x64\x00", 3);
    EXPECT_EQ(100, read(field(0, 8, {0, 100}), report));
    EXPECT_EQ(7, read(field(0, 8, {0, 100}), report, false));
}

TEST(FieldValue, MayCrossBytes)
{
    const std::string report("\x01\xF0\xAB\x0C", 4);
    EXPECT_EQ(0xCABF, read(field(4, 16, {0, 65535}), report));
}

TEST(FieldValue, IsNotThereIfTheReportIsTooShort)
{
    EXPECT_FALSE(read(field(8, 8, {0, 255}), std::string("\x01\x02", 2)));
    EXPECT_FALSE(read(field(0, 16, {0, 255}), std::string("\x01\x02", 2)));
    EXPECT_FALSE(read(field(0, 8, {0, 255}), ""));
}

TEST(FieldValue, LosesBitsThatNoValueNeedsThenIsClamped)
{
    EXPECT_EQ(100, read(field(0, 8, {0, 100}), std::string("\x01\xE4", 2))); // 0xE4 & 0x7F
    EXPECT_EQ(100, read(field(0, 8, {0, 100}), std::string("\x01\x7F", 2))); // above the limit
    EXPECT_EQ(5, read(field(0, 8, {5, 100}), std::string("\x01\x01", 2)));
}

TEST(FieldValue, HasASignOnlyIfTheSmallestHas)
{
    EXPECT_EQ(-1, read(field(0, 16, {-1, 32767}), std::string("\x01\xFF\xFF", 3)));
    EXPECT_EQ(65535, read(field(0, 16, {0, 65535}), std::string("\x01\xFF\xFF", 3)));
    EXPECT_EQ(-128, read(field(0, 8, {-128, 127}), std::string("\x01\x80", 2)));
    EXPECT_EQ(-1, read(field(0, 32, {-1, 2147483647}), std::string("\x01\xFF\xFF\xFF\xFF", 5)));
}

TEST(FieldValue, IsTakenAsItIsWithoutLimits)
{
    EXPECT_EQ(200, read(field(0, 8, {0, 0}), std::string("\x01\xC8", 2)));
}

TEST(FieldValue, IsScaledByItsUnit)
{
    auto volts = field(0, 16, {0, 65535});
    volts.unit = kVolt;
    volts.exponent = 7;
    EXPECT_DOUBLE_EQ(230, hid::physical_value(volts, 230));
    volts.exponent = 5; // hundredths
    EXPECT_DOUBLE_EQ(13.65, hid::physical_value(volts, 1365));
    auto watts = field(0, 16, {0, 65535});
    watts.unit = kWatt;
    watts.exponent = 7;
    EXPECT_DOUBLE_EQ(330, hid::physical_value(watts, 330));
    auto seconds = field(0, 16, {0, 65535});
    seconds.unit = kSecond;
    EXPECT_DOUBLE_EQ(600, hid::physical_value(seconds, 600));
    auto unknown = field(0, 16, {0, 65535});
    unknown.unit = 0x12345;
    unknown.exponent = -1;
    EXPECT_DOUBLE_EQ(5.5, hid::physical_value(unknown, 55));
}

TEST(FieldValue, IsSpreadOverPhysicalLimitsIfTheyGrow)
{
    auto spread = field(0, 8, {0, 200});
    spread.physical = hid::Limits{0, 100};
    EXPECT_DOUBLE_EQ(50, hid::physical_value(spread, 100));
    EXPECT_EQ(100, hid::logical_of(spread, 50));
    spread.physical = hid::Limits{100, 0};
    EXPECT_DOUBLE_EQ(100, hid::physical_value(spread, 100));
}

TEST(FieldValue, GoesBackWithoutLosingAStep)
{
    auto tenths = field(0, 16, {0, 65535});
    tenths.unit = kVolt;
    tenths.exponent = 6;
    for (std::int64_t logical = 0; logical <= 3000; ++logical)
        ASSERT_EQ(logical, hid::logical_of(tenths, hid::physical_value(tenths, logical)));
}

TEST(FieldValue, GoesBackCutAndClamped)
{
    EXPECT_EQ(12, hid::logical_of(field(0, 8, {0, 100}), 12.9));
    EXPECT_EQ(100, hid::logical_of(field(0, 8, {0, 100}), 1e12));
    EXPECT_EQ(-1, hid::logical_of(field(0, 16, {-1, 300}), -1));
    EXPECT_EQ(0, hid::logical_of(field(0, 16, {0, 300}), -1));
    EXPECT_EQ(0, hid::logical_of(field(0, 8, {0, 100}), std::numeric_limits<double>::quiet_NaN()));
    EXPECT_EQ(255, hid::logical_of(field(0, 8, {0, 0}), 300));
}

TEST(FieldValue, IsStoredBetweenItsNeighbours)
{
    std::string report("\x01\xFF\xFF\xFF", 4);
    ASSERT_TRUE(hid::store_value(field(4, 12, {0, 4095}), report, true, 0x123));
    EXPECT_EQ(std::string("\x01\x3F\x12\xFF", 4), report);
    ASSERT_TRUE(hid::store_value(field(0, 16, {-1, 300}), report, true, -1));
    EXPECT_EQ(std::string("\x01\xFF\xFF\xFF", 4), report);
    EXPECT_FALSE(hid::store_value(field(16, 16, {0, 300}), report, true, 1));
}

} // namespace
