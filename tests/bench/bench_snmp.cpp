// What a full poll of an SNMP device costs, in requests and in time over a line of 20 ms, beside Debian's
// snmp-ups on an agent of the same kind; what both cost while nothing happens; and how fast a trap reaches a
// subscriber of upsd.
#include "common/text/number.hpp"
#include "common/version.hpp"
#include "tests/bench/costs.hpp"
#include "tests/bench/figures.hpp"
#include "tests/e2e/site.hpp"
#include "tests/interop/peers.hpp"
#include "tests/support/snmp_simulator.hpp"

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
    std::vector<std::vector<std::string>> devices{{"ietf"}, {"apcc"}, {"xups"}, {"epdu", "--outlets", "48"}};
    std::chrono::milliseconds round_trip = 20ms;
    int poll_interval = 30; // s, longer than any poll takes
    std::chrono::seconds idle = 60s;
    int events = 100;
};
const Size kQuick{{{"ietf"}}, 2ms, 3, 2s, 4};

[[noreturn]] void give_up(const std::string& what) { throw std::runtime_error(what); }

long requests(const test::SnmpSimulator& simulator)
{
    const auto text = simulator.ctl("ups1 counters");
    const std::string_view name = "requests: ";
    const auto at = text.find(name);
    return at == text.npos ? 0 : std::atol(text.c_str() + at + name.size());
}

std::vector<std::string> running(const std::vector<std::string>& device)
{
    std::vector<std::string> words{"run", "--snmp"};
    words.insert(words.end(), device.begin(), device.end());
    return words;
}

std::unique_ptr<test::RawClient> follow(test::Process& driver, const std::string& path)
{
    std::unique_ptr<test::RawClient> client;
    const bool up = test::eventually(
        [&] {
            client = std::filesystem::exists(path) ? std::make_unique<test::RawClient>(path) : nullptr;
            return client && client->connected();
        },
        60s);
    if (!up)
        give_up("the driver does not start: " + driver.err());
    return client;
}

struct Poll {
    long requests = 0;
    double seconds = 0;
};

// The next poll: from the first request of many to the last before a pause.
Poll next_poll(const test::SnmpSimulator& simulator)
{
    constexpr auto kPause = 900ms;
    auto seen = requests(simulator);
    for (const auto until = Clock::now() + kPause; Clock::now() < until;) // between two polls
        if (const auto now = requests(simulator); now != std::exchange(seen, now))
            return next_poll(simulator);
    const auto before = seen;
    auto first = Clock::time_point{};
    auto last = Clock::time_point{};
    const auto limit = Clock::now() + 90s;
    while (Clock::now() < limit && (seen == before || Clock::now() - last < kPause)) {
        const auto now = requests(simulator);
        if (now == seen)
            continue;
        last = Clock::now();
        if (seen == before)
            first = last;
        seen = now;
    }
    if (seen == before)
        give_up("the driver does not poll");
    return {seen - before, std::chrono::duration<double>(last - first).count()};
}

// Each on an agent of its own; one after the other, so that neither slows the other.
void measure_polls(const Size& size, const std::vector<std::string>& device)
{
    const test::Peers peers;
    const auto section = [&](const test::SnmpSimulator& simulator) {
        return fmt::format("user = root\npollinterval = {}\n[u]\ndriver = snmp-ups\nport = {}\nsnmp_version "
                           "= v2c\npollfreq = 1\n",
                           size.poll_interval, simulator.address());
    };
    Poll ours;
    Poll theirs;
    {
        test::SnmpSimulator simulator(running(device));
        const test::Site site;
        site.scratch.write("ups.conf", section(simulator));
        test::Process driver(site.command("snmp-ups", {"-a", "u", "-F"}), site.scratch.environment());
        follow(driver, site.scratch.file("snmp-ups-u"));
        simulator.ctl(fmt::format("ups1 delay {}", size.round_trip.count()));
        ours = next_poll(simulator);
    }
    {
        test::SnmpSimulator simulator(running(device));
        const test::Scratch scratch;
        scratch.write("ups.conf", section(simulator));
        test::Process driver({peers.driver_dir() + "/snmp-ups", "-a", "u", "-u", "root", "-F"},
                             peers.environment(scratch));
        const auto held = follow(driver, scratch.file("snmp-ups-u"));
        simulator.ctl(fmt::format("ups1 delay {}", size.round_trip.count()));
        theirs = next_poll(simulator);
    }
    fmt::print("\nA full poll of {} at {} ms for each answer\n", fmt::join(device, " "),
               size.round_trip.count());
    fmt::print("  upright: {} requests, {:.3f} s; Debian's: {} requests, {:.3f} s\n", ours.requests,
               ours.seconds, theirs.requests, theirs.seconds);
    at_most("requests, ratio", static_cast<double>(ours.requests) / static_cast<double>(theirs.requests), "",
            0.2);
    // From the first answer on, so one round trip is missing from both.
    const auto missing = std::chrono::duration<double>(size.round_trip).count();
    at_most("time, ratio", (ours.seconds + missing) / (theirs.seconds + missing), "", 0.25);
}

struct Cost {
    double cpu = 0;      // s
    double resident = 0; // KiB
    long requests = 0;
};

Cost cost_of(pid_t process, const test::SnmpSimulator& simulator)
{
    return {cpu_seconds(process), static_cast<double>(test::resident_kilobytes(process)),
            requests(simulator)};
}

void report_idle(std::string_view whose, const Cost& before, const Cost& after, std::chrono::seconds time)
{
    const auto seconds = static_cast<double>(time.count());
    fmt::print("{}\n", whose);
    report("CPU", 1000 * (after.cpu - before.cpu) / seconds, "ms each second");
    report("resident memory", after.resident, "KiB");
    report("requests", static_cast<double>(after.requests - before.requests) / seconds, "a second");
}

void measure_idle(const Size& size)
{
    const test::Peers peers;
    const test::Site site;
    const test::Scratch scratch;
    test::SnmpSimulator our_agent(running({"apcc"}));
    test::SnmpSimulator their_agent(running({"apcc"}));
    const auto section = [](const test::SnmpSimulator& simulator) {
        return "user = root\n[u]\ndriver = snmp-ups\nport = " + simulator.address()
               + "\nsnmp_version = v2c\n";
    };
    site.scratch.write("ups.conf", section(our_agent));
    scratch.write("ups.conf", section(their_agent));
    test::Process ours(site.command("snmp-ups", {"-a", "u", "-F"}), site.scratch.environment());
    test::Process theirs({peers.driver_dir() + "/snmp-ups", "-a", "u", "-u", "root", "-F"},
                         peers.environment(scratch));
    const auto our_client = follow(ours, site.scratch.file("snmp-ups-u"));
    const auto their_client = follow(theirs, scratch.file("snmp-ups-u"));
    const auto ours_before = cost_of(ours.pid(), our_agent);
    const auto theirs_before = cost_of(theirs.pid(), their_agent);
    std::this_thread::sleep_for(size.idle);
    const auto ours_after = cost_of(ours.pid(), our_agent);
    const auto theirs_after = cost_of(theirs.pid(), their_agent);
    fmt::print("\nIdle for {} s at the default intervals, a Smart-UPS\n", size.idle.count());
    report_idle("upright:", ours_before, ours_after, size.idle);
    report_idle("Debian's:", theirs_before, theirs_after, size.idle);
    at_most("resident memory", ours_after.resident, "KiB", 6 * 1024);
}

void measure_traps(const Size& size)
{
    const auto port = test::free_port();
    test::SnmpSimulator simulator({"run", "--snmp", "ietf", "--trap-to",
                                   fmt::format("udp:127.0.0.1:{}", port), "--trap-version", "2c"});
    const test::Site site;
    site.scratch.write("ups.conf",
                       fmt::format("user = root\npollinterval = 60\n[u]\ndriver = snmp-ups\nport = {}\n"
                                   "snmp_version = v2c\ntrapport = 127.0.0.1:{}\n",
                                   simulator.address(), port));
    test::Process driver(site.command("snmp-ups", {"-a", "u", "-F"}), site.scratch.environment());
    follow(driver, site.scratch.file("snmp-ups-u"));
    const auto upsd = site.upsd();
    test::RawClient client(site.port);
    client.send("SUBSCRIBE UPS u\n");
    client.until("END SUBSCRIBE");
    std::mt19937 random(1);
    std::vector<double> delays;
    for (int i = 0; i < size.events; ++i) {
        std::this_thread::sleep_for(
            std::chrono::milliseconds(300 + random() % 200)); // traps are bounded to five a second
        const bool off = i % 2 == 0;
        const auto began = Clock::now();
        simulator.ctl(off ? "ups1 mains off" : "ups1 mains on");
        for (;;) {
            const auto line = client.line(20s);
            if (!line)
                give_up("the subscriber was not told");
            if (line->find("ups.status \"") != line->npos && (line->find("OB") != line->npos) == off)
                break;
        }
        delays.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
    }
    const auto spread = spread_of(delays);
    fmt::print("\nMains lost or back, told by trap, read by a subscriber: {} events\n", spread.count);
    report("p50", spread.p50, "ms");
    report("p99", spread.p99, "ms");
    report("max", spread.max, "ms");
}

} // namespace

// bench_snmp [--quick]
int main(int argc, char** argv)
try {
    const auto size = argc > 1 && std::string_view(argv[1]) == "--quick" ? kQuick : Size{};
    fmt::print("upright {}: snmp-ups on simulated agents\n", kVersion);
    for (const auto& device : size.devices)
        measure_polls(size, device);
    measure_traps(size);
    measure_idle(size);
    return EXIT_SUCCESS;
} catch (const std::exception& e) {
    fmt::print(stderr, "bench_snmp: {}\n", e.what());
    return EXIT_FAILURE;
}
