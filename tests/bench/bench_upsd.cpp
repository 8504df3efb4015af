// Requests per second, latency and CPU of our upsd, Debian's upsd and a bare epoll loop of the same byte
// counts, in one run and in turn, because machines are noisy. Prints medians and ratios; judges nothing.
#include "common/version.hpp"
#include "tests/bench/load.hpp"
#include "tests/bench/responder.hpp"
#include "tests/interop/peers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sched.h>
#include <sstream>
#include <sys/resource.h>
#include <unistd.h>

namespace {

using namespace upright::test;
using namespace upright::bench;

constexpr auto kDuration = 800ms;

// One driver and one upsd of either suite in a scratch folder.
class Suite {
public:
    Suite(const std::string& driver, const std::string& upsd, std::map<std::string, std::string> environment,
          const std::string& dump)
        : port_(free_port())
    {
        environment.merge(scratch_.environment());
        for (const auto* const name : {"NUT_CONFPATH", "NUT_STATEPATH", "NUT_PIDPATH", "NUT_ALTPIDPATH"})
            environment[name] = scratch_.path();
        scratch_.write("device.dev", dump);
        scratch_.write("ups.conf",
                       "user = root\n[bench]\ndriver = dummy-ups\nport = device.dev\npollinterval = 60\n");
        scratch_.write("upsd.conf", fmt::format("LISTEN 127.0.0.1 {}\nMAXCONN 1000\n", port_));
        scratch_.write("upsd.users", "");
        driver_ =
            std::make_unique<Process>(std::vector<std::string>{driver, "-a", "bench", "-F"}, environment);
        if (!eventually([&] {
                return std::ifstream(scratch_.file("dummy-ups-bench")).is_open()
                       || ::access(scratch_.file("dummy-ups-bench").c_str(), F_OK) == 0;
            }))
            throw std::runtime_error("the driver did not start: " + driver_->err());
        upsd_ = std::make_unique<Process>(std::vector<std::string>{upsd, "-F", "-u", "root"}, environment);
        if (!eventually([&] { return answers(); }, 30s))
            throw std::runtime_error("upsd did not start: " + upsd_->err());
    }

    int port() const noexcept { return port_; }
    pid_t pid() const noexcept { return upsd_->pid(); }

private:
    bool answers() const
    {
        RawClient client(port_);
        return client.connected() && client.ask("GET VAR bench ups.status").starts_with("VAR")
               && client.ask("GET VAR bench ups.status").find("WAIT") == std::string::npos;
    }

    Scratch scratch_;
    int port_;
    std::unique_ptr<Process> driver_;
    std::unique_ptr<Process> upsd_;
};

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

struct Runner {
    std::string name;
    std::unique_ptr<Load> load;
    std::vector<Measured> rounds;

    // Of all rounds together: the kernel counts CPU time in ticks of 10 ms, too coarse for one round.
    double mean_of(double Measured::*member) const
    {
        double sum = 0;
        for (const auto& round : rounds)
            sum += round.*member;
        return sum / static_cast<double>(rounds.size());
    }

    double median_of(double Measured::*member) const
    {
        std::vector<double> values;
        for (const auto& round : rounds)
            values.push_back(round.*member);
        return median(values);
    }
};

// The median of the ratios round by round: what the machine did to both in the same seconds cancels out.
double ratio(const Runner& ours, const Runner& other)
{
    std::vector<double> ratios;
    for (std::size_t i = 0; i < ours.rounds.size(); ++i)
        ratios.push_back(ours.rounds[i].per_second / other.rounds[i].per_second);
    return median(ratios);
}

// The servers share one core, the load has the other.
void pin_to(int core)
{
    if (::sysconf(_SC_NPROCESSORS_ONLN) < 2)
        return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(core), &set);
    ::sched_setaffinity(0, sizeof set, &set);
}

void compare(const Suite& ours, const Suite& debians, const std::string& title, const std::string& request,
             const std::string& last, int connections, int rounds)
{
    const auto answer = ask_once(ours.port(), request, last);
    const auto debians_answer = ask_once(debians.port(), request, last);
    pin_to(0); // where the servers are
    const Responder bare(answer);
    pin_to(1);
    std::vector<Runner> runners;
    const auto add = [&](const char* name, int port, pid_t pid, std::size_t bytes) {
        runners.push_back(
            {name, std::make_unique<Load>(port, pid, Question{request, bytes}, connections), {}});
    };
    add("upright upsd", ours.port(), ours.pid(), answer.size());
    add("Debian upsd", debians.port(), debians.pid(), debians_answer.size());
    add("bare epoll", bare.port(), bare.pid(), answer.size());
    for (int round = 0; round < rounds; ++round)
        for (auto& runner : runners)
            runner.rounds.push_back(runner.load->measure(kDuration));
    fmt::print("\n{} at {} connection{} ({} bytes; Debian's {})\n", title, connections,
               connections == 1 ? "" : "s", answer.size(), debians_answer.size());
    fmt::print("  {:<14} {:>12} {:>9} {:>9} {:>15} {:>17}\n", "", "answers/s", "p50 ms", "p99 ms",
               "user us/answer", "system us/answer");
    for (const auto& runner : runners)
        fmt::print("  {:<14} {:>12.0f} {:>9.3f} {:>9.3f} {:>15.2f} {:>17.2f}\n", runner.name,
                   runner.median_of(&Measured::per_second), runner.median_of(&Measured::p50),
                   runner.median_of(&Measured::p99), runner.mean_of(&Measured::user_us),
                   runner.mean_of(&Measured::system_us));
    fmt::print("  ratio to Debian's upsd {:.2f}, to the bare epoll loop {:.2f}; user CPU per answer {:.2f} "
               "of Debian's\n",
               ratio(runners[0], runners[1]), ratio(runners[0], runners[2]),
               runners[0].mean_of(&Measured::user_us)
                   / std::max(0.001, runners[1].mean_of(&Measured::user_us)));
    std::fflush(stdout);
}

std::string dump_text()
{
    std::ostringstream text;
    text << std::ifstream(data("devices/bench.dev")).rdbuf();
    return text.str();
}

} // namespace

// bench_upsd [GET|LIST [connections [rounds]]]: all of it, or one comparison.
int main(int argc, char** argv)
{
    const std::vector<std::string> words(argv + 1, argv + argc);
    const int rounds = words.size() > 2 ? std::max(1, std::atoi(words[2].c_str())) : 5;
    const auto wanted = [&](std::string_view command, int connections) {
        return (words.empty() || words[0] == command)
               && (words.size() < 2 || words[1] == std::to_string(connections));
    };
    try {
        rlimit limit{};
        ::getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
        const Peers peers;
        const Scratch unused;
        const auto dump = dump_text();
        pin_to(0); // children inherit it
        const Suite ours(program("dummy-ups"), program("upsd"), {}, dump);
        const Suite debians(peers.program("dummy-ups"), peers.program("upsd"), peers.environment(unused),
                            dump);
        fmt::print("upright {} and Debian's NUT, {} rounds of {} ms each, in turn; medians\n",
                   upright::kVersion, rounds, kDuration.count());
        // First, while the servers' heaps are as they started.
        fmt::print("\nidle connection, private memory: upright {:.0f} bytes, Debian {:.0f} bytes (900 "
                   "connections)\n",
                   idle_bytes(ours.port(), ours.pid(), 900), idle_bytes(debians.port(), debians.pid(), 900));
        const std::string get = "GET VAR bench ups.status\n";
        for (const int connections : {1, 64, 900})
            if (wanted("GET", connections))
                compare(ours, debians, "GET VAR", get, "VAR", connections, rounds);
        for (const int connections : {1, 64, 900})
            if (wanted("LIST", connections))
                compare(ours, debians, "LIST VAR", "LIST VAR bench\n", "END LIST", connections, rounds);
    } catch (const std::exception& e) {
        fmt::print(stderr, "bench: {}\n", e.what());
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
