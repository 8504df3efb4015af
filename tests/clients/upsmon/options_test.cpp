#include "clients/upsmon/options.hpp"

#include "tests/support/arguments.hpp"

#include <cstdlib>
#include <gtest/gtest.h>

namespace upright::upsmon {
namespace {

using Task = Options::Task;
using Tell = Options::Tell;

Result<Options> parse(std::vector<std::string> words)
{
    test::Arguments arguments("upsmon", std::move(words));
    return parse_options(arguments.count(), arguments.values());
}

TEST(UpsmonOptions, WatchInTheBackgroundIfNothingElseIsSaid)
{
    const auto options = parse({});

    ASSERT_TRUE(options);
    EXPECT_EQ(options->task, Task::watch);
    EXPECT_EQ(options->ground, Ground::background);
    EXPECT_EQ(options->family, AddressFamily::any);
    EXPECT_EQ(options->debug, 0);
    EXPECT_FALSE(options->pid || options->config || options->user || options->limit || options->record
                 || options->replay || options->one_process || options->json);
}

TEST(UpsmonOptions, TakeAllThatBelongsToWatching)
{
    const auto options = parse({"-6pDD", "-B", "-u", "me", "-f", "/x.conf", "-W", "2.5", "--record", "/r"});

    ASSERT_TRUE(options);
    EXPECT_EQ(options->task, Task::watch);
    EXPECT_EQ(options->family, AddressFamily::v6);
    EXPECT_EQ(options->ground, Ground::background);
    EXPECT_EQ(options->debug, 2);
    EXPECT_TRUE(options->one_process);
    EXPECT_EQ(*options->user + *options->config + *options->limit + *options->record, "me/x.conf2.5/r");
}

TEST(UpsmonOptions, StayInTheForegroundWhenTheyShould)
{
    EXPECT_EQ(parse({"-F"})->ground, Ground::foreground);
    EXPECT_EQ(parse({"-D"})->ground, Ground::foreground);
    EXPECT_EQ(parse({"-D", "-B"})->ground, Ground::background);
    EXPECT_EQ(parse({"-F", "-B"})->ground, Ground::background);
}

TEST(UpsmonOptions, TakeTheWordsOfCByTheirBeginning)
{
    const auto tell = [](const std::string& word) { return parse({"-c", word}); };

    for (const auto& [word, told] : {std::pair{"fsd", Tell::fsd},
                                     {"f", Tell::fsd},
                                     {"stop", Tell::stop},
                                     {"s", Tell::stop},
                                     {"reload", Tell::reload},
                                     {"rel", Tell::reload}}) {
        SCOPED_TRACE(word);
        const auto options = tell(word);
        ASSERT_TRUE(options);
        EXPECT_EQ(options->task, Task::tell);
        EXPECT_EQ(options->tell, told);
    }
    for (const auto* const word : {"", "restart", "fsdx", "FSD"})
        EXPECT_TRUE(tell(word).error().what.starts_with("Error: unknown argument to option -c: ")) << word;
    EXPECT_EQ(parse({"-P", "77", "-c", "stop"})->pid, 77);
}

TEST(UpsmonOptions, TakeEachTask)
{
    EXPECT_EQ(parse({"-K"})->task, Task::test_flag);
    EXPECT_EQ(parse({"--check", "-f", "x"})->task, Task::check);
    EXPECT_EQ(parse({"--status"})->task, Task::status);
    EXPECT_TRUE(parse({"-j", "--status"})->json);
    EXPECT_EQ(parse({"--plan", "-j"})->task, Task::plan);
    EXPECT_EQ(parse({"--replay", "x"})->task, Task::replay);
    EXPECT_EQ(parse({"--replay=x"})->replay, "x");
    EXPECT_EQ(parse({"-Dh"})->task, Task::help);
    EXPECT_EQ(parse({"--version", "--nonsense"})->task, Task::version);
}

TEST(UpsmonOptions, SayWhatIsWrong)
{
    const auto error = [](std::vector<std::string> words) { return parse(std::move(words)).error().what; };
    EXPECT_EQ(error({"-z"}), "Error: unknown option -z or missing argument\n" + usage());
    EXPECT_EQ(error({"-u"}), "Error: unknown option -u or missing argument\n" + usage());
    EXPECT_EQ(error({"--chek"}), "Error: unknown option --chek or missing argument\n" + usage());
    EXPECT_EQ(error({"-P", "1"}), "Error: invalid PID: 1");
    EXPECT_EQ(error({"-P", "12x"}), "Error: invalid PID: 12x");
    EXPECT_EQ(error({"-j"}), "Error: -j belongs to --status or --plan");
    EXPECT_EQ(error({"--check", "--record", "x"}), "Error: --record belongs to an upsmon that watches");
}

TEST(UpsmonOptions, TakeTheDebugLevelOfTheEnvironmentWithoutStayingInTheForeground)
{
    ::setenv("NUT_DEBUG_LEVEL", "3", 1); // NOLINT(concurrency-mt-unsafe)
    const auto options = parse({});
    ::unsetenv("NUT_DEBUG_LEVEL"); // NOLINT(concurrency-mt-unsafe)

    EXPECT_EQ(options->debug, 3);
    EXPECT_EQ(options->ground, Ground::background);
}

TEST(UpsmonOptions, HelpTellsOfTheLibraryAndItsTls)
{
    EXPECT_NE(usage().find("Using NUT libupsclient library"), std::string::npos);
}

} // namespace
} // namespace upright::upsmon
