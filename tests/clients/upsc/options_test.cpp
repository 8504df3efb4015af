#include "clients/upsc/options.hpp"
#include "tests/support/arguments.hpp"

#include <gtest/gtest.h>

namespace upright::upsc {
namespace {

Result<Options> parse(std::vector<std::string> words)
{
    test::Arguments arguments("upsc", std::move(words));
    return parse_options(arguments.count(), arguments.values());
}

TEST(UpscOptions, OneWordIsAUpsTwoAreItsVariable)
{
    const auto all = parse({"ups@host"});
    const auto one = parse({"ups@host", "ups.status", "ignored"});

    ASSERT_TRUE(all && one);
    EXPECT_EQ(all->mode, Mode::variables);
    EXPECT_EQ(all->target, "ups@host");
    EXPECT_EQ(one->mode, Mode::variable);
    EXPECT_EQ(one->variable, "ups.status");
}

TEST(UpscOptions, ListsNeedNoHost)
{
    const auto names = parse({"-l"});
    const auto descriptions = parse({"-j", "-L", "host"});

    ASSERT_TRUE(names && descriptions);
    EXPECT_EQ(names->mode, Mode::names);
    EXPECT_EQ(names->target, "");
    EXPECT_EQ(descriptions->mode, Mode::descriptions);
    EXPECT_TRUE(descriptions->json);
    EXPECT_EQ(descriptions->target, "host");
}

TEST(UpscOptions, OptionsEndAtTheFirstWord)
{
    const auto options = parse({"ups", "-l"});

    ASSERT_TRUE(options);
    EXPECT_EQ(options->mode, Mode::variable);
    EXPECT_EQ(options->variable, "-l");
}

TEST(UpscOptions, SaysWhatIsWrong)
{
    EXPECT_EQ(parse({}).error().what, "a UPS must be named");
    EXPECT_EQ(parse({"-c"}).error().what, "a UPS must be named");
    EXPECT_EQ(parse({"-z"}).error().what, "unknown option -z");
    EXPECT_EQ(parse({"-W"}).error().what, "option -W needs a value");
}

} // namespace
} // namespace upright::upsc
