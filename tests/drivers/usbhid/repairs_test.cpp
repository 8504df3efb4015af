#include "tests/drivers/usbhid/fixture.hpp"

namespace upright::usbhid {
namespace {

using hid::Field;
using hid::Limits;

Field field(std::uint8_t report, hid::Usage usage, Limits limits, unsigned size = 16)
{
    Field made;
    made.path = {0x00840004, usage};
    made.report = report;
    made.size = size;
    made.logical = limits;
    return made;
}

// "min..max" of each field after the repair, and whether anything changed.
std::string mended(std::string_view repair, std::uint16_t product, std::vector<Field> fields)
{
    hid::ReportDescriptor descriptor;
    descriptor.fields = std::move(fields);
    io::UsbDescription device;
    device.product_id = product;
    const bool changed = find_repair(repair)->mend(descriptor, device);
    std::string text = changed ? "changed" : "same";
    for (const auto& one : descriptor.fields)
        text += " " + std::to_string(one.logical.min) + ".." + std::to_string(one.logical.max);
    return text;
}

constexpr hid::Usage kVoltage = 0x00840030;
constexpr hid::Usage kConfigVoltage = 0x00840040;
constexpr hid::Usage kPower = 0x00840044;
constexpr hid::Usage kTransfer = 0x00840054;

TEST(Repairs, OfApcRaiseLimitsBelowTheTransferVoltage)
{
    const auto fields = [](std::int64_t high, std::int64_t input, std::int64_t config) {
        return std::vector{field(0x30, kConfigVoltage, {0, config}, 8), field(0x31, kVoltage, {0, input}),
                           field(0x33, kTransfer, {196, high})};
    };

    EXPECT_EQ(mended("apc", 2, fields(280, 255, 200)), "changed 0..255 0..560 196..280");
    EXPECT_EQ(mended("apc", 2, fields(280, 511, 511)), "same 0..511 0..511 196..280");
    EXPECT_EQ(mended("apc", 3, fields(280, 255, 200)), "same 0..200 0..255 196..280");
    EXPECT_EQ(mended("apc", 2, {}), "same");
    EXPECT_EQ(mended("apc", 2, {field(0x33, kTransfer, {0, 280})}), "same 0..280");
}

TEST(Repairs, OfCyberPowerGiveTheOutputItsOwnLimits)
{
    const auto fields = [](Limits input, Limits output) {
        return std::vector{field(0x0F, kVoltage, input), field(0x10, kTransfer, {200, 255}),
                           field(0x12, kVoltage, output)};
    };

    EXPECT_EQ(mended("cps", 0x0501, fields({0, 511}, {200, 255})), "changed 0..511 200..255 0..511");
    EXPECT_EQ(mended("cps", 0x0601, fields({200, 255}, {200, 255})), "changed 0..511 200..255 0..511");
    EXPECT_EQ(mended("cps", 0x0005, fields({200, 255}, {200, 255})), "same 200..255 200..255 200..255");
    EXPECT_EQ(mended("cps", 0x0501, fields({0, 300}, {0, 300})), "same 0..300 200..255 0..300");
}

TEST(Repairs, OfCyberPowerRaiseGuessedLimits)
{
    auto fields = std::vector{field(0x0F, kVoltage, {0, 300}), field(0x10, kTransfer, {0, 255}),
                              field(0x12, kVoltage, {0, 200}, 8), field(0x18, kPower, {0, 600})};
    fields[2].max_guessed = true;

    EXPECT_EQ(mended("cps", 0x0501, fields), "changed 0..511 0..255 0..255 0..2048");
    fields[3].logical.max = 4000;
    fields[2].max_guessed = false;
    EXPECT_EQ(mended("cps", 0x0501, fields), "same 0..300 0..255 0..200 0..4000");
}

// Physical limits that were a copy of the logical ones go along.
TEST(Repairs, KeepTheScale)
{
    hid::ReportDescriptor descriptor;
    descriptor.fields = {field(0x31, kVoltage, {0, 255}), field(0x33, kTransfer, {0, 280})};
    descriptor.fields[0].physical = Limits{0, 255};

    EXPECT_TRUE(find_repair("apc")->mend(descriptor, [] {
        io::UsbDescription device;
        device.product_id = 2;
        return device;
    }()));

    EXPECT_EQ(descriptor.fields[0].physical->max, 560);
}

} // namespace
} // namespace upright::usbhid
