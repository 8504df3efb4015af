// The udev rules and the ids that drivers find devices by are of one mind.
#include "common/config/document.hpp"
#include "drivers/io/usb/usb_ids.hpp"
#include "tests/support/process.hpp"

#include <gmock/gmock.h>

#include <regex>
#include <set>

namespace upright::io {
namespace {

TEST(UdevRules, GiveEveryKnownUpsToTheDriversGroup)
{
    std::set<std::string> known;
    const auto ids = load_usb_ids(test::source_dir() + "/drivers/io/usb/usb-ids.toml");
    for (const auto& id : ids.value) {
        UsbDescription device;
        device.vendor_id = id.vendor_id;
        device.product_id = id.product_id;
        known.insert(device.ids());
    }
    known.erase("1a86:7523"); // a serial chip of many other things

    const auto text = read_file(UPRIGHT_STAGE "/lib/udev/rules.d/62-nut-usbups.rules");

    ASSERT_TRUE(text);
    const std::regex rule("SUBSYSTEM==\"usb\", ATTR\\{idVendor\\}==\"([0-9a-f]{4})\", "
                          "ATTR\\{idProduct\\}==\"([0-9a-f]{4})\", MODE=\"664\", GROUP=\"nut\"\n");
    std::set<std::string> ruled;
    for (std::sregex_iterator match(text->begin(), text->end(), rule), end; match != end; ++match)
        EXPECT_TRUE(ruled.insert((*match)[1].str() + ":" + (*match)[2].str()).second) << match->str();
    EXPECT_EQ(ruled, known);
    EXPECT_GT(known.size(), 120U);
}

} // namespace
} // namespace upright::io
