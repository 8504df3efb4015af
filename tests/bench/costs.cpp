#include "tests/bench/costs.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sched.h>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace upright::bench {
namespace {

std::string proc(pid_t process, std::string_view file)
{
    return "/proc/" + std::to_string(process) + "/" + std::string(file);
}

} // namespace

double cpu_seconds(pid_t process)
{
    double sum = 0;
    std::error_code ignored;
    for (const auto& task : fs::directory_iterator(proc(process, "task"), ignored)) {
        double nanoseconds = 0;
        std::ifstream(task.path() / "schedstat") >> nanoseconds;
        sum += nanoseconds / 1e9;
    }
    if (sum > 0)
        return sum;
    const auto time = cpu_time(process);
    return (time.user + time.system) / 1e6;
}

CpuTime cpu_time(pid_t process)
{
    std::ifstream in(proc(process, "stat"));
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i)
        fields >> skipped;
    CpuTime time;
    fields >> time.user >> time.system;
    const auto per_tick = 1e6 / static_cast<double>(::sysconf(_SC_CLK_TCK));
    return {time.user * per_tick, time.system * per_tick};
}

double private_bytes(pid_t process)
{
    std::ifstream in(proc(process, "smaps_rollup"));
    double sum = 0;
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("Private_"))
            sum += std::stod(line.substr(line.find(':') + 1)) * 1024;
    return sum;
}

long wakeups(pid_t process)
{
    long sum = 0;
    std::error_code ignored;
    for (const auto& task : fs::directory_iterator(proc(process, "task"), ignored)) {
        std::ifstream in(task.path() / "status");
        for (std::string line; std::getline(in, line);)
            if (line.starts_with("voluntary_ctxt_switches:"))
                sum += std::stol(line.substr(line.find(':') + 1));
    }
    return sum;
}

void raise_descriptor_limit()
{
    constexpr rlim_t kWanted = 65536; // root may have more than it was given
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    rlimit higher{kWanted, kWanted};
    if (limit.rlim_max < kWanted && ::setrlimit(RLIMIT_NOFILE, &higher) == 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

void pin_to(int core)
{
    if (::sysconf(_SC_NPROCESSORS_ONLN) < 2)
        return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(core), &set);
    ::sched_setaffinity(0, sizeof set, &set);
}

void run_first()
{
    sched_param parameter{};
    parameter.sched_priority = 1;
    ::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameter);
}

} // namespace upright::bench
