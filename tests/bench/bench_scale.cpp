// What thousands of clients and UPSes cost: memory of sessions, time to open them, what idle ones do to an
// active one, what a quiet fleet costs, and whether an honest client is served while others misbehave.
#include "common/password/password.hpp"
#include "common/version.hpp"
#include "tests/bench/attackers.hpp"
#include "tests/bench/costs.hpp"
#include "tests/bench/crowd.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/honest_client.hpp"
#include "tests/bench/load.hpp"
#include "tests/bench/sockets.hpp"
#include "tests/bench/suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <thread>

namespace {

using namespace std::chrono_literals;
using namespace upright::bench;
using upright::test::Peers;

struct Size {
    int sessions = 10'000;
    int tls_sessions = 2'000;
    int upses = 1'000;
    std::chrono::milliseconds round = 800ms;
    std::chrono::milliseconds idle = 12s;
    std::chrono::milliseconds attacked = 10s;
    std::chrono::milliseconds patience = 40s; // with Debian's upsd
};

constexpr Size kQuick{.sessions = 100,
                      .tls_sessions = 5,
                      .upses = 20,
                      .round = 20ms,
                      .idle = 100ms,
                      .attacked = 100ms,
                      .patience = 2s};

constexpr double kKib = 1024;
constexpr double kMib = kKib * kKib;
constexpr int kAtOnce = 1000;      // clients of a server that comes back, between connect() and an answer
constexpr int kDebiansAtOnce = 16; // more than its backlog, and the kernel makes them wait for seconds

// Answers a second to one client that is never idle.
double active(const Suite& suite, const Size& size)
{
    const std::string request = "GET VAR bench ups.status\n";
    const auto bytes = ask_once(suite.port(), request, "VAR").size();
    Load load(suite.port(), suite.pid(), {request, bytes}, 1);
    std::vector<double> rounds;
    for (int i = 0; i < 3; ++i)
        rounds.push_back(load.measure(size.round).per_second);
    return median(rounds);
}

// Before anybody has come.
void one_ups(const Suite& ours, const Suite& debians)
{
    fmt::print("\nOne UPS, no client\n");
    const auto bytes = private_bytes(ours.pid());
    report("private memory", bytes / kMib, "MiB");
    at_most("of Debian's upsd", bytes / private_bytes(debians.pid()), "times", 2);
}

// What thousands of idle sessions cost, and do to an active one, which got so much alone.
void beside_idle(const Suite& suite, const Size& size, const Crowd& crowd, double before, double alone)
{
    at_most("private memory for each",
            (private_bytes(suite.pid()) - before) / kKib / std::max(crowd.answered(), 1), "KiB", 2);
    const auto beside = active(suite, size);
    report("one active session beside them", beside, "answers/s");
    report("of what it gets alone", 100 * beside / alone, "%");
}

void idle_sessions(const Size& size)
{
    const auto more = fmt::format("MAXCONN {}\n", size.sessions + 100);
    const Peers peers;
    pin_to(0);
    const auto ours = Suite::ours({.upsd_conf = more});
    const auto debians = Suite::debians(peers, more);
    pin_to(1);
    one_ups(*ours, *debians);

    fmt::print("\n{} idle sessions\n", size.sessions);
    const auto alone = active(*ours, size);
    const auto debians_alone = active(*debians, size);
    report("one active session, alone", alone, "answers/s");
    report("the same, Debian's upsd", debians_alone, "answers/s");
    {
        const auto before = private_bytes(ours->pid());
        const Crowd crowd(ours->port(), size.sessions, kAtOnce, 60s);
        at_most("opened and answered in", crowd.seconds(), "s", 2);
        at_most("not answered", size.sessions - crowd.answered(), "sessions", 0);
        beside_idle(*ours, size, crowd, before, alone);
    }
    fmt::print("\nThe same with Debian's upsd\n");
    const auto before = private_bytes(debians->pid());
    const Crowd crowd(debians->port(), size.sessions, kDebiansAtOnce, size.patience);
    report("opened and answered in", crowd.seconds(), "s");
    report("not answered", size.sessions - crowd.answered(), "sessions");
    beside_idle(*debians, size, crowd, before, debians_alone);
}

void tls_sessions(const Size& size)
{
    const auto suite = Suite::ours({.tls = true});
    fmt::print("\n{} idle sessions with TLS\n", size.tls_sessions);
    const TlsCrowd first(suite->port(), 2); // what OpenSSL needs once
    const auto before = private_bytes(suite->pid());
    const TlsCrowd crowd(suite->port(), size.tls_sessions);
    report("opened and answered, one after the other, in", crowd.seconds(), "s");
    at_most("private memory for each", (private_bytes(suite->pid()) - before) / kKib / size.tls_sessions,
            "KiB", 40);
}

void quiet_fleet(const Size& size)
{
    const auto suite = Suite::fleet(size.upses);
    fmt::print("\n{} quiet UPSes\n", size.upses);
    at_most("upsd's private memory", private_bytes(suite->pid()) / kMib, "MiB", 150);
    const std::array programs{std::pair{"upsd", suite->pid()}, std::pair{"upsim", suite->driver()}};
    std::array<double, 2> cpu{};
    std::array<long, 2> woken{};
    for (std::size_t i = 0; i < programs.size(); ++i) {
        cpu[i] = cpu_seconds(programs[i].second);
        woken[i] = wakeups(programs[i].second);
    }
    std::this_thread::sleep_for(size.idle);
    const auto seconds = std::chrono::duration<double>(size.idle).count();
    for (std::size_t i = 0; i < programs.size(); ++i) {
        const auto [name, pid] = programs[i];
        at_most(fmt::format("{}'s CPU", name), 100 * (cpu_seconds(pid) - cpu[i]) / seconds, "% of one core",
                1);
        report(fmt::format("{}'s wake-ups", name), static_cast<double>(wakeups(pid) - woken[i]) / seconds,
               "a second");
    }
}

void attacked(const Size& size)
{
    const auto hash = upright::password::hash("right");
    pin_to(0);
    const auto users = fmt::format("[admin]\npassword_hash = {}\nupsmon primary\n", *hash);
    const auto suite = Suite::ours({.users = users, .tls = true});
    pin_to(1);
    fmt::print("\nAn honest client that asks every 20 ms\n");
    const HonestClient client(suite->port(), "GET VAR bench ups.status\n");
    const auto measure = [&](std::string_view others, const std::vector<Attack>& kinds) {
        const Attackers attackers(suite->port(), kinds);
        client.ask_for(size.attacked / 10);
        const auto cpu = cpu_seconds(suite->pid());
        const auto times = spread_of(client.ask_for(size.attacked));
        const auto used = cpu_seconds(suite->pid()) - cpu;
        const auto seconds = std::chrono::duration<double>(size.attacked).count();
        report(fmt::format("{}: p50", others), times.p50, "ms");
        report(fmt::format("{}: p99", others), times.p99, "ms");
        at_most(fmt::format("{}: max", others), times.max, "ms", 100);
        report(fmt::format("{}: upsd's CPU", others), 100 * used / seconds, "% of one core");
    };
    run_first();
    measure("alone", {});
    for (const auto& kind : attacks())
        measure(kind.name, {kind});
    measure("all of them at once", attacks());
    report("private memory afterwards", private_bytes(suite->pid()) / kMib, "MiB");
}

struct Part {
    std::string_view name;
    void (*run)(const Size& size);
};

constexpr std::array kParts{Part{"sessions", idle_sessions}, Part{"tls", tls_sessions},
                            Part{"fleet", quiet_fleet}, Part{"attack", attacked}};

} // namespace

// bench_scale [--quick] [sessions|tls|fleet|attack ...]: all of it, or these parts.
int main(int argc, char** argv)
try {
    std::vector<std::string_view> words(argv + 1, argv + argc);
    const bool quick = std::erase(words, "--quick") > 0;
    raise_descriptor_limit();
    fmt::print("upright {}\n", upright::kVersion);
    for (const auto& part : kParts)
        if (words.empty() || std::find(words.begin(), words.end(), part.name) != words.end())
            part.run(quick ? kQuick : Size{});
    return EXIT_SUCCESS;
} catch (const std::exception& e) {
    fmt::print(stderr, "bench_scale: {}\n", e.what());
    return EXIT_FAILURE;
}
