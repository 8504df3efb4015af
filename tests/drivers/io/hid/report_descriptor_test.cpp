#include "drivers/io/hid/report_descriptor.hpp"

#include "tests/drivers/io/hid/descriptor_writer.hpp"

#include <gmock/gmock.h>

#include <random>

using namespace upright;
using hid::ReportType;
using test::DescriptorWriter;
using testing::ElementsAre;

namespace {

constexpr hid::Usage kUps = 0x00840004;
constexpr hid::Usage kSummary = 0x00840024;
constexpr hid::Usage kVoltage = 0x00840030;
constexpr hid::Usage kCharge = 0x00850066;

DescriptorWriter ups() { return DescriptorWriter().page(0x84).usage(0x04).begin(1).usage(0x24).begin(0); }

TEST(ReportDescriptor, NamesAFieldByTheCollectionsAroundIt)
{
    const auto parsed = hid::parse_report_descriptor(
        ups().report(7).page(0x85).usage(0x66).limits(0, 100).shape(8, 1).feature().end().end().bytes());
    ASSERT_EQ(1U, parsed.fields.size());
    EXPECT_THAT(parsed.fields[0].path, ElementsAre(kUps, kSummary, kCharge));
    EXPECT_EQ(kUps, parsed.application);
    EXPECT_EQ(7, parsed.fields[0].report);
    EXPECT_EQ(2U, parsed.length(ReportType::feature, 7));
    EXPECT_EQ(0U, parsed.length(ReportType::input, 7));
}

TEST(ReportDescriptor, TellsCollectionsOfAKindApartByTheirOwnTypes)
{
    const auto parsed = hid::parse_report_descriptor(DescriptorWriter()
                                                         .page(0x84)
                                                         .usage(0x04)
                                                         .begin(1)
                                                         .usage(0x1E)
                                                         .begin(0x84)
                                                         .usage(0x40)
                                                         .shape(16, 1)
                                                         .feature()
                                                         .end()
                                                         .end()
                                                         .bytes());
    ASSERT_EQ(1U, parsed.fields.size());
    EXPECT_THAT(parsed.fields[0].path, ElementsAre(kUps, 0x0084001E, hid::kIndexPage | 4, 0x00840040));
}

TEST(ReportDescriptor, CountsBitsForEachReportAndTypeApart)
{
    const auto parsed = hid::parse_report_descriptor(ups()
                                                         .report(1)
                                                         .usage(0x30)
                                                         .shape(12, 1)
                                                         .feature()
                                                         .usage(0x31)
                                                         .input()
                                                         .report(2)
                                                         .usage(0x32)
                                                         .feature()
                                                         .report(1)
                                                         .usage(0x33)
                                                         .feature()
                                                         .bytes());
    ASSERT_EQ(4U, parsed.fields.size());
    EXPECT_EQ(0U, parsed.fields[0].offset);
    EXPECT_EQ(0U, parsed.fields[1].offset);
    EXPECT_EQ(0U, parsed.fields[2].offset);
    EXPECT_EQ(12U, parsed.fields[3].offset);
    EXPECT_EQ(4U, parsed.length(ReportType::feature, 1));
}

TEST(ReportDescriptor, GivesTheLastUsageToAllThatAreLeftOver)
{
    const auto parsed =
        hid::parse_report_descriptor(ups().usage(0x30).usage(0x31).shape(8, 4).feature().bytes());
    ASSERT_EQ(4U, parsed.fields.size());
    EXPECT_EQ(0x00840030U, parsed.fields[0].path.back());
    EXPECT_EQ(0x00840031U, parsed.fields[1].path.back());
    EXPECT_EQ(0x00840031U, parsed.fields[3].path.back());
    EXPECT_EQ(24U, parsed.fields[3].offset);
}

TEST(ReportDescriptor, TakesRangesOfUsagesAndUsagesWithTheirPage)
{
    const auto parsed = hid::parse_report_descriptor(ups()
                                                         .item(0x18, 0x30, 1)
                                                         .item(0x28, 0x32, 1)
                                                         .shape(8, 3)
                                                         .feature()
                                                         .usage(kCharge)
                                                         .shape(8, 1)
                                                         .feature()
                                                         .bytes());
    ASSERT_EQ(4U, parsed.fields.size());
    EXPECT_EQ(0x00840032U, parsed.fields[2].path.back());
    EXPECT_EQ(kCharge, parsed.fields[3].path.back());
}

TEST(ReportDescriptor, SkipsPaddingButNotItsBits)
{
    const auto parsed =
        hid::parse_report_descriptor(ups().shape(5, 1).feature(1).usage(0x30).shape(3, 1).feature().bytes());
    ASSERT_EQ(1U, parsed.fields.size());
    EXPECT_EQ(5U, parsed.fields[0].offset);
    EXPECT_EQ(1U, parsed.length(ReportType::feature, 0)); // no ids, no byte for one
}

TEST(ReportDescriptor, ForgetsUsagesAtEachMainItem)
{
    const auto parsed =
        hid::parse_report_descriptor(ups().usage(0x30).shape(8, 1).feature().feature().bytes());
    EXPECT_EQ(1U, parsed.fields.size());
}

TEST(ReportDescriptor, RestoresWhatWasPushed)
{
    const auto parsed = hid::parse_report_descriptor(ups()
                                                         .unit(0x00F0D121, 5)
                                                         .raw("\xA4") // push
                                                         .unit(0, 0)
                                                         .usage(0x30)
                                                         .shape(8, 1)
                                                         .feature()
                                                         .raw("\xB4") // pop
                                                         .usage(0x30)
                                                         .shape(8, 1)
                                                         .feature()
                                                         .bytes());
    ASSERT_EQ(2U, parsed.fields.size());
    EXPECT_EQ(0U, parsed.fields[0].unit);
    EXPECT_EQ(0x00F0D121U, parsed.fields[1].unit);
    EXPECT_EQ(5, parsed.fields[1].exponent);
}

TEST(ReportDescriptor, ReadsExponentsAsFourBitsWithSign)
{
    for (const auto& [written, meant] : std::vector<std::pair<int, int>>{{7, 7}, {8, -8}, {15, -1}, {5, 5}}) {
        const auto parsed = hid::parse_report_descriptor(
            ups().unit(0x1001, written).usage(0x30).shape(8, 1).feature().bytes());
        EXPECT_EQ(meant, parsed.fields.at(0).exponent);
    }
}

TEST(ReportDescriptor, TakesALargestValueWithoutSignWhereTheMakerForgotIt)
{
    const auto parsed = hid::parse_report_descriptor(
        ups().item(0x14, 0, 1).item(0x24, 0xFF, 1).usage(0x30).shape(8, 1).feature().bytes());
    ASSERT_EQ(1U, parsed.fields.size());
    EXPECT_EQ(255, parsed.fields[0].logical.max);
    EXPECT_TRUE(parsed.fields[0].max_guessed);
}

TEST(ReportDescriptor, ReadsSignsByTheSizeTheyAreWrittenIn)
{
    const auto parsed = hid::parse_report_descriptor(
        ups().item(0x14, -1, 1).item(0x24, 0x7FFF, 2).usage(0x30).shape(16, 1).feature().bytes());
    EXPECT_EQ(-1, parsed.fields.at(0).logical.min);
    EXPECT_EQ(32767, parsed.fields.at(0).logical.max);
    EXPECT_FALSE(parsed.fields.at(0).max_guessed);
}

TEST(ReportDescriptor, SkipsLongItemsAndStopsWhereBytesAreMissing)
{
    const std::string long_item("\xFE\x02\x10\x01\x02", 5);
    const auto whole = ups().raw(long_item).usage(0x30).shape(8, 1).feature().bytes();
    EXPECT_EQ(1U, hid::parse_report_descriptor(whole).fields.size());
    for (std::size_t cut = 0; cut < whole.size(); ++cut)
        EXPECT_LE(hid::parse_report_descriptor(whole.substr(0, cut)).fields.size(), 1U);
}

TEST(ReportDescriptor, CountsCollectionsThatLieTooDeep)
{
    DescriptorWriter writer;
    writer.page(0x84);
    constexpr int kDepth = 14;
    for (int i = 0; i < kDepth; ++i)
        writer.usage(0x10).begin(0);
    for (int i = 0; i < kDepth - 1; ++i)
        writer.end();
    const auto parsed = hid::parse_report_descriptor(writer.usage(0x30).shape(8, 1).feature().end().bytes());
    ASSERT_EQ(1U, parsed.fields.size());
    EXPECT_THAT(parsed.fields[0].path, ElementsAre(0x00840010, kVoltage));
}

TEST(ReportDescriptor, IsBoundedWhateverTheNumbers)
{
    const auto huge = ups().usage(0x30).item(0x74, 32, 1).item(0x94, 0x7FFFFFFF, 4).feature().bytes();
    EXPECT_LE(hid::parse_report_descriptor(huge).fields.size(), hid::kMostFields);
    const auto padding = ups().item(0x74, 255, 1).item(0x94, 0x7FFFFFFF, 4).feature(1).bytes();
    EXPECT_LE(hid::parse_report_descriptor(padding).length(ReportType::feature, 0), 0xFFFFU);
    auto empty = ups().item(0x74, 0, 1).item(0x94, 0x7FFFFFFF, 4);
    for (int i = 0; i < 1000; ++i) // each of two thousand million fields without a bit
        empty.usage(0x30).feature();
    EXPECT_TRUE(hid::parse_report_descriptor(empty.bytes()).fields.empty());
}

TEST(ReportDescriptor, TakesAnyBytes)
{
    std::mt19937 random(5);
    const auto sound = ups().report(1).usage(0x30).limits(0, 300).shape(16, 2).feature().end().end().bytes();
    for (int round = 0; round < 20000; ++round) {
        auto bytes = sound;
        for (int i = 0; i < 4; ++i)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        for (const auto& field : hid::parse_report_descriptor(bytes).fields) {
            ASSERT_GE(field.size, 1U);
            ASSERT_LE(field.size, 32U);
            ASSERT_LE(field.offset + field.size, 0xFFFFU * 8);
        }
    }
}

} // namespace
