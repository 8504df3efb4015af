// A driver is killed again and again while clients read: they never see anything that is not true.
#include "tests/e2e/site.hpp"

#include <csignal>
#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace upright::test {
namespace {

constexpr int kTimes = 100;

// Asks the same questions all the time, from a thread of its own, and keeps each answer that may not be.
class Reader {
public:
    explicit Reader(int port) : thread_([this, port] { read(port); }) {}
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader()
    {
        stop_ = true;
        thread_.join();
    }

    std::string wrong() const
    {
        const std::scoped_lock lock(mutex_);
        return wrong_;
    }
    long values() const { return values_; }
    long refusals() const { return refusals_; }

private:
    void read(int port)
    {
        RawClient client(port);
        while (!stop_) {
            judge(client.ask("GET VAR u ups.status"),
                  {"VAR u ups.status \"OL\"", "VAR u ups.status \"WAIT\""});
            judge(client.ask("GET VAR u battery.charge"), {"VAR u battery.charge \"90\""});
            judge(client.ask("GET VAR u ups.serial"), {"VAR u ups.serial \"a \\\"q\\\" \\\\ b \\# c\""});
        }
    }
    void judge(const std::string& answer, const std::vector<std::string>& right)
    {
        if (std::find(right.begin(), right.end(), answer) != right.end()) {
            ++values_;
        } else if (answer == "ERR DATA-STALE" || answer == "ERR DRIVER-NOT-CONNECTED") {
            ++refusals_;
        } else {
            const std::scoped_lock lock(mutex_);
            wrong_ += answer + "\n";
            stop_ = true;
        }
    }

    mutable std::mutex mutex_;
    std::string wrong_;
    std::atomic<bool> stop_ = false;
    std::atomic<long> values_ = 0;
    std::atomic<long> refusals_ = 0;
    std::thread thread_;
};

TEST(KilledDriver, IsNeverSeenAsAnythingButGone)
{
    Site site;
    site.ups_conf(Site::dummy("u"));
    auto driver = site.driver("u");
    const auto upsd = site.upsd();
    ASSERT_TRUE(site.has_status("u", "OL"));
    std::vector<std::unique_ptr<Reader>> readers;
    for (int i = 0; i < 3; ++i)
        readers.push_back(std::make_unique<Reader>(site.port));

    for (int i = 0; i < kTimes; ++i) {
        driver->signal(SIGKILL);
        driver.reset();
        driver = site.driver("u");
        ASSERT_TRUE(site.has_status("u", "OL")) << "time " << i;
    }

    for (const auto& reader : readers) {
        EXPECT_EQ(reader->wrong(), "");
        EXPECT_GT(reader->values(), kTimes);
        EXPECT_GT(reader->refusals(), 0);
    }
    EXPECT_TRUE(upsd->running());
}

TEST(KilledDriver, IsFoundAgainAtOnce)
{
    Site site;
    site.ups_conf(Site::dummy("u"));
    const auto upsd = site.upsd();
    const auto listener = site.client();
    listener->send("SUBSCRIBE UPS u\n");
    listener->until("END SUBSCRIBE");

    const auto driver = site.driver("u");
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(hears(*listener, "NOTIFY STATE u"), "NOTIFY STATE u OK");
    EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
}

} // namespace
} // namespace upright::test
