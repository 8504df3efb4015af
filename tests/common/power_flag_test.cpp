#include "common/power_flag/power_flag.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace upright {
namespace {

const power_flag::Boot kBoot{"01234567-89ab-cdef-0123-456789abcdef", 1'000'000, 1'003'600};
const power_flag::Boot kNextBoot{"fedcba98-7654-3210-fedc-ba9876543210", 1'003'660, 1'003'700};
constexpr auto kOurs = "upsmon-shutdown-file\nboot 01234567-89ab-cdef-0123-456789abcdef\n";
constexpr auto kNuts = "upsmon-shutdown-file";

class PowerFlagFile : public testing::Test {
protected:
    // As NUT writes it, at that time; not in memory, where times don't matter.
    void write_without_stamp(std::int64_t when, std::string_view text = kNuts) const
    {
        scratch_.write("killpower", text);
        const timeval time{when, 0};
        const std::array times{time, time};
        ASSERT_EQ(::utimes(path_.c_str(), times.data()), 0);
    }

    test::Scratch scratch_;
    const std::string path_ = scratch_.file("killpower");
};

TEST_F(PowerFlagFile, CountsInTheBootItWasSetIn)
{
    EXPECT_EQ(power_flag::look(path_, kBoot), PowerFlag::not_set);

    ASSERT_TRUE(power_flag::set(path_, kBoot));

    EXPECT_EQ(scratch_.read("killpower"), kOurs);
    EXPECT_EQ(power_flag::look(path_, kBoot), PowerFlag::set);
    EXPECT_EQ(power_flag::look(path_, kNextBoot), PowerFlag::stale);
    struct stat about {};
    ASSERT_EQ(::stat(path_.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 022U, 0U) << "others may look, not write";
}

TEST_F(PowerFlagFile, IsStampedWithTheBootThatTheKernelNames)
{
    const auto boot = power_flag::this_boot();
    EXPECT_EQ(boot.id.size(), 36U);
    EXPECT_GT(boot.started, 1'000'000'000);
    EXPECT_LE(boot.started, boot.now);

    ASSERT_TRUE(power_flag::set(path_));

    EXPECT_EQ(power_flag::look(path_), PowerFlag::set);
}

TEST_F(PowerFlagFile, IsClearedIfItIsUpsmons)
{
    EXPECT_TRUE(power_flag::clear(path_)) << "none there";
    ASSERT_TRUE(power_flag::set(path_, kBoot));
    EXPECT_TRUE(power_flag::clear(path_));
    EXPECT_FALSE(fs::exists(path_));
    scratch_.write("killpower", kNuts);
    EXPECT_TRUE(power_flag::clear(path_)) << "NUT's";
    EXPECT_FALSE(fs::exists(path_));
}

TEST_F(PowerFlagFile, OfNutCountsIfItWasWrittenInThisBoot)
{
    struct Case {
        std::int64_t written;
        PowerFlag expected;
    };
    // clang-format off
    const std::array cases{Case{999'999, PowerFlag::stale},
                           Case{1'000'000, PowerFlag::set},
                           Case{1'003'600, PowerFlag::set},
                           Case{1'003'601, PowerFlag::stale}}; // the clock was ahead then, or is behind now
    // clang-format on
    for (const auto& [when, expected] : cases) {
        write_without_stamp(when);
        EXPECT_EQ(power_flag::look(path_, kBoot), expected) << when;
    }
    EXPECT_EQ(power_flag::look(path_, {kBoot.id, 0, kBoot.now}), PowerFlag::stale) << "no known start";
}

TEST_F(PowerFlagFile, OfTheFormerBootIsStaleThoughTheClockStoodStillInBetween)
{
    // No battery in the clock: it goes on where it was saved at the shutdown, seconds after the flag.
    write_without_stamp(1'003'650);

    EXPECT_EQ(power_flag::look(path_, kNextBoot), PowerFlag::stale);
}

TEST_F(PowerFlagFile, WithoutStampCountsInMemoryWhateverTheClockSays)
{
    const auto path = "/dev/shm/upright-power-flag-" + std::to_string(getpid());
    ASSERT_TRUE(power_flag::set(path, {"", 0, 0})); // no boot id to be had

    EXPECT_EQ(power_flag::look(path, kBoot), PowerFlag::set);

    EXPECT_TRUE(power_flag::clear(path));
}

TEST_F(PowerFlagFile, WithATornStampIsOneWithoutStamp)
{
    for (const std::size_t length : {20U, 21U, 26U, 30U, 62U}) {
        write_without_stamp(999'000, std::string_view(kOurs).substr(0, length));
        EXPECT_EQ(power_flag::look(path_, kBoot), PowerFlag::stale) << length;
    }
}

TEST_F(PowerFlagFile, OfSomebodyElseIsLeftAlone)
{
    for (const auto* const text : {"", "upsmon-shutdown-fil", "root:x:0:0", " upsmon-shutdown-file"}) {
        scratch_.write("killpower", text);
        EXPECT_EQ(power_flag::look(path_, kBoot), PowerFlag::foreign) << text;
        EXPECT_FALSE(power_flag::clear(path_)) << text;
        EXPECT_EQ(scratch_.read("killpower"), text);
        if (*text != '\0') {
            EXPECT_FALSE(power_flag::set(path_, kBoot)) << text;
            EXPECT_EQ(scratch_.read("killpower"), text);
        }
    }
    scratch_.write("killpower", "");
    EXPECT_TRUE(power_flag::set(path_, kBoot)) << "nothing is lost with an empty file";
    EXPECT_EQ(power_flag::look(path_, kBoot), PowerFlag::set);
}

TEST_F(PowerFlagFile, WhereAnybodyMayWriteCountsOnlyIfItIsOursOrRoots)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can give a file away";
    constexpr uid_t kSomebody = 65534;
    ASSERT_TRUE(power_flag::set(path_, kBoot));
    ASSERT_EQ(::chown(path_.c_str(), kSomebody, kSomebody), 0);

    fs::permissions(scratch_.path(), fs::perms(01777));
    EXPECT_EQ(power_flag::look(path_, kBoot), PowerFlag::foreign);
    fs::permissions(scratch_.path(), fs::perms(0770)); // of upsmon's group
    EXPECT_EQ(power_flag::look(path_, kBoot), PowerFlag::set);
    fs::permissions(scratch_.path(), fs::perms(01777));
    ASSERT_EQ(::chown(path_.c_str(), 0, 0), 0);
    EXPECT_EQ(power_flag::look(path_, kBoot), PowerFlag::set);
}

TEST_F(PowerFlagFile, IsNeverALinkAFolderOrAPipe)
{
    scratch_.write("precious", kNuts);
    fs::create_symlink(scratch_.file("precious"), path_);
    EXPECT_EQ(power_flag::look(path_, kBoot), PowerFlag::foreign);
    EXPECT_FALSE(power_flag::clear(path_));
    EXPECT_TRUE(power_flag::set(path_, kBoot)) << "takes the link's place";
    EXPECT_EQ(scratch_.read("precious"), kNuts);
    EXPECT_EQ(scratch_.read("killpower"), kOurs);

    EXPECT_EQ(power_flag::look(scratch_.path(), kBoot), PowerFlag::foreign);
    EXPECT_FALSE(power_flag::set(scratch_.path(), kBoot));
    EXPECT_FALSE(power_flag::clear(scratch_.path()));
    const auto pipe = scratch_.file("pipe");
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_EQ(power_flag::look(pipe, kBoot), PowerFlag::foreign);
    EXPECT_FALSE(power_flag::clear(pipe));
}

TEST_F(PowerFlagFile, IsWrittenInPlaceWhereTheFolderTakesNoOtherFile)
{
    scratch_.write("keep", "");
    fs::create_directories(path_ + ".new/in the way");

    EXPECT_TRUE(power_flag::set(path_, kBoot));
    EXPECT_EQ(scratch_.read("killpower"), kOurs);
    EXPECT_TRUE(power_flag::set(path_, kNextBoot)) << "over the old one";
    EXPECT_EQ(power_flag::look(path_, kNextBoot), PowerFlag::set);

    scratch_.write("precious", kNuts);
    ASSERT_TRUE(power_flag::clear(path_));
    fs::create_hard_link(scratch_.file("precious"), path_);
    EXPECT_FALSE(power_flag::set(path_, kBoot)) << "the other name may be anybody's";
    EXPECT_EQ(scratch_.read("precious"), kNuts);
    ASSERT_TRUE(fs::remove(path_));
    fs::create_symlink(scratch_.file("precious"), path_);
    EXPECT_FALSE(power_flag::set(path_, kBoot));
    EXPECT_EQ(scratch_.read("precious"), kNuts);
}

TEST_F(PowerFlagFile, LeavesNothingBehindOnAFullDisk)
{
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit full{30, before.rlim_max}; // behind NUT's text, in the middle of the stamp
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
    const auto fresh = power_flag::set(path_, kBoot);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);

    ASSERT_FALSE(fresh);
    EXPECT_EQ(fresh.error().code, std::errc::no_space_on_device);
    EXPECT_TRUE(fs::is_empty(scratch_.path()));
}

TEST_F(PowerFlagFile, SaysWhyItCannotBeSet)
{
    const auto set = power_flag::set(scratch_.file("no/such/folder"), kBoot);

    ASSERT_FALSE(set);
    EXPECT_EQ(to_string(set.error()), "Can't set the power down flag " + scratch_.file("no/such/folder")
                                          + ": No such file or directory");
    EXPECT_EQ(power_flag::look(scratch_.file("no/such/folder"), kBoot), PowerFlag::not_set);
}

TEST_F(PowerFlagFile, TakesNoBootIdThatIsNone)
{
    fs::create_directories(scratch_.file("sys/kernel/random"));
    scratch_.write("sys/kernel/random/boot_id", "not an id\n");
    scratch_.write("stat", "cpu  1 2 3\nbtime 1000000\nprocesses 5\n");

    const auto boot = power_flag::this_boot(scratch_.path());

    EXPECT_EQ(boot.id, "");
    EXPECT_EQ(boot.started, 1'000'000);
    scratch_.write("killpower", "upsmon-shutdown-file\nboot \n");
    EXPECT_EQ(power_flag::look(path_, boot), PowerFlag::stale) << "two unknown boots are not the same";
}

} // namespace
} // namespace upright
