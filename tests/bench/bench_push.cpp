// How fast a change reaches those who wait for it: from the driver's write to the subscriber's read, with a
// thousand UPSes and two hundred subscribers; and whether subscribers that stop reading harm anybody.
#include "common/version.hpp"
#include "tests/bench/costs.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/subscribers.hpp"
#include "tests/bench/suite.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;
using namespace upright::bench;

struct Size {
    int upses = 1000;
    int subscribers = 200;
    int deaf = 20;
    int changes = 200; // a second
    std::chrono::milliseconds duration = 15s;
};

constexpr Size kQuick{.upses = 20, .subscribers = 5, .deaf = 2, .changes = 100, .duration = 300ms};
constexpr double kGoal = 20;      // ms, p99
constexpr double kDeafGoal = 512; // KiB of upsd for each subscriber that does not read

void measure(std::string_view title, Subscribers& subscribers, const Suite& suite, const Size& size)
{
    subscribers.listen(size.duration / 10); // what piled up while some were told everything
    const auto cpu = cpu_seconds(suite.pid());
    const auto spread = spread_of(subscribers.listen(size.duration));
    const auto used = cpu_seconds(suite.pid()) - cpu;
    const auto seconds = std::chrono::duration<double>(size.duration).count();
    if (spread.count == 0)
        throw std::runtime_error("no change arrived");
    fmt::print("\n{}: {} deliveries in {:.1f} s\n", title, spread.count, seconds);
    report("driver's write to subscriber's read, p50", spread.p50, "ms");
    at_most("p99", spread.p99, "ms", kGoal);
    report("max", spread.max, "ms");
    report("upsd's CPU", 100 * used / seconds, "% of one core");
    report("upsd's CPU for each delivery", 1e6 * used / static_cast<double>(spread.count), "us");
}

} // namespace

// bench_push [--quick]
int main(int argc, char** argv)
try {
    const auto size = argc > 1 && std::string_view(argv[1]) == "--quick" ? kQuick : Size{};
    raise_descriptor_limit();
    const auto suite = Suite::fleet(size.upses, {"--changes", std::to_string(size.changes), "--stamp"});
    fmt::print("upright {}: {} UPSes, {} changes a second, {} subscribers to all of them\n",
               upright::kVersion, size.upses, size.changes, size.subscribers);
    const auto start = std::chrono::steady_clock::now();
    Subscribers subscribers(suite->port(), size.subscribers);
    subscribers.take_blocks();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    report("everybody is told everything in", took.count(), "s");
    measure("All read", subscribers, *suite, size);

    const auto before = private_bytes(suite->pid());
    std::vector<std::unique_ptr<DeafSubscriber>> deaf;
    for (int i = 0; i < size.deaf; ++i)
        deaf.push_back(std::make_unique<DeafSubscriber>(suite->port()));
    measure(fmt::format("{} more never read", size.deaf), subscribers, *suite, size);
    at_most("upsd's private memory for each of them",
            (private_bytes(suite->pid()) - before) / 1024 / size.deaf, "KiB", kDeafGoal);
    return EXIT_SUCCESS;
} catch (const std::exception& e) {
    fmt::print(stderr, "bench_push: {}\n", e.what());
    return EXIT_FAILURE;
}
