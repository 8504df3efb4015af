// How long it takes from failing mains to NOTIFYCMD, through our chain and through Debian's at the same
// simulated device; and a whole outage of very many hosts on one upsd.
#include "common/version.hpp"
#include "tests/bench/costs.hpp"
#include "tests/bench/figures.hpp"
#include "tests/e2e/site.hpp"
#include "tests/interop/peers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <list>
#include <poll.h>
#include <random>
#include <sstream>
#include <string_view>
#include <sys/stat.h>
#include <thread>

namespace {

using namespace std::chrono_literals;
using namespace upright;
using namespace upright::bench;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Size {
    int events = 200;
    int slow_events = 25; // those that Debian's chain sees, too
    int hosts = 500;
    std::chrono::seconds idle = 30s;
};
constexpr Size kQuick{.events = 4, .slow_events = 1, .hosts = 8, .idle = 1s};

[[noreturn]] void give_up(const std::string& what) { throw std::runtime_error(what); }

constexpr auto kUsers = "[host]\npassword = pw\nupsmon secondary\n[first]\npassword = pw\nupsmon primary\n";

// One simulated UPS behind a driver's socket, and our upsd.
class Chain {
public:
    Chain()
    {
        site.scratch.write("upsd.users", kUsers);
        site.upsd_conf("SESSIONSPERADDRESS 100000\n");
        const std::vector<std::string> words{test::program("upsim"),
                                             "run",
                                             "--sockets",
                                             site.scratch.path(),
                                             "--count",
                                             "1",
                                             "--ups-conf",
                                             site.scratch.file("ups.conf")};
        upsim_ = std::make_unique<test::Process>(words, site.scratch.environment());
        if (!test::eventually([&] { return upsim_->out().find("ready\n") != std::string::npos; }))
            give_up("upsim does not start: " + upsim_->err());
        upsd = site.upsd();
        if (!test::eventually(
                [&] { return site.ask("GET VAR ups1 ups.status").find("OL") != std::string::npos; }))
            give_up("upsd does not serve ups1: " + upsd->err());
        control_ = std::make_unique<test::RawClient>(site.scratch.file("upsim.ctl"));
    }

    void tell(const std::string& words) const { control_->ask("ups1 " + words); }

    test::Site site;
    std::unique_ptr<test::Process> upsd;

private:
    std::unique_ptr<test::Process> upsim_;
    std::unique_ptr<test::RawClient> control_;
};

// An upsmon, and the pipe on which its NOTIFYCMD says that it has begun.
class Watcher {
public:
    Watcher(const std::string& where, const std::string& polls, std::vector<std::string> command,
            std::map<std::string, std::string> environment(const test::Scratch&))
    {
        ::mkfifo(scratch.file("told").c_str(), 0600);
        pipe_ = ::open(scratch.file("told").c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
        scratch.write("notify", fmt::format("#!/bin/sh\necho x > {}\n", scratch.file("told")));
        fs::permissions(scratch.file("notify"), fs::perms::owner_all);
        scratch.write("upsmon.conf",
                      fmt::format("MONITOR {} 1 host pw secondary\nMINSUPPLIES 0\nRUN_AS_USER root\n"
                                  "NOTIFYCMD {}\nNOTIFYFLAG ONBATT EXEC\nNOTIFYFLAG ONLINE EXEC\n{}",
                                  where, scratch.file("notify"), polls));
        process = std::make_unique<test::Process>(std::move(command), environment(scratch));
    }
    ~Watcher() { ::close(pipe_); }
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

    int pipe() const noexcept { return pipe_; }
    void forget() const
    {
        std::array<char, 64> block{};
        while (::read(pipe_, block.data(), block.size()) > 0) {
        }
    }

    test::Scratch scratch;
    std::unique_ptr<test::Process> process;

private:
    int pipe_ = -1;
};

// How long until each of them has told, in ms.
std::vector<double> change_and_wait(const Chain& chain, bool off, const std::vector<const Watcher*>& who)
{
    for (const auto* const one : who)
        one->forget();
    std::vector<double> delays(who.size(), -1);
    const auto began = Clock::now();
    chain.tell(off ? "mains off" : "mains on");
    while (std::count(delays.begin(), delays.end(), -1) > 0) {
        std::vector<pollfd> pipes;
        for (std::size_t i = 0; i < who.size(); ++i)
            pipes.push_back({delays[i] < 0 ? who[i]->pipe() : -1, POLLIN, 0});
        if (::poll(pipes.data(), pipes.size(), 20000) <= 0)
            give_up("an upsmon has told nothing for 20 s");
        for (std::size_t i = 0; i < who.size(); ++i)
            if ((pipes[i].revents & POLLIN) != 0)
                delays[i] = std::chrono::duration<double, std::milli>(Clock::now() - began).count();
    }
    return delays;
}

std::map<std::string, std::string> our_environment(const test::Scratch& scratch)
{
    return scratch.environment();
}
std::map<std::string, std::string> their_environment(const test::Scratch& scratch)
{
    return test::Peers().environment(scratch);
}

void show(std::string_view whose, const std::vector<double>& delays)
{
    const auto spread = spread_of(delays);
    fmt::print("{}: {} events\n", whose, spread.count);
    report("p50", spread.p50, "ms");
    report("p99", spread.p99, "ms");
    report("max", spread.max, "ms");
}

void measure_events(const Size& size)
{
    const test::Peers peers;
    const Chain chain;
    const auto ours = fmt::format("ups1@127.0.0.1:{}", chain.site.port);
    const Watcher fast(ours, "", {test::program("upsmon"), "-F", "-p"}, our_environment);

    // Debian's upsd at the same device, and its upsmon twice: with its defaults, and as fast as it can.
    const test::Scratch theirs;
    const auto port = test::free_port();
    theirs.write("ups.conf", chain.site.scratch.read("ups.conf"));
    theirs.write("upsd.users", kUsers);
    theirs.write("upsd.conf", fmt::format("LISTEN 127.0.0.1 {}\nDATAPATH {}\n", port, peers.data_dir()));
    auto environment = peers.environment(theirs);
    environment["NUT_STATEPATH"] = chain.site.scratch.path();
    test::Process their_upsd({peers.program("upsd"), "-u", "root", "-F"}, environment);
    if (!test::eventually([&] {
            return test::RawClient(port).ask("GET VAR ups1 ups.status").find("OL") != std::string::npos;
        }))
        give_up("Debian's upsd does not serve ups1: " + their_upsd.err());
    const auto at_theirs = fmt::format("ups1@127.0.0.1:{}", port);
    const std::vector<std::string> their_upsmon{peers.program("upsmon"), "-F", "-p", "-u", "root"};
    const Watcher slow(at_theirs, "", peers.apart(their_upsmon), their_environment);
    const Watcher quick(at_theirs, "POLLFREQ 1\nPOLLFREQALERT 1\n", peers.apart(their_upsmon),
                        their_environment);
    const auto logged_in = [&](int at, const std::string& count) {
        return test::eventually(
            [&] { return test::RawClient(at).ask("GET NUMLOGINS ups1") == "NUMLOGINS ups1 " + count; });
    };
    if (!logged_in(chain.site.port, "1") || !logged_in(port, "2"))
        give_up("not every upsmon logs in");

    std::mt19937 random(1);
    const auto pause = [&](int least, int more) {
        std::this_thread::sleep_for(
            std::chrono::milliseconds(least + static_cast<int>(random() % static_cast<unsigned>(more))));
    };
    std::vector<double> beside;
    std::vector<double> defaults;
    std::vector<double> fastest;
    for (int i = 0; i < size.slow_events; ++i) {
        pause(5500, 5000); // each has seen the state before, at any moment between two of its polls
        const auto delays = change_and_wait(chain, i % 2 == 0, {&fast, &slow, &quick});
        beside.push_back(delays[0]);
        defaults.push_back(delays[1]);
        fastest.push_back(delays[2]);
    }
    std::vector<double> alone;
    for (int i = 0; i < size.events; ++i) {
        pause(200, 300);
        alone.push_back(change_and_wait(chain, (size.slow_events + i) % 2 == 0, {&fast}).front());
    }
    fmt::print("\nMains lost or back at the device, until NOTIFYCMD has begun\n");
    show("upright", alone);
    at_most("p99", spread_of(alone).p99, "ms", 100);
    show("upright, in the events of Debian's", beside);
    show("Debian's, POLLFREQ 5", defaults);
    show("Debian's, POLLFREQ 1", fastest);
    report("Debian's default / upright, p50", spread_of(defaults).p50 / spread_of(beside).p50, "times");
    report("Debian's fastest / upright, p50", spread_of(fastest).p50 / spread_of(beside).p50, "times");
}

// ---- an outage -------------------------------------------------------------------------------------------

struct Host {
    test::Scratch scratch;
    std::unique_ptr<test::Process> process;
};

void start(Host& host, const Chain& chain, const std::string& name, bool primary, const std::string& journal)
{
    host.scratch.write(
        "upsmon.conf",
        fmt::format(
            "MONITOR ups1@127.0.0.1:{} 1 {} pw {}\nHOSTSYNC 60\nFINALDELAY {}\nNOTIFYFLAG ONBATT IGNORE\n"
            "NOTIFYFLAG LOWBATT IGNORE\nNOTIFYFLAG FSD IGNORE\nNOTIFYFLAG SHUTDOWN IGNORE\n"
            "SHUTDOWNCMD \"echo {} >> {}\"\n",
            chain.site.port, primary ? "first" : "host", primary ? "primary" : "secondary", primary ? 0 : 1,
            name, journal));
    host.process = std::make_unique<test::Process>(
        std::vector<std::string>{test::program("upsmon"), "-F", "-p"}, host.scratch.environment());
}

double seconds_since(Clock::time_point then)
{
    return std::chrono::duration<double>(Clock::now() - then).count();
}

std::vector<std::string> lines_of(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

void measure_outage(const Size& size)
{
    raise_descriptor_limit();
    Chain chain;
    const auto journal = chain.site.scratch.file("journal");
    std::list<Host> hosts(static_cast<std::size_t>(size.hosts));
    int number = 0;
    for (auto& host : hosts) {
        start(host, chain, number == 0 ? "primary" : fmt::format("host{}", number), number == 0, journal);
        ++number;
    }
    const auto all_in = fmt::format("NUMLOGINS ups1 {}", size.hosts);
    if (!test::eventually([&] { return chain.site.ask("GET NUMLOGINS ups1") == all_in; }, 120s))
        give_up("not all log in: " + chain.site.ask("GET NUMLOGINS ups1"));

    double cpu = 0;
    double memory = 0;
    const auto upsd_before = cpu_seconds(chain.upsd->pid());
    for (auto& host : hosts)
        cpu -= cpu_seconds(host.process->pid());
    std::this_thread::sleep_for(size.idle);
    for (auto& host : hosts) {
        cpu += cpu_seconds(host.process->pid());
        memory += private_bytes(host.process->pid());
    }
    const auto idle = static_cast<double>(size.idle.count());
    fmt::print("\nAn outage of {} hosts on one upsd\n", size.hosts);
    report("one upsmon at rest, memory of its own", memory / size.hosts / 1024, "KiB");
    report("one upsmon at rest, CPU", 1000 * cpu / idle / size.hosts, "ms each second");
    report("upsd at rest, CPU", 1000 * (cpu_seconds(chain.upsd->pid()) - upsd_before) / idle,
           "ms each second");

    const auto restart = Clock::now();
    chain.upsd.reset();
    chain.upsd = chain.site.upsd();
    if (!test::eventually([&] { return chain.site.ask("GET NUMLOGINS ups1") == all_in; }, 120s))
        give_up("not all log in again: " + chain.site.ask("GET NUMLOGINS ups1"));
    report("upsd killed and started: until all are logged in again", seconds_since(restart), "s");

    chain.tell("mains off");
    std::this_thread::sleep_for(2s);
    const auto early = lines_of(chain.site.scratch.read("journal")).size();
    const auto low = Clock::now();
    chain.tell("battery 5");
    const bool all = test::eventually(
        [&] {
            return lines_of(chain.site.scratch.read("journal")).size()
                   >= static_cast<std::size_t>(size.hosts);
        },
        120s);
    const auto down = lines_of(chain.site.scratch.read("journal"));
    report("down too early, or by the restart", static_cast<double>(early), "hosts");
    report("down", static_cast<double>(down.size()), "hosts");
    report("from LB until the last is down", seconds_since(low), "s");
    fmt::print("  {}\n",
               all && down.back() == "primary" ? "the primary is the last" : "THE PRIMARY IS NOT THE LAST");
    report("upsd, CPU in all", cpu_seconds(chain.upsd->pid()), "s");
    report("upsd, memory of its own", private_bytes(chain.upsd->pid()) / 1024, "KiB");
}

} // namespace

// bench_upsmon [--quick]
int main(int argc, char** argv)
try {
    const auto size = argc > 1 && std::string_view(argv[1]) == "--quick" ? kQuick : Size{};
    fmt::print("upright {}: upsmon\n", kVersion);
    measure_events(size);
    measure_outage(size);
    return EXIT_SUCCESS;
} catch (const std::exception& e) {
    fmt::print(stderr, "bench_upsmon: {}\n", e.what());
    return EXIT_FAILURE;
}
