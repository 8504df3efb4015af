#include "drivers/usbhid/reports.hpp"

#include "tests/drivers/io/hid/descriptor_writer.hpp"

#include <gtest/gtest.h>

using namespace upright;
using hid::ReportType;
using test::DescriptorWriter;
using usbhid::Reports;

namespace {

constexpr hid::Usage kUps = 0x00840004;

// Report 1: a byte, feature and input; report 2: ten bytes, input only.
Reports reports()
{
    return Reports(hid::parse_report_descriptor(DescriptorWriter()
                                                    .page(0x84)
                                                    .usage(0x04)
                                                    .begin(1)
                                                    .report(1)
                                                    .limits(0, 255)
                                                    .shape(8, 1)
                                                    .usage(0x30)
                                                    .feature()
                                                    .usage(0x30)
                                                    .input()
                                                    .report(2)
                                                    .shape(8, 10)
                                                    .usage(0x31)
                                                    .usage(0x32)
                                                    .input()
                                                    .end()
                                                    .bytes()));
}

double at(const Reports& of, hid::Usage usage) { return of.value(*of.find({kUps, usage})).value_or(-1); }

TEST(Reports, CountWhatIsHeardForTheFeatureToo)
{
    auto all = reports();
    EXPECT_EQ(ReportType::feature, all.find({kUps, 0x00840030})->type);
    EXPECT_EQ(-1, at(all, 0x00840030));
    EXPECT_TRUE(all.store(ReportType::feature, 1, "\x01\x05"));
    EXPECT_TRUE(all.hear("\x01\x09", 8));
    EXPECT_EQ(9, at(all, 0x00840030));
    EXPECT_FALSE(all.hear("\x01\x09", 8));
    EXPECT_TRUE(all.store(ReportType::feature, 1, "\x01\x05"));
    EXPECT_TRUE(all.hear("\x01\x09", 8)) << "the feature said something else meanwhile";
}

TEST(Reports, PutPacketsTogether)
{
    auto all = reports();
    EXPECT_FALSE(all.hear("\x02\x07\x08zzzzz", 8));
    EXPECT_EQ(-1, at(all, 0x00840031));
    EXPECT_TRUE(all.hear("zzz", 8));
    EXPECT_EQ(7, at(all, 0x00840031));
    EXPECT_EQ(8, at(all, 0x00840032));
}

TEST(Reports, TakeShortReportsForWhatTheyAre)
{
    auto all = reports();
    EXPECT_TRUE(all.hear("\x02\x07", 8));
    EXPECT_EQ(7, at(all, 0x00840031));
    EXPECT_EQ(-1, at(all, 0x00840032));
    EXPECT_TRUE(all.hear("\x01\x09", 8)) << "the next one begins anew";
}

TEST(Reports, ForgetWhatCanNotBeReadAnyMore)
{
    auto all = reports();
    all.store(ReportType::feature, 1, "\x01\x05");
    ASSERT_NE(nullptr, all.bytes(ReportType::feature, 1));
    all.forget(ReportType::feature, 1);
    EXPECT_EQ(-1, at(all, 0x00840030));
    EXPECT_EQ(nullptr, all.bytes(ReportType::feature, 1));
}

} // namespace
