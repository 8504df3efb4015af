// upsim: simulated UPSes, shown to drivers as the real thing.
#include "common/daemon/daemon.hpp"
#include "common/daemon/log.hpp"
#include "common/version.hpp"
#include "drivers/upsim/control_socket.hpp"
#include "drivers/upsim/options.hpp"
#include "drivers/upsim/pty_ups.hpp"
#include "drivers/upsim/snmp/snmp_ups.hpp"
#include "drivers/upsim/traffic.hpp"
#include "drivers/upsim/ups_conf.hpp"
#include "drivers/upsim/usb_ups.hpp"
#include "drivers/upsim/usbip/vhci.hpp"
#include "drivers/upsim/usbip/vhci_task.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <sys/resource.h>

namespace upright::upsim {
namespace {

int fail(const std::string& what)
{
    fmt::print(stderr, "upsim: {}\n", what);
    return EXIT_FAILURE;
}

// A listener and a client or two for each UPS, and some for ourselves.
void allow_descriptors(int count)
{
    rlimit limit{};
    const auto wanted = static_cast<rlim_t>(count) * 3 + 64;
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

Result<Fleet> build(const RunOptions& options, Daemon& daemon)
{
    Fleet fleet;
    for (int i = 1; i <= options.count; ++i) {
        const auto name = fmt::format("ups{}", i);
        const auto seed = options.seed + static_cast<std::uint64_t>(i);
        if (options.is_snmp())
            fleet.push_back(std::make_unique<snmp::SnmpUps>(daemon.executor(), name, options.snmp,
                                                            options.rating, options.time_scale));
        else if (options.sockets.empty())
            fleet.push_back(std::make_unique<PtyUps>(daemon.executor(), name,
                                                     fmt::format("{}/{}", options.dir, name), options.dialect,
                                                     options.rating, seed, options.time_scale));
        else
            fleet.push_back(std::make_unique<SocketUps>(
                daemon.poller(), name, fmt::format("{}/{}-{}", options.sockets, options.driver, name),
                options.rating, seed, options.time_scale, options.stamp));
        fleet.back()->model().set_load(100 * options.load_watts / options.rating.watts);
        fleet.back()->model().set_charge(options.charge);
        if (const auto opened = fleet.back()->open(); !opened)
            return opened.error();
    }
    return fleet;
}

std::vector<SocketUps*> behind_sockets(const Fleet& fleet)
{
    std::vector<SocketUps*> found;
    for (const auto& ups : fleet)
        if (auto* const one = dynamic_cast<SocketUps*>(ups.get()); one != nullptr)
            found.push_back(one);
    return found;
}

// Serves until it is told to end.
int serve(const RunOptions& options, Daemon& daemon, const Fleet& fleet,
          boost::asio::local::stream_protocol::acceptor& acceptor)
{
    for (const auto& ups : fleet)
        fmt::print("{} {}\n", ups->name(), ups->place());
    fmt::print("ready\n");
    std::fflush(stdout);
    Traffic traffic(daemon.executor(), behind_sockets(fleet), options.changes, options.seed);
    const std::function<void()> quit = [&daemon] { daemon.stop(EXIT_SUCCESS); };
    return daemon.run([&](TaskGroup& tasks) {
        for (const auto& ups : fleet)
            ups->start(tasks);
        traffic.start();
        tasks.spawn("accept", accept_clients(acceptor, fleet, quit, tasks));
    });
}

// A UPS in this machine's USB, and its control socket, until it is told to end or the kernel lets it go.
int serve_usb(const RunOptions& options, Daemon& daemon,
              boost::asio::local::stream_protocol::acceptor& acceptor)
{
    using Local = boost::asio::local::stream_protocol;
    auto made = make_usb_ups((options.usb.find(':') == std::string::npos ? "hid:" : "") + options.usb,
                             options.dialect, 1);
    if (!made)
        return fail(made.error().what);
    auto& ups = **made;
    const auto attached = usbip::attach();
    if (!attached)
        return fail(attached.error().what);
    Local::socket socket(daemon.executor(), Local(), *attached);
    Fleet fleet;
    fleet.push_back(std::move(*made));
    fmt::print("ups1 {}\nready\n", ups.place());
    std::fflush(stdout);
    const std::function<void()> quit = [&daemon] { daemon.stop(EXIT_SUCCESS); };
    return daemon.run([&](TaskGroup& tasks) {
        tasks.spawn("usb", usbip::serve_kernel(socket, ups));
        tasks.spawn("accept", accept_clients(acceptor, fleet, quit, tasks));
    });
}

int run(const RunOptions& options)
{
    std::error_code ec;
    std::filesystem::create_directories(options.folder(), ec);
    if (ec)
        return fail(fmt::format("Can't make {}: {}", options.folder(), ec.message()));
    allow_descriptors(options.count);
    Daemon daemon;
    const auto path = options.control.empty() ? options.folder() + "/upsim.ctl" : options.control;
    auto acceptor = listen_at(daemon.executor(), path);
    if (!acceptor)
        return fail(to_string(acceptor.error()));
    if (!options.usb.empty()) {
        const int code = serve_usb(options, daemon, *acceptor);
        std::filesystem::remove(path, ec);
        return code;
    }
    const auto fleet = build(options, daemon);
    const auto written = fleet && !options.ups_conf.empty() ? write_ups_conf(options) : Result<void>{};
    const int code = !fleet     ? fail(to_string(fleet.error()))
                     : !written ? fail(to_string(written.error()))
                                : serve(options, daemon, *fleet, *acceptor);
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

int start(int argc, char** argv)
{
    CLI::App app{
        "Simulated UPSes, as devices on pseudo terminals, with their drivers behind sockets, or as SNMP "
        "agents."};
    app.set_version_flag("-V,--version", std::string(kVersion));
    app.require_subcommand(1);
    RunOptions run_options;
    CtlOptions ctl_options;
    add_run(app, run_options);
    add_replay(app, run_options);
    add_ctl(app, ctl_options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    return app.got_subcommand("ctl") ? ctl(ctl_options) : run(run_options);
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
