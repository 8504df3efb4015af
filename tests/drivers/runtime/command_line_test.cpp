// The command line that every driver has, message by message.
#include "drivers/runtime/command_line.hpp"

#include <cstdlib>
#include <gmock/gmock.h>

namespace upright {
namespace {

Result<CommandLine> parse(std::vector<std::string> words)
{
    words.insert(words.begin(), "driver");
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    return parse_command_line(static_cast<int>(words.size()), argv.data());
}

std::string complaint(const std::vector<std::string>& words)
{
    const auto line = parse(words);
    return line ? "<accepted>" : line.error().what;
}

TEST(DriverCommandLine, TakesEveryOption)
{
    const auto line =
        parse({"-a", "one", "-x", "mode=a=b", "-x", "flag", "-x", "empty=", "-i",  "7",    "-d", "3",
               "-P", "123", "-r", "/jail",    "-u", "nut",  "-g", "ups",    "-DD", "-qqq", "-k"});

    ASSERT_TRUE(line) << line.error().what;
    EXPECT_EQ(line->section, "one");
    EXPECT_EQ(line->ups(), "one");
    using Extra = std::pair<std::string, std::optional<std::string>>;
    EXPECT_THAT(line->extra,
                testing::ElementsAre(Extra{"mode", "a=b"}, Extra{"flag", std::nullopt}, Extra{"empty", ""}));
    EXPECT_EQ(line->poll_interval, 7);
    EXPECT_EQ(line->dump_loops, 3);
    EXPECT_EQ(line->pid, 123);
    EXPECT_EQ(line->chroot, "/jail");
    EXPECT_EQ(line->user, "nut");
    EXPECT_EQ(line->group, "ups");
    EXPECT_EQ(line->debug, 2);
    EXPECT_EQ(line->quiet, 3);
    EXPECT_TRUE(line->kill_power);
    EXPECT_EQ(parse({"-s", "free"})->ups(), "free");
}

TEST(DriverCommandLine, ChoosesTheGround) // Trap 68
{
    const auto ground = [](std::vector<std::string> words) {
        words.insert(words.begin(), {"-a", "u"});
        return parse(words)->ground;
    };

    EXPECT_EQ(ground({}), Ground::background);
    EXPECT_EQ(ground({"-F"}), Ground::foreground);
    EXPECT_EQ(ground({"-FF"}), Ground::foreground_with_pid_file);
    EXPECT_EQ(ground({"-D"}), Ground::foreground);
    EXPECT_EQ(ground({"-D", "-B"}), Ground::background);
    EXPECT_EQ(ground({"-D", "-FF"}), Ground::foreground_with_pid_file);
    EXPECT_EQ(ground({"-d", "1"}), Ground::foreground);
    EXPECT_EQ(ground({"-k"}), Ground::foreground);
}

TEST(DriverCommandLine, SaysWhatNutsDriversSay)
{
    struct Case {
        std::vector<std::string> words;
        std::string_view complaint;
    };
    constexpr std::string_view kMandatory =
        "Error: specifying '-a id' or '-s id' is now mandatory. Try -h for help.";
    constexpr std::string_view kExclusive =
        "Error: options '-a id' and '-s id' are mutually exclusive and single-use only.";
    constexpr std::string_view kTell = "Error: unknown argument to option -c. Try -h for help.";

    for (const auto& c :
         std::vector<Case>{{{}, kMandatory},
                           {{"-F"}, kMandatory},
                           {{"-a", "one", "-s", "two"}, kExclusive},
                           {{"-a", "one", "-a", "two"}, kExclusive},
                           {{"-s", "one", "-s", "one"}, kExclusive},
                           {{"-a", "one", "stray"}, "Error: too many non-option arguments. Try -h for help."},
                           {{"stray", "-a", "one"}, "Error: too many non-option arguments. Try -h for help."},
                           {{"-a", "one", "-c", "relo"}, kTell}, // D3: whole words only
                           {{"-a", "one", "-c", "reload-or"}, kTell},
                           {{"-a", "one", "-c", ""}, kTell},
                           {{"-a", "one", "-i", "0"}, "Error: invalid pollinterval: 0"},
                           {{"-a", "one", "-i", "-3"}, "Error: invalid pollinterval: -3"},
                           {{"-a", "one", "-i", "2s"}, "Error: invalid pollinterval: 2s"},
                           {{"-a", "one", "-i", "99999999999"}, "Error: invalid pollinterval: 99999999999"},
                           {{"-a", "one", "-d", "0"}, "Error: invalid dump count: 0"},
                           {{"-a", "one", "-P", "x"}, "Error: invalid PID: x"},
                           {{"-a"}, "Error: option -a needs an argument. Try -h for help."},
                           {{"-a", "one", "--chek"}, "Error: unknown option --chek. Try -h for help."},
                           {{"-a", "one", "--check=x"}, "Error: unknown option --check=x. Try -h for help."},
                           {{"--check"}, kMandatory},
                           {{"-a", "one", "-z"}, "Error: unknown option -z. Try -h for help."}})
        EXPECT_EQ(complaint(c.words), c.complaint) << testing::PrintToString(c.words);
}

TEST(DriverCommandLine, KnowsTheWordsForTheRunningDriver) // D3
{
    for (const auto* const word :
         {"reload", "reload-or-error", "reload-or-restart", "reload-or-exit", "exit", "dump"})
        EXPECT_EQ(parse({"-a", "one", "-c", word})->tell, word);
}

TEST(DriverCommandLine, TakesCheck)
{
    EXPECT_TRUE(parse({"-a", "one", "--check"})->check);
    EXPECT_FALSE(parse({"-a", "one"})->check);
}

TEST(DriverCommandLine, NeedsNoUpsToInform)
{
    EXPECT_TRUE(parse({"-h"})->help);
    EXPECT_TRUE(parse({"-V"})->version);
    EXPECT_TRUE(parse({"-L"})->list_options);
}

TEST(DriverCommandLine, TakesTheDebugLevelFromTheEnvironmentWithoutStayingInTheForeground)
{
    ::setenv("NUT_DEBUG_LEVEL", "3", 1); // NOLINT(concurrency-mt-unsafe)
    const auto plain = parse({"-a", "u"});
    const auto given = parse({"-a", "u", "-D"});
    ::setenv("NUT_DEBUG_LEVEL", "-5", 1); // NOLINT(concurrency-mt-unsafe)
    const auto negative = parse({"-a", "u"});
    ::unsetenv("NUT_DEBUG_LEVEL"); // NOLINT(concurrency-mt-unsafe)

    EXPECT_EQ(plain->debug, 3);
    EXPECT_EQ(plain->ground, Ground::background);
    EXPECT_EQ(given->debug, 1);
    EXPECT_EQ(negative->debug, 0);
}

TEST(DriverCommandLine, IsExplained)
{
    const auto text = driver_usage("dummy-ups");

    EXPECT_TRUE(text.starts_with("usage: dummy-ups (-a <id>|-s <id>) [OPTIONS]\n"));
    for (const char option : std::string("asxidkcPLDFBqrugVh"))
        EXPECT_NE(text.find(std::string("  -") + option), text.npos) << option;
}

} // namespace
} // namespace upright
