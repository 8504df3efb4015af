#include "clients/upscmd/options.hpp"
#include "tests/support/arguments.hpp"

#include <gtest/gtest.h>

namespace upright::upscmd {
namespace {

Result<Options> parse(std::vector<std::string> words)
{
    test::Arguments arguments("upscmd", std::move(words));
    return parse_options(arguments.count(), arguments.values());
}

TEST(UpscmdOptions, TakeACommandWithItsValue)
{
    const auto plain = parse({"u@h", "load.off"});
    const auto full =
        parse({"-w", "-t", "3", "-u", "me", "-j", "-W", "1", "-A", "none", "u", "a.b", "10 s", "more"});

    ASSERT_TRUE(plain && full);
    EXPECT_EQ(plain->mode, Mode::command);
    EXPECT_EQ(plain->target + " " + plain->command, "u@h load.off");
    EXPECT_FALSE(plain->value || plain->wait || plain->login.user || plain->login.password);
    EXPECT_EQ(plain->limit, std::chrono::seconds(10));
    EXPECT_EQ(full->value, "10 s");
    EXPECT_EQ(full->limit, std::chrono::seconds(3));
    EXPECT_EQ(full->login.user, "me");
    EXPECT_TRUE(full->wait && full->json);
    EXPECT_EQ(full->dial.time_limit.value_or("") + full->dial.credentials.value_or(""), "1none");
}

TEST(UpscmdOptions, EmptyValueIsNone)
{
    const auto options = parse({"u", "a.b", ""});

    ASSERT_TRUE(options);
    EXPECT_FALSE(options->value);
}

TEST(UpscmdOptions, ListNeedsAUpsOnly)
{
    const auto options = parse({"-l", "u", "ignored"});

    ASSERT_TRUE(options);
    EXPECT_EQ(options->mode, Mode::list);
    EXPECT_EQ(options->target, "u");
}

TEST(UpscmdOptions, HelpAndVersionNeedNothing)
{
    EXPECT_EQ(parse({"-Dh"})->mode, Mode::help);
    EXPECT_EQ(parse({"-V"})->mode, Mode::version);
    EXPECT_NE(usage().find("Using NUT libupsclient library"), std::string::npos);
}

TEST(UpscmdOptions, PasswordDoesNotStayInTheCommandLine)
{
    for (const bool apart : {true, false}) {
        const auto words = apart ? std::vector<std::string>{"-p", "s3cret", "u", "a.b"}
                                 : std::vector<std::string>{"-ps3cret", "u", "a.b"};
        test::Arguments arguments("upscmd", words);
        const auto options = parse_options(arguments.count(), arguments.values());

        ASSERT_TRUE(options);
        EXPECT_EQ(options->login.password, "s3cret");
        EXPECT_EQ(arguments.word(apart ? 2 : 1), apart ? "xxxxxx" : "-pxxxxxx");
    }
}

TEST(UpscmdOptions, SayWhatIsWrong)
{
    EXPECT_EQ(parse({}).error().what, "a UPS must be named");
    EXPECT_EQ(parse({"-l"}).error().what, "a UPS must be named");
    EXPECT_EQ(parse({"u"}).error().what, "a command must be named; -l shows them");
    EXPECT_EQ(parse({"-z"}).error().what, "unknown option -z");
    EXPECT_EQ(parse({"-u"}).error().what, "option -u needs a value");
    EXPECT_EQ(parse({"-t", "soon", "u", "a.b"}).error().what, "invalid time limit: soon: 0 to 86400 seconds");
}

} // namespace
} // namespace upright::upscmd
