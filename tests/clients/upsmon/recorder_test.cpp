#include "clients/upsmon/record/play.hpp"
#include "clients/upsmon/record/recorder.hpp"
#include "clients/upsmon/record/replay.hpp"

#include "tests/support/process.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace upright::upsmon {
namespace {

Policy one_ups()
{
    Policy policy;
    policy.feeds.push_back({"desk@localhost", 1, true, {}});
    return policy;
}

Observation reads(int second, std::string status)
{
    return {std::chrono::seconds(second), 0, Reading{std::move(status), {}, {}, {}, {}}};
}

// An upsmon without the rest of it.
struct Recorded {
    explicit Recorded(const std::string& path, std::size_t largest = Recorder::kLargest)
        : decision(one_ups()), recorder(*Recorder::open(path, one_ups(), largest))
    {
    }

    void take(const Observation& observation) { recorder->take(observation, decision.take(observation)); }

    Decision decision;
    std::unique_ptr<Recorder> recorder;
};

struct Printed {
    int code = 0;
    std::string out;
    std::string err;
};

Printed replayed(const std::string& path)
{
    Printed printed;
    char* out = nullptr;
    char* err = nullptr;
    std::size_t out_size = 0;
    std::size_t err_size = 0;
    auto* const to_out = ::open_memstream(&out, &out_size);
    auto* const to_err = ::open_memstream(&err, &err_size);
    printed.code = replay(path, to_out, to_err);
    std::fclose(to_out);
    std::fclose(to_err);
    printed.out.assign(out, out_size);
    printed.err.assign(err, err_size);
    std::free(out);
    std::free(err);
    return printed;
}

TEST(Recorder, WritesWhatCanBePlayedAgain)
{
    const test::Scratch scratch;
    const auto path = scratch.file("outage.txt");
    Recorded host(path);
    host.take(reads(0, "OL"));
    host.take(reads(5, "OB LB"));
    host.take({std::chrono::seconds(6), 0, FsdAnswer{true, {}}});

    const auto printed = replayed(path);

    EXPECT_EQ(printed.err, "");
    EXPECT_EQ(printed.code, 0);
    EXPECT_EQ(printed.out,
              "5.000 desk@localhost reads \"OB LB\"\n"
              "    > notify ONBATT desk@localhost\n"
              "    > notify LOWBATT desk@localhost\n"
              "    > log warning \"UPS [desk@localhost] is critical: on battery and low\"\n"
              "    > log error \"Too few UPS(es) are healthy (0<1), initiating forced shutdown\"\n"
              "    > set-fsd desk@localhost\n"
              "6.000 desk@localhost fsd-set\n"
              "    > notify FSD desk@localhost\n"
              "    > ask-logins desk@localhost\n"
              "\n"
              "A shutdown had begun, and was still waiting, at 6.000 s.\n"
              "    desk@localhost (power value 1): critical: on battery and low\n");
}

TEST(Recorder, OnlyItsOwnerMayReadIt)
{
    const test::Scratch scratch;
    const auto path = scratch.file("outage.txt");
    Recorded host(path);
    struct stat file {};
    ASSERT_EQ(::stat(path.c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777U, 0600U);
}

TEST(Recorder, WritesAtOnceWhenSomethingIsDoneAndElseEachFewSeconds)
{
    const test::Scratch scratch;
    const auto path = scratch.file("outage.txt");
    Recorded host(path);
    const auto size = [&] { return std::filesystem::file_size(path); };
    const auto begin = size();
    host.take(reads(1, "OL"));
    EXPECT_EQ(size(), begin);
    host.take(reads(2, "OB"));
    const auto after_event = size();
    EXPECT_GT(after_event, begin);
    host.take(reads(4, "OB"));
    EXPECT_EQ(size(), after_event);
    host.take(reads(5, "OB"));
    EXPECT_GT(size(), after_event);
}

TEST(Recorder, KeepsTheFilesOfEarlierRuns)
{
    const test::Scratch scratch;
    const auto path = scratch.file("outage.txt");
    for (int run = 0; run < 7; ++run) {
        Recorded host(path);
        host.take(reads(run, "OL"));
    }
    const auto second_of = [&](const std::string& file) {
        const auto recording = parse_recording(file, *read_file(file));
        return std::get<Entry>(recording.value.parts.at(1)).observation.at.count() / 1000;
    };
    EXPECT_EQ(second_of(path), 6);
    EXPECT_EQ(second_of(path + ".1"), 5);
    EXPECT_EQ(second_of(path + ".4"), 2);
    EXPECT_FALSE(std::filesystem::exists(path + ".5"));
}

TEST(Recorder, AFullFileIsContinuedInOneThatCanBePlayedAlone)
{
    const test::Scratch scratch;
    const auto path = scratch.file("outage.txt");
    constexpr std::size_t kLargest = 2000;
    {
        Recorded host(path, kLargest);
        host.take({{}, 0, LoggedIn{}});
        host.take(reads(0, "OL TRIM"));
        host.take({std::chrono::seconds(1), 0, Silence{"Data stale"}});
        for (int second = 2; std::filesystem::exists(path + ".1") == false; ++second)
            host.take({std::chrono::seconds(second), 0, Tick{}});
        host.take(reads(500, "OL"));
    }
    EXPECT_LE(std::filesystem::file_size(path + ".1"), kLargest);
    EXPECT_EQ(replayed(path + ".1").code, 0);
    const auto printed = replayed(path);
    EXPECT_EQ(printed.code, 0) << printed.err;
    EXPECT_NE(printed.out.find("notify TRIM"), std::string::npos);
    EXPECT_NE(printed.out.find("notify COMMBAD"), std::string::npos);
    EXPECT_NE(printed.out.find("notify COMMOK"), std::string::npos);
}

TEST(Recorder, AReloadIsRecorded)
{
    const test::Scratch scratch;
    const auto path = scratch.file("outage.txt");
    Recorded host(path);
    host.take(reads(0, "OB"));
    const auto size = std::filesystem::file_size(path);
    host.recorder->adopt(one_ups()); // as it was
    EXPECT_EQ(std::filesystem::file_size(path), size);
    auto policy = one_ups();
    policy.feeds.push_back({"other@localhost", 0, false, {}});
    host.recorder->adopt(policy);
    host.decision.adopt(policy);
    host.take({std::chrono::seconds(5), 1, Reading{"OB", {}, {}, {}, {}}});
    EXPECT_EQ(replayed(path).code, 0);
}

TEST(Recorder, RefusesWhatIsNoPlainFile)
{
    const test::Scratch scratch;
    EXPECT_FALSE(Recorder::open(scratch.file("."), one_ups()));
    EXPECT_FALSE(Recorder::open(scratch.file("no/such/folder"), one_ups()));
    const auto link = scratch.file("link");
    std::filesystem::create_symlink("elsewhere", link);
    EXPECT_FALSE(Recorder::open(link, one_ups()));
    EXPECT_FALSE(std::filesystem::exists(scratch.file("elsewhere")));
}

TEST(Recorder, AFullDiskEndsTheRecordingAndNothingElse)
{
    const test::Scratch scratch;
    const auto path = scratch.file("outage.txt");
    Recorded host(path);
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit full{std::filesystem::file_size(path), before.rlim_max};
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &full);
    testing::internal::CaptureStderr();
    host.take(reads(0, "OB"));
    host.take(reads(5, "OL"));
    const auto log = testing::internal::GetCapturedStderr();
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);

    EXPECT_FALSE(host.recorder->recording());
    EXPECT_EQ(log, "Nothing is recorded any more: " + path + ": File too large\n");
}

// ---- replay --------------------------------------------------------------------------------------------

TEST(Replay, ShowsTheFirstDifference)
{
    const test::Scratch scratch;
    const auto path = scratch.file("outage.txt");
    std::ofstream(path) << "policy\nMONITOR desk 1 - - primary\nend\n"
                           "0 desk reads OB\n"
                           "> notify ONBATT desk\n"
                           "5 desk reads \"OB LB\"\n"
                           "> notify LOWBATT desk\n"
                           "> notify REPLBATT desk\n"
                           "20 - tick\n";
    const auto printed = replayed(path);
    EXPECT_EQ(printed.code, 1);
    EXPECT_EQ(printed.err,
              path
                  + ":8: upsmon does something else now\n"
                    "  recorded: > notify REPLBATT desk\n"
                    "  now:      > log warning \"UPS [desk] is critical: on battery and low\"\n");
}

TEST(Replay, PlaysWhatHasNoActionsAndTellsOfEachUps)
{
    const test::Scratch scratch;
    const auto path = scratch.file("what-if.txt");
    std::ofstream(path) << "policy\n"
                           "MONITOR desk 1 - - primary\nMONITOR left 1 - - primary\n"
                           "MONITOR right 1 - - primary\nMONITOR new 1 - - primary\n"
                           "end\n"
                           "0 desk reads OL\n0 left reads OB\n0 right reads \"OB LB\"\n60 - tick\n";
    const auto printed = replayed(path);
    EXPECT_EQ(printed.err, "");
    EXPECT_EQ(printed.code, 0);
    EXPECT_NE(printed.out.find("\nNo shutdown at 60.000 s.\n"
                               "    desk (power value 1): good\n"
                               "    left (power value 1): not critical: on battery\n"
                               "    right (power value 1): critical: on battery and low\n"
                               "    new (power value 1): never heard of, which counts as good\n"),
              std::string::npos)
        << printed.out;
}

TEST(Replay, SaysWhenAndWhyItWasShutDown)
{
    const test::Scratch scratch;
    const auto path = scratch.file("what-if.txt");
    std::ofstream(path) << "policy\nMONITOR desk 1 - - primary\nend\n0 desk reads \"OB LB\"\n60 - tick\n";
    const auto printed = replayed(path);
    EXPECT_EQ(printed.code, 0);
    EXPECT_TRUE(printed.out.ends_with("\nShut down at 30.000 s: UPS [desk]: on battery and low\n"))
        << printed.out;
}

TEST(Replay, RefusesWhatCannotBeRead)
{
    const test::Scratch scratch;
    const auto path = scratch.file("no.txt");
    EXPECT_EQ(replayed(path).code, 1);
    EXPECT_EQ(replayed(path).err, path + ": No such file or directory\n");
    std::ofstream(path) << "hello\n";
    const auto printed = replayed(path);
    EXPECT_EQ(printed.code, 1);
    EXPECT_EQ(printed.err, path + ":1:1: error: a recording begins with a policy\n");
}

TEST(Replay, EndsHoweverMuchIsDue)
{
    const test::Scratch scratch;
    const auto path = scratch.file("long.txt");
    std::ofstream(path)
        << "policy\nMONITOR desk 1 - - primary\nRBWARNTIME 0\nPOLLFREQ 0\nMINSUPPLIES 0\nend\n"
           "0 desk reads \"OL RB\"\n9999999999 - tick\n";
    const auto printed = replayed(path);
    EXPECT_EQ(printed.code, 1);
    EXPECT_EQ(printed.err, path + ": more was due than can be played; the rest was left out\n");
}

} // namespace
} // namespace upright::upsmon
