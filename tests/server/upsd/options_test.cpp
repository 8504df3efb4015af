// upsd's command line.
#include "server/upsd/options.hpp"

#include <cstdlib>
#include <gmock/gmock.h>

namespace upright::upsd {
namespace {

Result<Options> parse(std::vector<std::string> words)
{
    words.insert(words.begin(), "upsd");
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    return parse_options(static_cast<int>(words.size()), argv.data());
}

TEST(UpsdOptions, ChooseTheGround) // Trap 68
{
    EXPECT_EQ(parse({})->ground, Ground::background);
    EXPECT_EQ(parse({"-F"})->ground, Ground::foreground);
    EXPECT_EQ(parse({"-FF"})->ground, Ground::foreground_with_pid_file);
    EXPECT_EQ(parse({"-F", "-F"})->ground, Ground::foreground_with_pid_file);
    EXPECT_EQ(parse({"-D"})->ground, Ground::foreground);
    EXPECT_EQ(parse({"-D", "-B"})->ground, Ground::background);
}

TEST(UpsdOptions, TakeTheRest)
{
    const auto options = parse({"-4", "-DDD", "-qq", "-r", "/jail", "-u", "nut"});

    ASSERT_TRUE(options);
    EXPECT_EQ(options->family, Family::v4);
    EXPECT_EQ(options->debug, 3);
    EXPECT_EQ(options->quiet, 2);
    EXPECT_EQ(options->chroot, "/jail");
    EXPECT_EQ(options->user, "nut");
    EXPECT_EQ(parse({"-6"})->family, Family::v6);
    EXPECT_TRUE(parse({"-h"})->help);
    EXPECT_TRUE(parse({"-V"})->version);
}

TEST(UpsdOptions, TellTheRunningOne) // Trap 67
{
    EXPECT_EQ(parse({"-c", "reload"})->tell, Options::Tell::reload);
    EXPECT_EQ(parse({"-c", "stop", "-P", "123"})->tell, Options::Tell::stop);
    EXPECT_EQ(parse({"-c", "stop", "-P", "123"})->pid, 123);
    EXPECT_EQ(parse({"-c", "rel"})->tell, Options::Tell::reload);
    EXPECT_TRUE(parse({"-c", "fsd"}).error().what.starts_with("Error: unknown argument to option -c: fsd\n"));
    EXPECT_TRUE(parse({"-c", ""}).error().what.starts_with("Error: unknown argument to option -c: \n"));
    EXPECT_EQ(parse({"-P", "1"}).error().what, "Error: invalid PID: 1");
    EXPECT_EQ(parse({"-P", "x"}).error().what, "Error: invalid PID: x");
}

TEST(UpsdOptions, RefuseWhatIsUnknownOrObsolete)
{
    EXPECT_TRUE(parse({"-z"}).error().what.starts_with("Error: unknown option -z or missing argument\n"));
    EXPECT_TRUE(parse({"-u"}).error().what.starts_with("Error: unknown option -u or missing argument\n"));
    for (const auto* const old : {"-p", "-i"})
        EXPECT_TRUE(
            parse({old, "x"})
                .error()
                .what.starts_with("Specifying a listening addresses with '-i <address>' and '-p <port>'"));
}

TEST(UpsdOptions, TakeTheDebugLevelFromTheEnvironmentWithoutStayingInTheForeground)
{
    ::setenv("NUT_DEBUG_LEVEL", "4", 1); // NOLINT(concurrency-mt-unsafe)
    const auto plain = parse({});
    const auto given = parse({"-D"});
    ::unsetenv("NUT_DEBUG_LEVEL"); // NOLINT(concurrency-mt-unsafe)

    EXPECT_EQ(plain->debug, 4);
    EXPECT_EQ(plain->ground, Ground::background);
    EXPECT_EQ(given->debug, 1);
}

} // namespace
} // namespace upright::upsd
