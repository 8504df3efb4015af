// UPSes that are pulled out of their USB sockets and plugged in again, at any moment. UPRIGHT_REPLUGS=200
// makes it longer than it usually is; umockdev's side in the driver overflows before the 310th
// ("fd_map_add()").
#include "tests/e2e/site.hpp"
#include "tests/support/usb_simulator.hpp"

#include <gmock/gmock.h>

#include <iostream>
#include <iterator>
#include <random>

namespace upright::test {
namespace {

using testing::StartsWith;
using Clock = std::chrono::steady_clock;

long threads_of(pid_t pid)
{
    return std::distance(std::filesystem::directory_iterator(fmt::format("/proc/{}/task", pid)), {});
}

// Without sockets: umockdev's side in the driver forgets one now and then, when a node vanishes as it is
// opened.
long descriptors_of(pid_t pid)
{
    long count = 0;
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", pid)))
        if (!std::filesystem::read_symlink(entry, gone).string().starts_with("socket:"))
            ++count;
    return count;
}

int cycles()
{
    const char* const given = std::getenv("UPRIGHT_REPLUGS"); // NOLINT(concurrency-mt-unsafe)
    return given != nullptr ? std::atoi(given) : 25;
}

// A driver of ours, and what it publishes.
struct Driver {
    Driver(UsbSimulator& simulator, const std::string& keys)
    {
        site.ups_conf("[u]\ndriver = usbhid-ups\nport = auto\n" + keys);
        process = std::make_unique<Process>(site.command("usbhid-ups", {"-a", "u", "-F"}),
                                            simulator.environment(site.scratch.environment()));
        const auto path = site.scratch.file("usbhid-ups-u");
        EXPECT_TRUE(eventually([&] { return RawClient(path).connected(); })) << process->err();
        client = std::make_unique<RawClient>(path);
        client->send("DUMPALL\n");
        client->until("DUMPDONE");
    }
    bool says(const std::string& line) { return hears(*client, line) == line; }

    const Site site;
    std::unique_ptr<Process> process;
    std::unique_ptr<RawClient> client;
};

std::string variable(Driver& driver, const std::string& name)
{
    RawClient asker(driver.site.scratch.file("usbhid-ups-u"));
    asker.send("DUMPALL\n");
    for (const auto& line : asker.until("DUMPDONE"))
        if (line.starts_with("SETINFO " + name + " "))
            return line.substr(name.size() + 10, line.size() - name.size() - 11);
    return "<none>";
}

TEST(Replug, AtAnyMomentLeavesNothingBehind)
{
    UsbSimulator simulator({"hid:apc"});
    ASSERT_TRUE(simulator.ready()) << simulator.process().err();
    Driver driver(simulator, "");
    const auto pid = driver.process->pid();
    std::mt19937 random(7);
    const auto pause = [&](int most) {
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % static_cast<unsigned>(most)));
    };

    std::chrono::duration<double> worst{};
    long descriptors = 0;
    long threads = 0;
    long kilobytes = 0;
    const int rounds = cycles();
    for (int cycle = 1; cycle <= rounds; ++cycle) {
        SCOPED_TRACE(cycle);
        pause(300);
        simulator.ctl(random() % 3 == 0 ? "ups1 fault disconnect-mid" : "ups1 unplug");
        ASSERT_TRUE(driver.says("DATASTALE")) << driver.process->err();
        pause(300);
        const auto plugged = Clock::now();
        simulator.ctl("ups1 unplug"); // if it is still about to vanish
        simulator.ctl("ups1 plug");
        ASSERT_TRUE(driver.says("DATAOK")) << driver.process->err();
        worst = std::max<std::chrono::duration<double>>(worst, Clock::now() - plugged);
        if (cycle == 5) {
            descriptors = descriptors_of(pid);
            threads = threads_of(pid);
            kilobytes = resident_kilobytes(pid);
        }
    }
    std::cout << fmt::format(
        "{} cycles, at worst {:.2f} s until fresh; {} descriptors, {} threads, {} -> {} KiB\n", rounds,
        worst.count(), descriptors, threads, kilobytes, resident_kilobytes(pid));
    EXPECT_TRUE(eventually([&] { return descriptors_of(pid) == descriptors; })) << descriptors_of(pid);
    EXPECT_TRUE(eventually([&] { return threads_of(pid) == threads; })) << threads_of(pid);
    if (!built_with_asan()) {
        EXPECT_LT(resident_kilobytes(pid), kilobytes + 1024);
    }
}

// Twins without serial numbers, told apart by their sockets, and both out at once.
TEST(Replug, TwinsAreNeverTakenForEachOther)
{
    UsbSimulator simulator({"hid:tripplite", "hid:tripplite"});
    ASSERT_TRUE(simulator.ready()) << simulator.process().err();
    simulator.ctl("ups1 load 10");
    simulator.ctl("ups2 load 60");
    Driver first(simulator, "busport = 001\npollfreq = 1\n");
    Driver second(simulator, "busport = 002\npollfreq = 1\n");
    for (int cycle = 0; cycle < 5; ++cycle) {
        SCOPED_TRACE(cycle);
        simulator.ctl("ups1 unplug");
        simulator.ctl("ups2 unplug");
        ASSERT_TRUE(first.says("DATASTALE"));
        ASSERT_TRUE(second.says("DATASTALE"));
        // The wrong one first.
        simulator.ctl("ups2 plug");
        ASSERT_TRUE(second.says("DATAOK"));
        simulator.ctl("ups1 plug");
        ASSERT_TRUE(first.says("DATAOK"));
        EXPECT_EQ(variable(first, "ups.load"), "10");
        EXPECT_EQ(variable(second, "ups.load"), "60");
    }
}

class HidFaults : public testing::TestWithParam<const char*> {};

// Nobody has to pull the plug or restart the driver.
TEST_P(HidFaults, AreOvercomeWithoutHelp)
{
    UsbSimulator simulator({"hid:apc"});
    ASSERT_TRUE(simulator.ready()) << simulator.process().err();
    Driver driver(simulator, "");
    simulator.ctl(std::string("ups1 fault ") + GetParam());
    ASSERT_EQ(hears(*driver.client, "DATASTALE"), "DATASTALE") << driver.process->err();
    ASSERT_EQ(hears(*driver.client, "DATAOK"), "DATAOK") << driver.process->err();
    EXPECT_TRUE(driver.process->running());
}

INSTANTIATE_TEST_SUITE_P(Firmware, HidFaults, testing::Values("hang", "reset-needed"));

} // namespace
} // namespace upright::test
