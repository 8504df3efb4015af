// How fast failing mains on the interrupt pipe of a USB UPS reach a subscriber of upsd, and what a driver
// costs while nothing happens, beside Debian's usbhid-ups on the same simulated device.
#include "common/version.hpp"
#include "tests/bench/costs.hpp"
#include "tests/bench/figures.hpp"
#include "tests/e2e/site.hpp"
#include "tests/interop/peers.hpp"
#include "tests/support/usb_simulator.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <random>
#include <string_view>
#include <thread>

namespace {

using namespace std::chrono_literals;
using namespace upright;
using namespace upright::bench;
using Clock = std::chrono::steady_clock;

struct Size {
    int events = 200;
    std::chrono::seconds idle = 60s;
};
constexpr Size kQuick{.events = 6, .idle = 2s};
constexpr double kGoal = 50; // ms, p99

[[noreturn]] void give_up(const std::string& what) { throw std::runtime_error(what); }

// Connected to the driver as upsd is. It stays so: Debian's driver spins once a client has left.
std::unique_ptr<test::RawClient> follow(test::Process& driver, const std::string& path)
{
    std::unique_ptr<test::RawClient> client;
    const bool up = test::eventually([&] {
        client = std::filesystem::exists(path) ? std::make_unique<test::RawClient>(path) : nullptr;
        return client && client->connected();
    });
    if (!up)
        give_up("the driver does not start: " + driver.err());
    return client;
}

// Polls are ten seconds apart, so what arrives sooner came by itself.
void measure_events(const Size& size)
{
    const test::Site site;
    test::UsbSimulator simulator({"hid:apc"});
    site.scratch.write("ups.conf", "user = root\npollinterval = 10\n[u]\ndriver = usbhid-ups\nport = auto\n");
    test::Process driver(site.command("usbhid-ups", {"-a", "u", "-F"}),
                         simulator.environment(site.scratch.environment()));
    follow(driver, site.scratch.file("usbhid-ups-u"));
    const auto upsd = site.upsd();
    test::RawClient client(site.port);
    client.send("SUBSCRIBE UPS u\n");
    client.until("END SUBSCRIBE");

    std::mt19937 random(1);
    std::vector<double> delays;
    for (int i = 0; i < size.events; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50 + random() % 100));
        const bool off = i % 2 == 0;
        const auto began = Clock::now();
        simulator.ctl(off ? "ups1 mains off" : "ups1 mains on");
        const auto wanted = std::string("ups.status \"") + (off ? "OB" : "OL");
        for (;;) {
            const auto line = client.line();
            if (!line)
                give_up("the subscriber was not told");
            if (line->find(wanted) != line->npos)
                break;
        }
        delays.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
    }
    const auto spread = spread_of(delays);
    fmt::print("\nMains lost or back, told by interrupt, read by a subscriber: {} events\n", spread.count);
    report("p50", spread.p50, "ms");
    at_most("p99", spread.p99, "ms", kGoal);
    report("max", spread.max, "ms");
}

struct Cost {
    double cpu = 0;      // s
    double resident = 0; // KiB
    long wakeups = 0;
};

Cost cost_of(pid_t process)
{
    return {cpu_seconds(process), static_cast<double>(test::resident_kilobytes(process)), wakeups(process)};
}

void report_idle(std::string_view whose, const Cost& before, const Cost& after, std::chrono::seconds time)
{
    const auto seconds = static_cast<double>(time.count());
    fmt::print("{}\n", whose);
    report("CPU", 1000 * (after.cpu - before.cpu) / seconds, "ms each second");
    report("resident memory", after.resident, "KiB");
    report("wake-ups", static_cast<double>(after.wakeups - before.wakeups) / seconds, "a second");
}

// Both at their default intervals, at the same time, each with its own device of one kind on a bus of its
// own: on one simulated bus they would wake each other.
void measure_idle(const Size& size)
{
    const test::Peers peers;
    const test::Site site;
    const test::Scratch theirs;
    test::UsbSimulator our_bus({"hid:apc"});
    test::UsbSimulator their_bus({"hid:apc"});
    site.scratch.write("ups.conf", "user = root\n[u]\ndriver = usbhid-ups\nport = auto\n");
    theirs.write("ups.conf", "[u]\ndriver = usbhid-ups\nport = auto\n");
    test::Process our_driver(site.command("usbhid-ups", {"-a", "u", "-F"}),
                             our_bus.environment(site.scratch.environment()));
    test::Process their_driver({peers.driver_dir() + "/usbhid-ups", "-a", "u", "-u", "root", "-F"},
                               their_bus.environment(peers.environment(theirs)));
    const auto our_client = follow(our_driver, site.scratch.file("usbhid-ups-u"));
    const auto their_client = follow(their_driver, theirs.file("usbhid-ups-u"));

    const auto ours_before = cost_of(our_driver.pid());
    const auto theirs_before = cost_of(their_driver.pid());
    std::this_thread::sleep_for(size.idle);
    const auto ours_after = cost_of(our_driver.pid());
    const auto theirs_after = cost_of(their_driver.pid());

    fmt::print("\nIdle for {} s at the default intervals\n", size.idle.count());
    report_idle("upright:", ours_before, ours_after, size.idle);
    report_idle("Debian's:", theirs_before, theirs_after, size.idle);
    at_most("CPU, ratio", (ours_after.cpu - ours_before.cpu) / (theirs_after.cpu - theirs_before.cpu), "", 1);
    at_most("memory, ratio", ours_after.resident / theirs_after.resident, "", 1.5);
}

} // namespace

// bench_usb [--quick]
int main(int argc, char** argv)
try {
    const auto size = argc > 1 && std::string_view(argv[1]) == "--quick" ? kQuick : Size{};
    fmt::print("upright {}: usbhid-ups on a simulated Back-UPS\n", kVersion);
    measure_events(size);
    measure_idle(size);
    return EXIT_SUCCESS;
} catch (const std::exception& e) {
    fmt::print(stderr, "bench_usb: {}\n", e.what());
    return EXIT_FAILURE;
}
