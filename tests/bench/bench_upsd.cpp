// Requests per second, latency and CPU of our upsd, Debian's upsd and a bare epoll loop of the same byte
// counts, in one run and in turn, because machines are noisy. Prints medians and ratios; judges nothing.
#include "common/version.hpp"
#include "tests/bench/costs.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/load.hpp"
#include "tests/bench/responder.hpp"
#include "tests/bench/sockets.hpp"
#include "tests/bench/suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

namespace {

using namespace std::chrono_literals;
using namespace upright::bench;

struct Comparison {
    std::string_view command; // as named on the command line
    int connections;
    int in_flight;
    std::string_view request;
    std::string_view last;            // how the last line of the answer begins
    std::optional<double> of_debians; // goals
    std::optional<double> of_bare;
};

constexpr std::string_view kGet = "GET VAR bench ups.status\n";
constexpr std::string_view kList = "LIST VAR bench\n";

// clang-format off
constexpr std::array kComparisons{
    //         command  connections  in flight  request           goals: Debian's, bare
    Comparison{"GET",   1,           1,         kGet,  "VAR",      {},  {}},
    Comparison{"GET",   64,          1,         kGet,  "VAR",      {},  0.9},
    Comparison{"GET",   900,         1,         kGet,  "VAR",      {},  {}},
    Comparison{"PIPE",  64,          16,        kGet,  "VAR",      1.2, {}},
    Comparison{"LIST",  1,           1,         kList, "END LIST", {},  {}},
    Comparison{"LIST",  64,          1,         kList, "END LIST", 20,  {}},
    Comparison{"LIST",  900,         1,         kList, "END LIST", {},  {}},
};
// clang-format on

struct Wish {
    std::string command; // empty: all
    int connections = 0; // 0: all
    int rounds = 5;
    std::chrono::milliseconds duration = 800ms;
    bool quick = false;
};

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

std::vector<Runner> measure(const Suite& ours, const Suite& debians, const Comparison& what, const Wish& wish)
{
    const std::string request(what.request);
    const std::string last(what.last);
    const auto answer = ask_once(ours.port(), request, last);
    const auto debians_answer = ask_once(debians.port(), request, last);
    pin_to(0); // where the servers are
    const Responder bare(answer);
    pin_to(1);
    std::vector<Runner> runners;
    const auto add = [&](const char* name, int port, pid_t pid, std::size_t bytes) {
        const Question question{request, bytes, what.in_flight};
        const int connections = wish.quick ? std::min(what.connections, 8) : what.connections;
        runners.push_back({name, std::make_unique<Load>(port, pid, question, connections), {}});
    };
    add("upright upsd", ours.port(), ours.pid(), answer.size());
    add("Debian upsd", debians.port(), debians.pid(), debians_answer.size());
    add("bare epoll", bare.port(), bare.pid(), answer.size());
    for (int round = 0; round < wish.rounds; ++round)
        for (auto& runner : runners)
            runner.rounds.push_back(runner.load->measure(wish.duration));
    return runners;
}

void compare(const Suite& ours, const Suite& debians, const Comparison& what, const Wish& wish)
{
    const auto runners = measure(ours, debians, what, wish);
    fmt::print("\n{} at {} connection{}, {} in flight on each\n",
               what.request.substr(0, what.request.find(' ', 5)), what.connections,
               what.connections == 1 ? "" : "s", what.in_flight);
    fmt::print("  {:<14} {:>12} {:>9} {:>9} {:>15} {:>17}\n", "", "answers/s", "p50 ms", "p99 ms",
               "user us/answer", "system us/answer");
    for (const auto& runner : runners)
        fmt::print("  {:<14} {:>12.0f} {:>9.3f} {:>9.3f} {:>15.2f} {:>17.2f}\n", runner.name,
                   runner.median_of(&Measured::per_second), runner.median_of(&Measured::p50),
                   runner.median_of(&Measured::p99), runner.mean_of(&Measured::user_us),
                   runner.mean_of(&Measured::system_us));
    const auto to_debians = ratio(runners[0], runners[1]);
    const auto to_bare = ratio(runners[0], runners[2]);
    what.of_debians ? at_least("of Debian's answers", to_debians, "times", *what.of_debians)
                    : report("of Debian's answers", to_debians, "times");
    what.of_bare ? at_least("of the bare epoll loop's", to_bare, "times", *what.of_bare)
                 : report("of the bare epoll loop's", to_bare, "times");
    report("of Debian's user CPU per answer",
           runners[0].mean_of(&Measured::user_us) / std::max(0.001, runners[1].mean_of(&Measured::user_us)),
           "times");
}

Wish parse(std::vector<std::string> words)
{
    Wish wish;
    if (!words.empty() && words[0] == "--quick") {
        wish.quick = true;
        wish.rounds = 1;
        wish.duration = 20ms;
        words.erase(words.begin());
    }
    if (!words.empty())
        wish.command = words[0];
    if (words.size() > 1)
        wish.connections = std::atoi(words[1].c_str());
    if (words.size() > 2)
        wish.rounds = std::max(1, std::atoi(words[2].c_str()));
    return wish;
}

} // namespace

// bench_upsd [--quick] [GET|PIPE|LIST [connections [rounds]]]: all of it, or one comparison.
int main(int argc, char** argv)
try {
    const auto wish = parse({argv + 1, argv + argc});
    raise_descriptor_limit();
    const upright::test::Peers peers;
    pin_to(0); // children inherit it
    const auto ours = Suite::ours({});
    const auto debians = Suite::debians(peers, "MAXCONN 1000\n");
    fmt::print("upright {} and Debian's NUT, {} rounds of {} ms each, in turn; medians\n", upright::kVersion,
               wish.rounds, wish.duration.count());
    for (const auto& what : kComparisons)
        if ((wish.command.empty() || wish.command == what.command)
            && (wish.connections == 0 || wish.connections == what.connections))
            compare(*ours, *debians, what, wish);
    return EXIT_SUCCESS;
} catch (const std::exception& e) {
    fmt::print(stderr, "bench: {}\n", e.what());
    return EXIT_FAILURE;
}
