#include "drivers/io/hid/usage_names.hpp"
#include "tests/drivers/usbhid/fixture.hpp"

#include <set>

namespace upright::hid {
namespace {

using testing::ElementsAre;
using usbhid::test::texts;
using usbhid::test::usages;

UsageNames names(const std::string& maker)
{
    return UsageNames({&usages().at(maker), &usages().at("standard")});
}

TEST(UsageNames, ReadAndWritePaths)
{
    const auto mge = names("mge");

    EXPECT_THAT(mge.path("UPS.Flow.[4].ConfigVoltage").value(),
                ElementsAre(0x00840004, 0x0084001E, 0x00FF0004, 0x00840040));
    EXPECT_EQ(mge.text({0x00840004, 0x0084001E, 0x00FF0004, 0x00840040}), "UPS.Flow.[4].ConfigVoltage");
    EXPECT_THAT(mge.path("UPS.ffff0097.0xFFFF0098").value(), ElementsAre(0x00840004, 0xFFFF0097, 0xFFFF0098));
    EXPECT_EQ(mge.text({0x00840004, 0xFFFEABCD}), "UPS.fffeabcd");
}

TEST(UsageNames, TellWhichPartOfAPathMeansNothing)
{
    const auto standard = names("standard");
    for (const auto* const text :
         {"", "UPS..Voltage", "UPS.[x]", "UPS.[]", "UPS.[300]", "UPS.ffff009", "UPS.Voltag"}) {
        SCOPED_TRACE(text);
        EXPECT_EQ(standard.path(text), std::nullopt);
    }
    EXPECT_EQ(standard.unknown_in("UPS.Flou.Voltag"), "Flou");
    EXPECT_EQ(standard.unknown_in("UPS.Flow"), "");
    std::string deep = "UPS";
    for (int i = 0; i < 30; ++i)
        deep += ".UPS";
    EXPECT_EQ(standard.path(deep), std::nullopt);
}

TEST(UsageNames, PreferTheMakersToTheStandard)
{
    EXPECT_EQ(names("tripplite").text({0x00840044}), "TLCharging");
    EXPECT_EQ(names("standard").text({0x00840044}), "ConfigActivePower");
    EXPECT_EQ(names("tripplite").find("ConfigActivePower"), 0x00840044U);
}

TEST(UsageNames, OfEveryTableLeadThereAndBack)
{
    ASSERT_EQ(usages().size(), 11U);
    std::size_t count = 0;
    for (const auto& [maker, table] : usages())
        for (const auto& [name, usage] : table) {
            SCOPED_TRACE(maker + ": " + name);
            ++count;
            EXPECT_EQ(UsageNames({&table}).find(name), usage);
            EXPECT_EQ(UsageNames({&table}).find(UsageNames({&table}).name(usage)), usage);
        }
    EXPECT_EQ(count, 570U);
}

TEST(UsageNames, MistakesHaveTheirPlaces)
{
    const upright::test::Scratch scratch;
    scratch.write("u.toml", "a = 1\n[t]\nx = \"no\"\ny = -1\nz = 0x1_0000_0000\n\"p.q\" = 1\n");

    const auto file = scratch.file("u.toml");

    EXPECT_THAT(texts(load_usages(file).problems),
                ElementsAre(file + ":1:1: error: a file of usages has tables only",
                            file + ":3:5: error: x wants a usage: page and id, as 0x0084_0066",
                            file + ":4:5: error: y wants a usage: page and id, as 0x0084_0066",
                            file + ":5:5: error: z wants a usage: page and id, as 0x0084_0066",
                            file + ":6:1: error: no name of a usage has dots or brackets in it"));
    EXPECT_EQ(load_usages(scratch.file("missing.toml")).problems.size(), 1U);
}

} // namespace
} // namespace upright::hid
