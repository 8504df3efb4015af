// upsim: simulated UPSes, shown to drivers as the real thing.
#include "common/daemon/daemon.hpp"
#include "common/daemon/log.hpp"
#include "common/version.hpp"
#include "drivers/upsim/control_socket.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <sys/resource.h>

namespace upright::upsim {
namespace {

struct RunOptions {
    std::string dir;
    int count = 1;
    std::uint64_t seed = 1;
    double time_scale = 1;
    double load_watts = 300;
    double charge = 100;
    std::string control;
    Rating rating;
};

struct CtlOptions {
    std::string control = "upsim.ctl";
    std::vector<std::string> words;
};

int fail(const std::string& what)
{
    fmt::print(stderr, "upsim: {}\n", what);
    return EXIT_FAILURE;
}

// Two descriptors for each UPS, and some for ourselves.
void allow_descriptors(int count)
{
    rlimit limit{};
    const auto wanted = static_cast<rlim_t>(count) * 2 + 64;
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

Result<Fleet> build(const RunOptions& options, const boost::asio::any_io_executor& executor)
{
    Fleet fleet;
    for (int i = 1; i <= options.count; ++i) {
        const auto name = fmt::format("ups{}", i);
        fleet.push_back(std::make_unique<SimulatedUps>(
            executor, name, fmt::format("{}/{}", options.dir, name), options.rating,
            options.seed + static_cast<std::uint64_t>(i), options.time_scale));
        fleet.back()->model().set_load(100 * options.load_watts / options.rating.watts);
        fleet.back()->model().set_charge(options.charge);
        if (const auto opened = fleet.back()->open(); !opened)
            return opened.error();
    }
    return fleet;
}

int run(const RunOptions& options)
{
    std::error_code ec;
    std::filesystem::create_directories(options.dir, ec);
    if (ec)
        return fail(fmt::format("Can't make {}: {}", options.dir, ec.message()));
    allow_descriptors(options.count);
    Daemon daemon;
    const auto path = options.control.empty() ? options.dir + "/upsim.ctl" : options.control;
    auto acceptor = listen_at(daemon.executor(), path);
    if (!acceptor)
        return fail(to_string(acceptor.error()));
    const auto fleet = build(options, daemon.executor());
    if (!fleet) {
        std::filesystem::remove(path, ec);
        return fail(to_string(fleet.error()));
    }
    for (const auto& ups : *fleet)
        fmt::print("{} {}\n", ups->name(), ups->link());
    fmt::print("ready\n");
    std::fflush(stdout);
    const std::function<void()> quit = [&daemon] { daemon.stop(EXIT_SUCCESS); };
    const int code = daemon.run([&](TaskGroup& tasks) {
        for (const auto& ups : *fleet)
            tasks.spawn(ups->name(), ups->serve());
        tasks.spawn("accept", accept_clients(*acceptor, *fleet, quit, tasks));
    });
    std::filesystem::remove(path, ec);
    return code;
}

int ctl(const CtlOptions& options)
{
    std::string line;
    for (const auto& word : options.words)
        line += (line.empty() ? "" : " ") + word;
    const auto answer = request(options.control, line);
    if (!answer)
        return fail(to_string(answer.error()));
    fmt::print("{}", *answer);
    return EXIT_SUCCESS;
}

void add_run(CLI::App& app, RunOptions& options)
{
    auto& run = *app.add_subcommand("run", "Puts simulated UPSes on pseudo terminals, until SIGTERM");
    run.add_option("--dir", options.dir, "Folder for the links ups1, ups2, ...")->required();
    run.add_option("--count", options.count, "How many")->check(CLI::Range(1, 4000))->capture_default_str();
    run.add_option("--seed", options.seed, "Same seed, same jitter")->capture_default_str();
    run.add_option("--time-scale", options.time_scale,
                   "Simulated seconds in a real one; answers stay as fast")
        ->check(CLI::Range(0.001, 100000.0))
        ->capture_default_str();
    run.add_option("--control", options.control, "Control socket (default: upsim.ctl in the folder)");
    auto& rating = options.rating;
    run.add_option("--watts", rating.watts, "Rated power")
        ->check(CLI::Range(1.0, 1e6))
        ->capture_default_str();
    run.add_option("--load", options.load_watts, "Watts drawn at the start")
        ->check(CLI::Range(0.0, 2e6))
        ->capture_default_str();
    run.add_option("--volts", rating.volts, "Nominal mains")
        ->check(CLI::Range(50.0, 500.0))
        ->capture_default_str();
    run.add_option("--battery-volts", rating.battery_volts, "Nominal battery voltage")
        ->check(CLI::Range(6.0, 480.0))
        ->capture_default_str();
    run.add_option("--capacity-wh", rating.capacity_wh, "Battery, when new, at the 20-hour rate")
        ->check(CLI::Range(1.0, 1e7))
        ->capture_default_str();
    run.add_option("--peukert", rating.peukert, "Exponent: 1 is a battery that doesn't mind the rate")
        ->check(CLI::Range(1.0, 2.0))
        ->capture_default_str();
    run.add_option("--health", rating.health, "Share of the capacity that is left")
        ->check(CLI::Range(0.01, 1.0))
        ->capture_default_str();
    run.add_option("--charger-watts", rating.charger_watts, "Charger")
        ->check(CLI::Range(0.0, 1e6))
        ->capture_default_str();
    run.add_option("--charge", options.charge, "Battery charge at the start, %")
        ->check(CLI::Range(0.0, 100.0))
        ->capture_default_str();
}

void add_ctl(CLI::App& app, CtlOptions& options)
{
    auto& ctl = *app.add_subcommand("ctl", "Changes or shows running simulated UPSes");
    ctl.add_option("--control", options.control, "Control socket of `upsim run`")->capture_default_str();
    ctl.add_option("request", options.words, "<ups>|all <action>, or quit")->required()->expected(1, 8);
    ctl.footer("Actions:\n" + control_usage());
}

int start(int argc, char** argv)
{
    CLI::App app{"Simulated UPSes: the Megatec protocol on pseudo terminals, with a battery behind it."};
    app.set_version_flag("-V,--version", std::string(kVersion));
    app.require_subcommand(1);
    RunOptions run_options;
    CtlOptions ctl_options;
    add_run(app, run_options);
    add_ctl(app, ctl_options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    return app.got_subcommand("run") ? run(run_options) : ctl(ctl_options);
}

} // namespace
} // namespace upright::upsim

int main(int argc, char** argv)
try {
    upright::log::init("upsim");
    return upright::upsim::start(argc, argv);
} catch (const std::exception& e) {
    std::fprintf(stderr, "upsim: %s\n", e.what());
    return EXIT_FAILURE;
}
