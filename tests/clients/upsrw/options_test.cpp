#include "clients/upsrw/options.hpp"
#include "tests/support/arguments.hpp"

#include <gtest/gtest.h>

namespace upright::upsrw {
namespace {

Result<Options> parse(std::vector<std::string> words)
{
    test::Arguments arguments("upsrw", std::move(words));
    return parse_options(arguments.count(), arguments.values());
}

TEST(UpsrwOptions, ListUnlessSomethingIsToBeSet)
{
    const auto plain = parse({"u@h"});
    const auto list = parse({"-l", "u"});
    const auto set = parse({"-s", "a.b=1", "u"});

    ASSERT_TRUE(plain && list && set);
    EXPECT_EQ(plain->mode, Mode::list);
    EXPECT_EQ(plain->target, "u@h");
    EXPECT_EQ(list->mode, Mode::list);
    EXPECT_EQ(set->mode, Mode::set);
}

TEST(UpsrwOptions, ValueIsAllBehindTheFirstEqualsSign)
{
    const auto none = parse({"-s", "a.b", "u"});
    const auto empty = parse({"-s", "a.b=", "u"});
    const auto full = parse({"-s", "a.b=c=d \"e\"", "u"});

    ASSERT_TRUE(none && empty && full);
    EXPECT_EQ(none->variable, "a.b");
    EXPECT_FALSE(none->value);
    EXPECT_EQ(empty->value, "");
    EXPECT_EQ(full->variable, "a.b");
    EXPECT_EQ(full->value, "c=d \"e\"");
}

TEST(UpsrwOptions, LaterOfListAndSetCounts)
{
    const auto list = parse({"-s", "a.b=1", "-l", "u"});
    const auto set = parse({"-l", "-s", "a.b=1", "u"});

    ASSERT_TRUE(list && set);
    EXPECT_EQ(list->mode, Mode::list);
    EXPECT_TRUE(list->overridden);
    EXPECT_EQ(set->mode, Mode::set);
    EXPECT_FALSE(set->overridden);
}

TEST(UpsrwOptions, PasswordDoesNotStayInTheCommandLine)
{
    test::Arguments arguments("upsrw", {"-s", "a.b=1", "-p", "s3cret", "-w", "-t", "5", "u"});
    const auto options = parse_options(arguments.count(), arguments.values());

    ASSERT_TRUE(options);
    EXPECT_EQ(options->login.password, "s3cret");
    EXPECT_EQ(arguments.word(4), "xxxxxx");
    EXPECT_TRUE(options->wait);
    EXPECT_EQ(options->limit, std::chrono::seconds(5));
}

TEST(UpsrwOptions, SayWhatIsWrong)
{
    const std::string no_ups = "a UPS name must be specified (upsname[@hostname[:port]])";
    EXPECT_EQ(parse({}).error().what, no_ups);
    EXPECT_EQ(parse({"-s", "a.b=1"}).error().what, no_ups);
    EXPECT_EQ(parse({"-s"}).error().what, "option -s needs a value");
    EXPECT_EQ(parse({"-z", "u"}).error().what, "unknown option -z");
    EXPECT_EQ(parse({"-t", "-1", "u"}).error().what, "invalid time limit: -1: 0 to 86400 seconds");
    EXPECT_EQ(parse({"-h"})->mode, Mode::help);
    EXPECT_EQ(parse({"-V"})->mode, Mode::version);
}

} // namespace
} // namespace upright::upsrw
