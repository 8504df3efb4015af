#include "clients/upslog/options.hpp"

#include "clients/upslog/format.hpp"
#include "tests/support/arguments.hpp"

#include <gtest/gtest.h>

namespace upright::upslog {
namespace {

Result<Options> parse(std::vector<std::string> words)
{
    test::Arguments arguments("upslog", std::move(words));
    return parse_options(arguments.count(), arguments.values());
}

std::string targets(const Options& options)
{
    std::string text;
    for (const auto& target : options.targets)
        text += target.ups + ">" + target.file + " ";
    return text;
}

TEST(UpslogOptions, TakeOneUpsAndItsFile)
{
    const auto options = parse({"-s", "u@h", "-l", "/x"});

    ASSERT_TRUE(options);
    EXPECT_EQ(targets(*options), "u@h>/x ");
    EXPECT_EQ(options->interval, std::chrono::seconds(30));
    EXPECT_EQ(options->format, kDefaultFormat);
    EXPECT_EQ(options->ground, Ground::background);
    EXPECT_EQ(options->pid_base, "upslog");
    EXPECT_FALSE(options->rounds || options->user);
}

TEST(UpslogOptions, TakeAnyNumberOfPairs)
{
    const auto options = parse({"-m", "*@h,-", "-m", "*,/x", "-s", "u",  "-l", "/y", "-N", "-d",  "3",
                                "-i", "7",     "-p", "mine", "-u", "me", "-W", "1",  "-A", "none"});

    ASSERT_TRUE(options);
    EXPECT_EQ(targets(*options), "*@h>- *>/x u>/y ");
    EXPECT_EQ(options->ground, Ground::background); // - of -m implies nothing
    EXPECT_EQ(options->format, std::string(kHostPrefix) + kDefaultFormat);
    EXPECT_EQ(options->rounds, 3);
    EXPECT_EQ(options->interval, std::chrono::seconds(7));
    EXPECT_EQ(options->pid_base + *options->user, "mineme");
}

TEST(UpslogOptions, TakeTheOldWords)
{
    const auto plain = parse({"u", "/x", "5"});
    const auto full = parse({"-N", "u", "-", "5s", "%PID%", "-f", "a b"});

    ASSERT_TRUE(plain && full);
    EXPECT_EQ(targets(*plain), "u>/x ");
    EXPECT_EQ(plain->interval, std::chrono::seconds(5));
    EXPECT_EQ(plain->format, kDefaultFormat);
    EXPECT_EQ(full->format, std::string(kHostPrefix) + "%PID% -f a b ");
    EXPECT_EQ(full->interval, std::chrono::seconds(5));
    EXPECT_EQ(full->ground, Ground::foreground);
}

TEST(UpslogOptions, StayInTheForegroundWhenTheyShould)
{
    const auto ground = [](std::vector<std::string> more) {
        more.insert(more.end(), {"-s", "u", "-l", "/x"});
        return parse(more)->ground;
    };
    EXPECT_EQ(ground({"-F"}), Ground::foreground);
    EXPECT_EQ(ground({"-D"}), Ground::foreground);
    EXPECT_EQ(ground({"-D", "-B"}), Ground::background);
    EXPECT_EQ(parse({"-s", "u", "-l", "-"})->ground, Ground::foreground);
    EXPECT_EQ(parse({"-s", "u", "-l", "-", "-B"})->ground, Ground::background);
}

TEST(UpslogOptions, SayWhatIsWrong)
{
    const auto error = [](std::vector<std::string> words) { return parse(std::move(words)).error().what; };
    const std::string no_tuple = "Argument '-m upsspec,logfile' requires exactly 2 components in the tuple";
    EXPECT_EQ(error({"-z"}), "Error: unknown option -z. Try -h for help.");
    EXPECT_EQ(error({"-s"}), "Error: option -s needs a value. Try -h for help.");
    EXPECT_EQ(error({}), "No UPS defined for monitoring - use -s <system>");
    EXPECT_EQ(error({"-l", "/x"}), "No UPS defined for monitoring - use -s <system>");
    EXPECT_EQ(error({"-m", "u,/x", "-l", "/x"}), "No UPS defined for monitoring - use -s <system>");
    EXPECT_EQ(error({"-s", "u"}), "No filename defined for logging - use -l <file>");
    for (const auto* const tuple : {"u", "u,", ",x", "u,x,y", "", ","})
        EXPECT_EQ(error({"-m", tuple}), no_tuple) << tuple;
    EXPECT_EQ(error({"-i", "0"}), "Error: invalid interval: 0");
    EXPECT_EQ(error({"-i", "-5"}), "Error: invalid interval: -5");
    EXPECT_EQ(error({"-i", "soon"}), "Error: invalid interval: soon");
    EXPECT_EQ(error({"-d", "0"}), "Error: invalid number of rounds: 0");
    EXPECT_EQ(error({"u", "/x"}), "Error: a UPS, a file and an interval belong together. Try -h for help.");
    EXPECT_EQ(error({"u", "/x", "x"}), "Error: invalid interval: x");
}

TEST(UpslogOptions, HelpAndVersionNeedNothing)
{
    EXPECT_EQ(parse({"-Dh"})->task, Options::Task::help);
    EXPECT_EQ(parse({"-V"})->task, Options::Task::version);
    EXPECT_NE(usage().find("Using NUT libupsclient library"), std::string::npos);
}

} // namespace
} // namespace upright::upslog
