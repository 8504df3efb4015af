#include "tests/drivers/usbhid/fixture.hpp"

namespace upright::usbhid {
namespace {

using test::FakeContext;

// "manufacturer|model|serial" and the rest.
std::string names_of(std::string_view identity, FakeContext& device)
{
    const auto names = find_identity(identity)->of(device);
    auto text = names.manufacturer + "|" + names.model + "|" + names.serial;
    for (const auto& [name, value] : names.more)
        text += " " + name + "=" + value;
    return text;
}

std::string apc(const std::string& product)
{
    FakeContext device;
    device.description.vendor = "American Power Conversion ";
    device.description.product = product;
    device.description.serial = "4B1 ";
    return names_of("apc", device);
}

TEST(Identity, OfApcSplitsItsFirmwareFromItsName)
{
    EXPECT_EQ(apc("Back-UPS ES 700G FW:871.O4 .I USB FW:O4"),
              "American Power Conversion|Back-UPS ES 700G|4B1 ups.firmware=871.O4 .I ups.firmware.aux=O4");
    EXPECT_EQ(apc("Back-UPS 350 FW: 6.5.I "),
              "American Power Conversion|Back-UPS 350|4B1 ups.firmware=6.5.I");
    EXPECT_EQ(apc("Smart-UPS 750 FW:UPS 08.8 / ID=18"),
              "American Power Conversion|Smart-UPS 750|4B1 ups.firmware=UPS 08.8 / ID=18");
    EXPECT_EQ(apc("Smart-UPS X 750"), "American Power Conversion|Smart-UPS X 750|4B1");
    EXPECT_EQ(apc("X FW:"), "American Power Conversion|X|4B1");
    EXPECT_EQ(apc("X FW:USB FW:"), "American Power Conversion|X|4B1");
    EXPECT_EQ(apc(""), "American Power Conversion||4B1");
}

TEST(Identity, OfEatonJoinsProductAndModel)
{
    FakeContext device;
    device.description.vendor = "EATON";
    device.description.product = "Ellipse PRO";
    EXPECT_EQ(names_of("eaton", device), "EATON|Ellipse PRO|");
    device.fields["UPS.Flow.[4].ConfigApparentPower"] = 850;
    EXPECT_EQ(names_of("eaton", device), "EATON|Ellipse PRO 850|");
    device.fields["UPS.PowerSummary.iModel"] = 9;
    device.string_descriptors[9] = " 650 ";
    EXPECT_EQ(names_of("eaton", device), "EATON|Ellipse PRO 650|");
    device.fields["UPS.PowerSummary.iProduct"] = 1;
    device.string_descriptors[1] = "Ellipse";
    EXPECT_EQ(names_of("eaton", device), "EATON|Ellipse 650|");
}

TEST(Identity, OfOthersIsWhatTheySay)
{
    FakeContext device;
    device.description.vendor_id = 0x10AF;
    EXPECT_EQ(names_of("belkin", device), "Liebert|UPS|");
    device.description.vendor_id = 0x050D;
    device.description.product = "Belkin UPS ";
    EXPECT_EQ(names_of("belkin", device), "Belkin|Belkin UPS|");
    device.description.serial = " 7";
    EXPECT_EQ(names_of("texts", device), "|Belkin UPS|7");
    EXPECT_EQ(find_identity("nobody"), nullptr);
}

} // namespace
} // namespace upright::usbhid
