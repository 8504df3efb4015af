#include "drivers/usbhid/status_flags.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace upright::usbhid {
namespace {

std::string set_of(const StatusFlags& flags)
{
    std::string all;
    for (const auto name : StatusFlags::names())
        if (flags.has(name))
            all += (all.empty() ? "" : " ") + std::string(name);
    return all;
}

TEST(StatusFlags, AreSortedAndKnown)
{
    const auto& names = StatusFlags::names();

    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    for (const auto name : names) {
        EXPECT_TRUE(StatusFlags::knows(name));
        EXPECT_TRUE(StatusFlags::knows("!" + std::string(name)));
        EXPECT_TRUE(StatusFlags::knows(StatusFlags::opposite(name))) << name;
    }
    EXPECT_FALSE(StatusFlags::knows("onlin"));
    EXPECT_FALSE(StatusFlags::knows("!"));
}

TEST(StatusFlags, ClearWhatTheyExclude)
{
    StatusFlags flags;

    flags.apply("online");
    flags.apply("chrg !dischrg notfullycharged");
    EXPECT_EQ(set_of(flags), "chrg notfullycharged online");
    flags.apply("offline fullycharged ecomode");
    flags.apply("essmode !chrg");
    EXPECT_EQ(set_of(flags), "essmode fullycharged offline");
    flags.apply("normal");
    flags.apply("!offline  nonsense !nonsense !");
    EXPECT_EQ(set_of(flags), "fullycharged normal");
}

} // namespace
} // namespace upright::usbhid
