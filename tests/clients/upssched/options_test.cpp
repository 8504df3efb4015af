#include "clients/upssched/options.hpp"

#include "tests/support/arguments.hpp"

#include <gmock/gmock.h>

namespace upright::upssched {
namespace {

using Task = Options::Task;

Result<Options> parsed(std::vector<std::string> words)
{
    test::Arguments arguments("upssched", std::move(words));
    return parse_options(arguments.count(), arguments.values());
}

TEST(UpsschedOptions, TakeTheMessage)
{
    const auto options = parsed({"-DD", "UPS desk on battery", "-l"});

    ASSERT_TRUE(options);
    EXPECT_EQ(options->task, Task::event);
    EXPECT_EQ(options->debug, 2);
    EXPECT_EQ(options->message, "UPS desk on battery");
    EXPECT_EQ(parsed({})->message, std::nullopt);
}

TEST(UpsschedOptions, NameTheTask)
{
    EXPECT_EQ(parsed({"-l"})->task, Task::list);
    EXPECT_EQ(parsed({"--check"})->task, Task::check);
    EXPECT_EQ(parsed({"-Dh"})->task, Task::help);
    EXPECT_EQ(parsed({"-V", "-x"})->task, Task::version);
}

TEST(UpsschedOptions, RefuseTheUnknown)
{
    EXPECT_EQ(parsed({"-x"}).error().what, "Error: unknown option -x. Try -h for help.");
    EXPECT_EQ(parsed({"--lists"}).error().what, "Error: unknown option --lists. Try -h for help.");
}

} // namespace
} // namespace upright::upssched
