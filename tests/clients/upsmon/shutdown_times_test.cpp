#include "clients/upsmon/plan/shutdown_times.hpp"
#include "tests/support/process.hpp"

#include <gmock/gmock.h>

#include <cstring>
#include <fstream>
#include <utmpx.h>

namespace upright::upsmon {
namespace {

using test::Scratch;
using testing::ElementsAre;
using testing::IsEmpty;

void add_record(const std::string& wtmp, short type, std::string_view user, std::int64_t at)
{
    utmpx record{};
    record.ut_type = type;
    user.copy(record.ut_user, sizeof record.ut_user);
    record.ut_tv.tv_sec = static_cast<decltype(record.ut_tv.tv_sec)>(at);
    std::ofstream(wtmp, std::ios::app).write(reinterpret_cast<const char*>(&record), sizeof record);
}

TEST(ShutdownTimes, AreLearntFromTheSystemsOwnRecord)
{
    const Scratch scratch;
    const auto path = scratch.file("var/upsmon-shutdowns");
    const auto wtmp = scratch.file("wtmp");
    add_record(wtmp, BOOT_TIME, "reboot", 500);
    add_record(wtmp, RUN_LVL, "shutdown", 900); // an earlier one
    add_record(wtmp, BOOT_TIME, "reboot", 950);

    ASSERT_TRUE(ShutdownTimes::note_begin(path, 1000, "boot-1"));
    add_record(wtmp, RUN_LVL, "shutdown", 1042);
    add_record(wtmp, BOOT_TIME, "reboot", 1100);
    const auto ended = went_down(wtmp, ShutdownTimes::load(path).begun()->at);
    ASSERT_TRUE(ShutdownTimes::note_end(path, "boot-2", ended));

    const auto learnt = ShutdownTimes::load(path);
    EXPECT_THAT(learnt.seen(), ElementsAre(42));
    EXPECT_FALSE(learnt.begun());
    EXPECT_EQ(learnt.longest(), 42);
}

TEST(ShutdownTimes, AreNotLearntFromWhatWasNoShutdown)
{
    const Scratch scratch;
    const auto path = scratch.file("upsmon-shutdowns");
    const auto wtmp = scratch.file("wtmp");
    add_record(wtmp, BOOT_TIME, "reboot", 1100); // the power went instead
    EXPECT_FALSE(went_down(wtmp, 1000));
    EXPECT_FALSE(went_down(scratch.file("none"), 1000));
    EXPECT_FALSE(went_down(scratch.path(), 1000));

    ASSERT_TRUE(ShutdownTimes::note_begin(path, 1000, "boot-1"));
    ASSERT_TRUE(ShutdownTimes::note_end(path, "boot-1", 1042)); // upsmon was only started again
    EXPECT_TRUE(ShutdownTimes::load(path).begun());
    ASSERT_TRUE(ShutdownTimes::note_end(path, "boot-2", 10000)); // hours later
    EXPECT_THAT(ShutdownTimes::load(path).seen(), IsEmpty());
    ASSERT_TRUE(ShutdownTimes::note_begin(path, 1000, "boot-2"));
    ASSERT_TRUE(ShutdownTimes::note_end(path, "boot-3", std::nullopt));
    EXPECT_THAT(ShutdownTimes::load(path).seen(), IsEmpty());
    EXPECT_FALSE(ShutdownTimes::load(path).longest());
}

TEST(ShutdownTimes, KeepTheLastTwentyAndOutliveNonsense)
{
    const Scratch scratch;
    const auto path = scratch.file("upsmon-shutdowns");
    for (int i = 0; i < 30; ++i) {
        ASSERT_TRUE(ShutdownTimes::note_begin(path, 1000, "a"));
        ASSERT_TRUE(ShutdownTimes::note_end(path, "b", 1100 - i));
    }
    EXPECT_EQ(ShutdownTimes::load(path).seen().size(), ShutdownTimes::kMost);
    EXPECT_EQ(ShutdownTimes::load(path).longest(), 90);

    scratch.write("broken", "took x\ntook -5\ntook 99999999\nbegun\nbegun x y\n\"");
    const auto broken = ShutdownTimes::load(scratch.file("broken"));
    EXPECT_THAT(broken.seen(), IsEmpty());
    EXPECT_FALSE(broken.begun());
}

} // namespace
} // namespace upright::upsmon
