// What is pure about USB devices: which one is meant, the list of known ones, strings.
#include "drivers/io/usb/access_problem.hpp"
#include "drivers/io/usb/usb_ids.hpp"
#include "drivers/io/usb/usb_transfers.hpp"
#include "tests/support/process.hpp"

#include <gmock/gmock.h>

#include <map>
#include <sys/stat.h>

namespace upright::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

UsbDescription yunto()
{
    UsbDescription device;
    device.vendor_id = 0x06DA;
    device.product_id = 0x0002;
    device.vendor = "Phoenixtec Power ";
    device.product = "Offline UPS";
    device.serial = "A(1)";
    device.bus = "001";
    device.device = "017";
    device.busport = "003";
    return device;
}

Result<UsbMatch> match(const std::map<std::string, std::string, std::less<>>& keys)
{
    return UsbMatch::from([&](std::string_view key) {
        const auto found = keys.find(key);
        return found == keys.end() ? std::nullopt : std::optional(found->second);
    });
}

TEST(UsbMatch, FitsWholeValuesWithoutRegardToCase)
{
    EXPECT_TRUE(match({})->matches(yunto()));
    EXPECT_TRUE(match({{"vendorid", "06DA"}, {"productid", "000[2-5]"}})->matches(yunto()));
    EXPECT_TRUE(match({{"vendor", "phoenixtec.*"}, {"product", "Online|Offline UPS"}})->matches(yunto()));
    EXPECT_TRUE(match({{"serial", "A\\(1\\)"}, {"bus", "001"}, {"device", "017"}, {"busport", "003"}})
                    ->matches(yunto()));

    EXPECT_FALSE(match({{"vendorid", "06d"}})->matches(yunto()));
    EXPECT_FALSE(match({{"vendor", "Phoenixtec"}})->matches(yunto()));
    EXPECT_FALSE(match({{"product", "Offline|UPS"}})->matches(yunto()));
    EXPECT_FALSE(match({{"serial", ""}})->matches(yunto()));
}

TEST(UsbMatch, LooksAtTextsOnlyOnceTheyAreKnown)
{
    const auto wanted = match({{"vendor", "APC"}, {"productid", "0002"}});

    EXPECT_TRUE(wanted->may_be(yunto()));
    EXPECT_FALSE(wanted->matches(yunto()));
    EXPECT_FALSE(match({{"busport", "004"}})->may_be(yunto()));
}

TEST(UsbMatch, SaysWhatIsWrongWithAPattern)
{
    const auto wrong = match({{"vendor", "a("}});

    ASSERT_FALSE(wrong);
    EXPECT_THAT(wrong.error().what, testing::StartsWith("vendor = a(: "));
}

struct UsbIds : testing::Test {
    test::Scratch scratch;
    Loaded<std::vector<UsbId>> load(std::string_view text) const
    {
        return load_usb_ids(scratch.write("usb-ids.toml", text));
    }
};

TEST_F(UsbIds, HoldEveryDeviceThatIsDelivered)
{
    const auto ids = load_usb_ids(test::source_dir() + "/drivers/io/usb/usb-ids.toml");

    EXPECT_TRUE(ids.clean()) << to_string(ids.problems.front());
    EXPECT_EQ(ids.value.size(), 157U);
    for (const auto& id : ids.value)
        EXPECT_FALSE(id.brand.empty()) << id.driver << id.vendor_id;
}

// Whatever stands behind a row that fits always would never be reached.
TEST_F(UsbIds, HaveTextsInFrontWhereIdsCollide)
{
    const auto ids = load_usb_ids(test::source_dir() + "/drivers/io/usb/usb-ids.toml").value;

    for (std::size_t i = 0; i < ids.size(); ++i)
        for (std::size_t later = i + 1; later < ids.size(); ++later) {
            const auto& a = ids[i];
            const auto& b = ids[later];
            const bool same =
                a.driver == b.driver && a.vendor_id == b.vendor_id && a.product_id == b.product_id;
            const bool any = a.manufacturer.empty() && a.product.empty();
            EXPECT_FALSE(same && any && !(b.manufacturer.empty() && b.product.empty())) << b.via;
        }
}

TEST_F(UsbIds, AreTakenInTheirOrder)
{
    const auto ids = load_usb_ids(test::source_dir() + "/drivers/io/usb/usb-ids.toml").value;
    auto device = yunto();

    EXPECT_EQ(find_usb_id(ids, "nutdrv_qx", device, true)->via, "cypress");
    device.vendor = "Phoenixtec Power";
    device.product = "USB Cable (V2.00)";
    EXPECT_EQ(find_usb_id(ids, "nutdrv_qx", device, true)->via, "phoenixtec");
    EXPECT_EQ(find_usb_id(ids, "bcmxcp_usb", device, true)->via, "phoenixtec-ups");
    device.product_id = 0x1234;
    EXPECT_EQ(find_usb_id(ids, "nutdrv_qx", device, false), nullptr);
}

TEST_F(UsbIds, TellEveryMistakeAtItsPlace)
{
    const auto ids = load("x = [\n"
                          "  { id = \"0665:516\" },\n"
                          "  { brnad = 1, id = \"0665:5161\" },\n"
                          "  { via = 2 },\n"
                          "  5,\n"
                          "]\n"
                          "y = 1\n");
    std::vector<std::string> told;
    for (const auto& problem : ids.problems)
        told.push_back(to_string(problem).substr(scratch.path().size() + 1));

    EXPECT_THAT(
        told, ElementsAre("usb-ids.toml:2:10: error: \"0665:516\": want vendor and product, as \"051d:0002\"",
                          "usb-ids.toml:3:5: error: nothing is called brnad here (did you mean \"brand\"?)",
                          "usb-ids.toml:4:3: error: id is missing",
                          "usb-ids.toml:4:11: error: via wants a text in quotes",
                          "usb-ids.toml:5:3: error: x wants tables",
                          "usb-ids.toml:7:5: error: y wants a list of tables"));
    EXPECT_THAT(to_string(load("x = [").problems.at(0)), HasSubstr("usb-ids.toml:1:"));
    EXPECT_FALSE(load_usb_ids(scratch.file("none")).clean());
}

TEST(StringDescriptor, IsTextOnlyIfItsLengthIsRight)
{
    EXPECT_EQ(text_of_string_descriptor(std::string("\x06\x03U\0P\0", 6)), "UP");
    EXPECT_EQ(text_of_string_descriptor(std::string("\x04\x03\x13\x20", 4)), "?");
    EXPECT_EQ(text_of_string_descriptor(std::string("\x02\x03", 2)), "");
    EXPECT_EQ(text_of_string_descriptor(std::string("\x05\x03U\0P", 5)), "U"); // half a character is none

    EXPECT_EQ(text_of_string_descriptor(std::string("\x08\x03U\0P\0", 6)), std::nullopt);
    EXPECT_EQ(text_of_string_descriptor(std::string("\x06\x02U\0P\0", 6)), std::nullopt);
    EXPECT_EQ(text_of_string_descriptor("\x01"), std::nullopt);
    EXPECT_EQ(text_of_string_descriptor(""), std::nullopt);
}

TEST(AccessProblem, NamesTheFileItsOwnerAndWhoWantsIt)
{
    const test::Scratch scratch;
    const auto node = scratch.write("002", "");
    ASSERT_EQ(::chmod(node.c_str(), 0640), 0);

    const auto text = access_problem(node, "0665:5161");

    EXPECT_THAT(text, HasSubstr(node + " ("));
    EXPECT_THAT(text, HasSubstr("mode 0640"));
    EXPECT_THAT(text, HasSubstr("udev rule that gives 0665:5161"));
    EXPECT_THAT(access_problem(scratch.file("none"), "0665:5161"), HasSubstr("is not there"));
}

} // namespace
} // namespace upright::io
