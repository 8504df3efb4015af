#include "clients/upssched/start_lock.hpp"

#include "tests/support/process.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <thread>
#include <unistd.h>

namespace upright::upssched {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

class StartLockTest : public testing::Test {
protected:
    Result<StartLock> take(std::chrono::milliseconds patience = 0ms) const
    {
        return StartLock::take(path_, Clock::now() + patience);
    }

    test::Scratch scratch_;
    std::string path_ = scratch_.file("lock");
};

TEST_F(StartLockTest, IsAFileThatGoesWithItsHolder)
{
    EXPECT_FALSE(StartLock::is_taken(path_));
    {
        const auto lock = take();
        ASSERT_TRUE(lock);
        EXPECT_TRUE(fs::exists(path_));
        EXPECT_TRUE(StartLock::is_taken(path_));
        EXPECT_TRUE(take().error().is(Errc::timed_out));
    }
    EXPECT_FALSE(fs::exists(path_));
    EXPECT_TRUE(take());
}

TEST_F(StartLockTest, IsNotHeldByAFileThatSomebodyLeft)
{
    scratch_.write("lock", "");

    EXPECT_FALSE(StartLock::is_taken(path_));
    EXPECT_TRUE(take());

    scratch_.write("lock", "");
    fs::permissions(path_, fs::perms::none); // as NUT leaves it
    EXPECT_TRUE(take());
}

TEST_F(StartLockTest, RefusesWhatIsNoFile)
{
    fs::create_directory(path_);
    EXPECT_THAT(to_string(take().error()), HasSubstr("lock file (LOCKFN) " + path_));
    fs::remove(path_);
    fs::create_symlink(scratch_.file("elsewhere"), path_);
    EXPECT_THAT(to_string(take().error()), HasSubstr("lock file (LOCKFN) " + path_));
    EXPECT_FALSE(fs::exists(scratch_.file("elsewhere")));

    const auto nowhere = StartLock::take("/nowhere/lock", Clock::now()).error();
    EXPECT_EQ(to_string(nowhere),
              "can't create the lock file (LOCKFN) /nowhere/lock: No such file or directory");
}

TEST_F(StartLockTest, IsHeldByOneAtATime)
{
    std::atomic<int> holders = 0;
    std::atomic<int> worst = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            for (int round = 0; round < 5; ++round) {
                const auto lock = take(60s);
                EXPECT_TRUE(lock);
                worst = std::max<int>(worst, ++holders);
                std::this_thread::yield();
                --holders;
            }
        });
    for (auto& thread : threads)
        thread.join();

    EXPECT_EQ(worst, 1);
    EXPECT_FALSE(fs::exists(path_));
}

} // namespace
} // namespace upright::upssched
